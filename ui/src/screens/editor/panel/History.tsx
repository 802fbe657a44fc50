import { RotateCcw } from 'lucide-react';
import { call } from '../../../backend';
import { Button } from '../../../parts/Button';
import { ErrorLine } from '../../../parts/ErrorLine';
import { toast } from '../../../parts/toasts';
import { useAct, useLive } from '../../../state/live';
import { useFormats, useT } from '../../../text';
import type { VersionWork } from '../work/version';
import css from './Panel.module.css';

/** Saved states of this language version, newest first. Restoring makes a new one: nothing is lost by it. */
export function History(props: {
  draft: string;
  version: VersionWork;
  readOnly: boolean;
  onRestored: () => void;
}) {
  const t = useT();
  const formats = useFormats();
  const { version } = props;
  const history = useLive('drafts.history', { draft: props.draft, lang: version.lang }, ['drafts']);
  const restore = useAct('drafts.restore', props.onRestored);
  const bringBack = async (rev: string) => {
    // What is on the screen becomes a saved state first, so that undo can lead back to it.
    if (!(await version.autosave.flush())) return;
    const before = version.autosave.base;
    restore.mutate(
      { draft: props.draft, rev },
      {
        onSuccess: () =>
          toast(t('editor.history.restored'), {
            label: t('common.action.undo'),
            act: () =>
              void call('drafts.restore', { draft: props.draft, rev: before }).then(props.onRestored),
          }),
      },
    );
  };
  if (history.error) return <ErrorLine trouble={history.error} />;
  const revisions = history.data?.revisions ?? [];
  return (
    <div className={css.checks}>
      {restore.error && <ErrorLine trouble={restore.error} />}
      <ol className={css.revisions}>
        {revisions.map((revision, index) => (
          <li key={revision.rev} className={css.revision}>
            <div>
              <strong>{formats.dateTime(revision.at)}</strong>
              <p className={css.quiet}>
                <bdi>{revision.title || t('common.untitled')}</bdi>
              </p>
              <p className={css.quiet}>
                {t('editor.history.about', { count: revision.words, name: revision.by })}
              </p>
            </div>
            {index === 0 ? (
              <span className={css.quiet}>{t('editor.history.now')}</span>
            ) : (
              !props.readOnly && (
                <Button
                  small
                  icon={RotateCcw}
                  isDisabled={restore.isPending}
                  aria-label={t('editor.history.restore_of', { time: formats.dateTime(revision.at) })}
                  onPress={() => void bringBack(revision.rev)}
                >
                  {t('editor.history.restore')}
                </Button>
              )
            )}
          </li>
        ))}
      </ol>
    </div>
  );
}
