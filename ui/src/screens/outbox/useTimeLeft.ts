import type { Estimate } from '../../backend/wire';
import { useFormats, useT } from '../../text';
import { roughly } from '../../text/time';

/**
 * How much is left and how long that takes; nothing about the time while nobody can say it, and, without `size`, nothing
 * about how much.
 */
export function useTimeLeft(): (estimate: Estimate, size?: boolean) => string {
  const t = useT();
  const { bytes } = useFormats();
  return ({ bytes_left, seconds }, size = true) => {
    if (bytes_left === 0) return '';
    if (seconds === null) return size ? t('outbox.left_unknown', { bytes: bytes(bytes_left) }) : '';
    const { id, count } = roughly(seconds);
    const time = t(id, { count });
    return size ? t('outbox.left', { bytes: bytes(bytes_left), time }) : time;
  };
}
