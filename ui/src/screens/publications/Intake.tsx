import { Ellipsis, FilePlus2, FileSpreadsheet, FolderOpen, FolderSearch, Save } from 'lucide-react';
import { memo, useCallback, useEffect, useState } from 'react';
import { call, onDrop } from '../../backend';
import type { Job } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { Menu } from '../../parts/Menu';
import { toast } from '../../parts/toasts';
import { useAct, useLive } from '../../state/live';
import { go } from '../../state/screen';
import { useWatched } from '../../state/watched';
import { useT } from '../../text';
import { dropped, sheetAmong } from './dropped';
import css from './Intake.module.css';
import { JobLine } from './JobLine';

/** Where files come in: a wide place while there are none, a bar once there are, progress while it works. */
export const Intake = memo(function Intake(props: { empty: boolean; onSheet: (file: string) => void }) {
  const t = useT();
  const jobs = useLive('jobs.list', {}, ['jobs']);
  const [over, setOver] = useState(false);
  const intake = useAct('publications.intake');
  const watched = useWatched();
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

  const all = jobs.data?.jobs ?? [];
  const latest = all.find((job) => underWay(job)) ?? all.at(-1);
  const failed =
    choose.error ?? intake.error ?? chooseSheet.error ?? place.error ?? exported.error ?? watched.failed;
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
      {latest && (underWay(latest) || (!props.empty && isFresh(latest))) ? (
        <JobLine job={latest} />
      ) : (
        <div className={css.invitation}>
          {props.empty && <h2 className={css.title}>{t('publications.empty.title')}</h2>}
          <p className={css.words}>
            {props.empty ? t('publications.empty.text') : t('publications.intake.drop')}
          </p>
        </div>
      )}
      {!(latest && underWay(latest)) && (
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
          {props.empty ? (
            watched.folder === null && (
              <Button icon={FolderSearch} onPress={watched.choose}>
                {t('watched.choose')}
              </Button>
            )
          ) : (
            <Menu
              label={t('publications.intake.more')}
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
                'line',
                {
                  id: 'watch',
                  label: t(watched.folder === null ? 'watched.choose' : 'watched.open'),
                  icon: FolderSearch,
                  onAction: () =>
                    watched.folder === null
                      ? watched.choose()
                      : void go({ name: 'settings', section: 'watched' }),
                },
              ]}
            >
              <Button small icon={Ellipsis} aria-label={t('publications.intake.more')} />
            </Menu>
          )}
        </div>
      )}
      {failed && <ErrorLine trouble={failed} />}
    </section>
  );
});

/** Running, or held for a while. */
function underWay(job: Job): boolean {
  return job.state === 'running' || job.state === 'paused';
}

const AN_HOUR_MS = 3_600_000;

/** A finished job is told for an hour; then the place invites again. */
function isFresh(job: Job): boolean {
  return Date.now() - Date.parse(job.started_at) < AN_HOUR_MS;
}
