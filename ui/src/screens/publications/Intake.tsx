import { FilePlus2, FileSpreadsheet, FolderOpen, Save, X } from 'lucide-react';
import { memo, useCallback, useEffect, useState } from 'react';
import { call, onDrop } from '../../backend';
import type { Job } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { Menu } from '../../parts/Menu';
import { Progress } from '../../parts/Progress';
import { toast } from '../../parts/toasts';
import { useAct, useLive } from '../../state/live';
import { useFormats, useT } from '../../text';
import { useTold } from '../../text/failures';
import { dropped, sheetAmong } from './dropped';
import css from './Intake.module.css';

/** Where files come in: a wide place while there are none, a bar once there are, progress while it works. */
export const Intake = memo(function Intake(props: { empty: boolean; onSheet: (file: string) => void }) {
  const t = useT();
  const jobs = useLive('jobs.list', {}, ['jobs']);
  const [over, setOver] = useState(false);
  const intake = useAct('publications.intake');
  const begin = intake.mutate;
  const { onSheet } = props;
  /** A sheet that says which files its rows are about describes; any other is a publication like the rest. */
  const start = useCallback(
    async ({ paths }: { paths: string[] }) => {
      const sheet = sheetAmong(paths);
      const look = sheet && (await call('sheets.look', { file: sheet }).catch(() => null));
      const means = look ? look.columns.map((column) => column.target) : [];
      const describes = means.some((one) => ['file', 'id', 'sha256', 'qalam'].includes(one ?? ''));
      const files = describes ? paths.filter((path) => path !== sheet) : paths;
      if (files.length > 0) begin({ paths: files });
      if (sheet && describes) onSheet(sheet);
    },
    [begin, onSheet],
  );
  const choose = useAct('publications.choose', ({ paths }) => {
    if (paths.length > 0) void start({ paths });
  });
  const chooseSheet = useAct('publications.choose', ({ paths }) => {
    const file = sheetAmong(paths) ?? paths[0];
    if (file) onSheet(file);
  });
  const exported = useAct('sheets.export', () => toast(t('publications.sheet.exported')));
  const place = useAct('files.save_as', ({ path }) => {
    if (path) exported.mutate({ to: path });
  });

  useEffect(
    () =>
      onDrop((drop) => {
        setOver(drop.kind === 'over');
        if (drop.kind === 'drop' && drop.paths.length > 0) void start({ paths: drop.paths });
      }),
    [start],
  );

  const latest = jobs.data?.jobs.find((job) => job.state === 'running') ?? jobs.data?.jobs.at(-1);
  const failed = choose.error ?? intake.error ?? chooseSheet.error ?? place.error ?? exported.error;
  return (
    <section
      className={`${css.intake} ${props.empty ? css.wide : ''} ${over ? css.over : ''}`}
      aria-label={t('publications.intake.label')}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const paths = dropped(event.dataTransfer);
        if (paths.length > 0) void start({ paths });
      }}
    >
      {latest && (latest.state === 'running' || (!props.empty && isFresh(latest))) ? (
        <JobLine job={latest} />
      ) : (
        <div className={css.invitation}>
          {props.empty && <h2 className={css.title}>{t('publications.empty.title')}</h2>}
          <p className={css.words}>
            {props.empty ? t('publications.empty.text') : t('publications.intake.drop')}
          </p>
        </div>
      )}
      {latest?.state !== 'running' && (
        <div className={css.ways}>
          <Button
            kind={props.empty ? 'primary' : 'plain'}
            small={!props.empty}
            icon={FolderOpen}
            onPress={() => choose.mutate({ folder: true })}
          >
            {t('publications.intake.folder')}
          </Button>
          <Button small={!props.empty} icon={FilePlus2} onPress={() => choose.mutate({ folder: false })}>
            {t('publications.intake.files')}
          </Button>
          {!props.empty && (
            <Menu
              label={t('publications.sheet.label')}
              entries={[
                {
                  id: 'use',
                  label: t('publications.sheet.use'),
                  icon: FileSpreadsheet,
                  onAction: () => chooseSheet.mutate({ folder: false }),
                },
                {
                  id: 'export',
                  label: t('publications.sheet.export'),
                  icon: Save,
                  onAction: () => place.mutate({ name: 'publications.xlsx' }),
                },
              ]}
            >
              <Button small icon={FileSpreadsheet} aria-label={t('publications.sheet.label')} />
            </Menu>
          )}
        </div>
      )}
      {failed && <ErrorLine trouble={failed} />}
    </section>
  );
});

/** The last part of a path of any system. */
function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

const AN_HOUR_MS = 3_600_000;

/** A finished job is told for an hour; then the place invites again. */
function isFresh(job: Job): boolean {
  return Date.now() - Date.parse(job.started_at) < AN_HOUR_MS;
}

function JobLine({ job }: { job: Job }) {
  const t = useT();
  const formats = useFormats();
  const told = useTold();
  const cancel = useAct('jobs.cancel');
  const { tally } = job;
  const running = job.state === 'running';
  const seconds = (Date.now() - Date.parse(job.started_at)) / 1000;
  const rate = running && seconds > 2 && tally.seen > 0 ? tally.seen / seconds : null;
  const left = rate && job.total ? Math.max(0, (job.total - tally.seen) / rate) : null;
  const troubled = job.items.filter((item) => item.problems.length > 0 || item.status === 'failed');
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
        {left !== null && left > 3 && (
          <span>{t('publications.job.left', { time: formats.duration(left) })}</span>
        )}
        {running && (
          <Button kind="quiet" small icon={X} onPress={() => cancel.mutate({ job: job.id })}>
            {t('common.action.cancel')}
          </Button>
        )}
      </div>
      {running && (
        <div title={job.current ?? undefined}>
          <Progress
            label={t('publications.intake.label')}
            value={job.total ? tally.seen / job.total : null}
          />
        </div>
      )}
      {troubled.length > 0 && (
        <details className={css.troubled}>
          <summary>{t('publications.job.problems', { count: troubled.length })}</summary>
          <ul>
            {troubled.map((item) => (
              <li key={item.path}>
                <bdi>{fileName(item.path)}</bdi>
                {item.problems.map((problem) => {
                  const { what, next } = told(
                    problem.code,
                    { name: fileName(item.path), ...problem.params },
                    'problem.',
                  );
                  return (
                    <span key={problem.code}>
                      {what} {next}
                    </span>
                  );
                })}
              </li>
            ))}
          </ul>
        </details>
      )}
      {cancel.error && <ErrorLine trouble={cancel.error} />}
    </div>
  );
}
