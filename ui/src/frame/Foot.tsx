import { Link as LinkIcon, Unlink } from 'lucide-react';
import type { AppState } from '../backend/wire';
import { StatusLine } from '../parts/StatusLine';
import { useLive } from '../state/live';
import { go } from '../state/screen';
import { useFormats, useT } from '../text';
import { useTold } from '../text/failures';
import css from './Foot.module.css';
import { nextTry } from './next';

/** The foot: what is here, what waits, how the link is. */
export function Foot(props: {
  state: AppState;
  onPlace: (place: HTMLElement | null) => void;
  /** The screen says its own words here; what can be seen elsewhere makes room. */
  brief: boolean;
}) {
  const t = useT();
  const told = useTold();
  const formats = useFormats();
  const { counts, link } = props.state;
  const jobs = useLive('jobs.list', {}, ['jobs']);
  const outbox = useLive('outbox.list', {}, ['outbox', 'link'], { when: counts.waiting > 0 });
  const running = jobs.data?.jobs.find((job) => job.state === 'running');
  const next = nextTry(outbox.data?.entries ?? []);

  const linkWords = link.paused
    ? t('common.link.paused')
    : link.state === 'reached'
      ? t('common.link.reached')
      : link.state === 'failing' && link.failure
        ? told(link.failure.code, link.failure.params).what
        : t('common.link.unknown');

  return (
    <StatusLine label={t('common.foot.label')} onPlace={props.onPlace}>
      {running && !props.brief && (
        <button type="button" className={css.way} onClick={() => void go({ name: 'publications' })}>
          <span>
            {running.total
              ? t('common.foot.intake_of', { seen: running.tally.seen, total: running.total })
              : t('common.foot.intake', { seen: running.tally.seen })}
          </span>
        </button>
      )}
      {!props.brief && <span>{t('common.foot.here')}</span>}
      {counts.waiting > 0 && (
        <button type="button" className={css.way} onClick={() => void go({ name: 'outbox' })}>
          <span>{t('common.foot.waiting', { count: counts.waiting })}</span>
        </button>
      )}
      {next && !link.paused && !props.brief && (
        <span>{t('common.foot.next', { time: formats.time(next) })}</span>
      )}
      <span className={css.link} data-state={link.paused ? 'paused' : link.state}>
        {link.state === 'failing' ? <Unlink size={14} aria-hidden /> : <LinkIcon size={14} aria-hidden />}
        {linkWords}
      </span>
    </StatusLine>
  );
}
