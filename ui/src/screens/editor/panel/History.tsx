import { BookMarked, Layers2 } from 'lucide-react';
import { ToggleButton } from 'react-aria-components';
import type { RevisionRow } from '../../../backend/wire';
import { ErrorLine } from '../../../parts/ErrorLine';
import { useLive } from '../../../state/live';
import { useFormats, useT } from '../../../text';
import css from './Panel.module.css';

/** Saved states of this language version, newest first. A chosen one is shown beside the page. */
export function History(props: {
  draft: string;
  lang: string;
  shown: string | null;
  onShow: (revision: RevisionRow | null) => void;
}) {
  const t = useT();
  const history = useLive('drafts.history', { draft: props.draft, lang: props.lang }, ['drafts']);
  if (history.error) return <ErrorLine trouble={history.error} />;
  const revisions = history.data?.revisions ?? [];
  return (
    <div className={css.history}>
      <p className={css.quiet}>{t('editor.history.how')}</p>
      <ol className={css.revisions}>
        {revisions.map((revision) => (
          <li key={revision.rev}>
            {revision.current ? (
              <div className={css.revision}>
                <Revision revision={revision} />
              </div>
            ) : (
              <ToggleButton
                className={css.revision}
                isSelected={props.shown === revision.rev}
                onChange={(chosen) => props.onShow(chosen ? revision : null)}
              >
                <Revision revision={revision} />
              </ToggleButton>
            )}
          </li>
        ))}
      </ol>
    </div>
  );
}

function Revision({ revision }: { revision: RevisionRow }) {
  const t = useT();
  const formats = useFormats();
  return (
    <>
      <span className={css.when}>
        <strong>{formats.dateTime(revision.at)}</strong>
        {revision.current && <span className={css.now}>{t('editor.history.now')}</span>}
      </span>
      <span className={css.line}>
        <bdi>{revision.title || t('common.untitled')}</bdi>
      </span>
      <span className={css.line}>
        {t('editor.history.about', { count: revision.words, name: revision.by })}
      </span>
      {revision.handed_at && (
        <span className={css.kept}>
          <BookMarked size={14} aria-hidden />
          {t('editor.history.handed', { time: formats.dateTime(revision.handed_at) })}
        </span>
      )}
      {revision.aside && (
        <span className={css.kept}>
          <Layers2 size={14} aria-hidden />
          {t('editor.history.aside')}
        </span>
      )}
    </>
  );
}
