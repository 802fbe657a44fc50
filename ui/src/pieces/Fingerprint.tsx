import { useT } from '../text';
import css from './Fingerprint.module.css';

/** What two persons compare by telephone: eight groups of five digits, in two lines, never mirrored. */
export function Fingerprint(props: { value: string; large?: boolean }) {
  const t = useT();
  const groups = props.value.split(' ');
  return (
    <span
      className={`${css.print} ${props.large ? css.large : ''}`}
      dir="ltr"
      role="img"
      aria-label={`${t('proof.fingerprint')}: ${props.value}`}
    >
      {groups.map((group, index) => (
        // The groups have no names but their places.
        // biome-ignore lint/suspicious/noArrayIndexKey: fixed places
        <span key={index}>{group}</span>
      ))}
    </span>
  );
}
