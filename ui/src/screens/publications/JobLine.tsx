import { Pause, Play, X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Job } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { Progress } from '../../parts/Progress';
import { useAct, useLive } from '../../state/live';
import { useFormats, useT } from '../../text';
import { useTold } from '../../text/failures';
import css from './JobLine.module.css';
import { type Thing, ToldList } from './ToldList';

/** The last part of a path of any system. */
function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

/** How far files have come in: the tally, what is left, how it is held or stopped, and what could not be. */
export function JobLine({ job }: { job: Job }) {
  const t = useT();
  const formats = useFormats();
  const cancel = useAct('jobs.cancel');
  const pause = useAct('jobs.pause');
  const resume = useAct('jobs.resume');
  const failed = cancel.error ?? pause.error ?? resume.error;
  const { tally } = job;
  const running = job.state === 'running';
  const held = job.state === 'paused';
  const underWay = running || held;
  const parts = [
    t('publications.tally.added', { count: tally.added }),
    tally.same_bytes > 0 && t('publications.tally.same_bytes', { count: tally.same_bytes }),
    tally.same_work > 0 && t('publications.tally.same_work', { count: tally.same_work }),
    tally.skipped > 0 && t('publications.tally.skipped', { count: tally.skipped }),
    tally.failed > 0 && t('publications.tally.failed', { count: tally.failed }),
  ].filter((part) => part !== false);
  return (
    <div className={css.job}>
      <div className={css.tally}>
        <strong>
          {running
            ? job.total
              ? t('publications.job.of', { seen: tally.seen, total: job.total })
              : t('publications.job.running', { seen: tally.seen })
            : t(`publications.job.${job.state}`, { seen: tally.seen })}
        </strong>
        <span>{parts.join(' · ')}</span>
        {running && job.bytes_done > 0 && <span>{formats.bytes(job.bytes_done)}</span>}
        {running && job.seconds_left !== null && job.seconds_left > 3 && (
          <span>{t('publications.job.left', { time: formats.duration(job.seconds_left) })}</span>
        )}
      </div>
      {underWay && (
        <div className={css.going}>
          <div title={job.current ?? undefined}>
            <Progress
              label={t('publications.intake.label')}
              value={job.total ? tally.seen / job.total : null}
            />
          </div>
          {held ? (
            <Button kind="quiet" small icon={Play} onPress={() => resume.mutate({ job: job.id })}>
              {t('publications.job.resume')}
            </Button>
          ) : (
            <Button kind="quiet" small icon={Pause} onPress={() => pause.mutate({ job: job.id })}>
              {t('publications.job.hold')}
            </Button>
          )}
          <Button kind="quiet" small icon={X} onPress={() => cancel.mutate({ job: job.id })}>
            {t('common.action.cancel')}
          </Button>
        </div>
      )}
      <ToldList
        summary={t('publications.job.problems', { count: job.troubled })}
        count={job.troubled}
        list={(listed) => <Troubles job={job.id} listed={listed} />}
      />
      {failed && <ErrorLine trouble={failed} />}
    </div>
  );
}

/** The files of a job a person should know something about; asked for only while they are looked at. */
function Troubles(props: { job: string; listed: (things: Thing[]) => ReactNode }) {
  const told = useTold();
  const jobs = useLive('jobs.list', { items: true }, ['jobs']);
  const items = jobs.data?.jobs.find((one) => one.id === props.job)?.items ?? [];
  return props.listed(
    items
      .filter((item) => item.problems.length > 0 || item.status === 'failed')
      .map((item) => ({
        id: item.path,
        name: fileName(item.path),
        words: item.problems.map((problem) => {
          const named = { name: fileName(item.path), ...problem.params };
          const { what, next } = told(problem.code, named, 'problem.');
          return `${what} ${next}`;
        }),
      })),
  );
}
