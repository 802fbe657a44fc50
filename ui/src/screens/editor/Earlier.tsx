import { RotateCcw, X } from 'lucide-react';
import { useState } from 'react';
import { call } from '../../backend';
import type { RevisionRow } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { Choose } from '../../parts/Choose';
import { ErrorLine } from '../../parts/ErrorLine';
import { Select } from '../../parts/Select';
import { toast } from '../../parts/toasts';
import { PieceText } from '../../pieces/PieceText';
import { useAct, useLive } from '../../state/live';
import { direction, useFormats, useT } from '../../text';
import { Differing } from './Differing';
import css from './EditorScreen.module.css';
import type { VersionWork } from './work/version';

/** An earlier text beside the page, to read before it is brought back. Bringing it back makes a new saved state. */
export function Earlier(props: {
  draft: string;
  revision: RevisionRow;
  version: VersionWork;
  readOnly: boolean;
  onClose: () => void;
  onRestored: () => void;
}) {
  const t = useT();
  const formats = useFormats();
  const { draft, revision, version } = props;
  const earlier = useLive('drafts.revision', { draft, rev: revision.rev }, [], { keep: false });
  const restore = useAct('drafts.restore', props.onRestored);
  const [view, setView] = useState<'text' | 'changes'>('text');
  const history = useLive('drafts.history', { draft, lang: version.lang }, ['drafts']);
  const others = (history.data?.revisions ?? []).filter((one) => one.rev !== revision.rev);
  const [chosen, setChosen] = useState<string | null>(null);
  // What was chosen may have been taken up by a newer save of the same burst.
  const other = others.find((one) => one.rev === chosen) ?? others.find((one) => one.current) ?? others[0];
  const older = other !== undefined && !other.current && other.at < revision.at;
  const [from, to] = older ? [other.rev, revision.rev] : [revision.rev, other?.rev ?? revision.rev];
  const changes = useLive('drafts.compare', { draft, from, to }, ['drafts'], {
    when: view === 'changes' && other !== undefined,
  });
  const bringBack = async () => {
    // What is on the screen becomes a saved state first, so that undo can lead back to it.
    if (!(await version.autosave.flush())) return;
    const before = version.autosave.base;
    restore.mutate(
      { draft, rev: revision.rev },
      {
        onSuccess: () => {
          toast(t('editor.history.restored'), {
            label: t('common.action.undo'),
            act: () => void call('drafts.restore', { draft, rev: before }).then(props.onRestored),
          });
          props.onClose();
        },
      },
    );
  };
  const time = formats.dateTime(revision.at);
  const { text, rendered } = earlier.data ?? {};
  return (
    <section className={css.beside} aria-label={t('editor.history.text_of', { time })} data-region>
      <header className={css.besideHead}>
        <h2>{t('editor.history.text_of', { time })}</h2>
        <div className={css.besideWays}>
          {!props.readOnly && (
            <Button
              small
              icon={RotateCcw}
              isDisabled={restore.isPending || !text}
              aria-label={t('editor.history.restore_of', { time })}
              onPress={() => void bringBack()}
            >
              {t('editor.history.restore')}
            </Button>
          )}
          <Button
            kind="quiet"
            small
            icon={X}
            aria-label={t('editor.history.close')}
            onPress={props.onClose}
          />
        </div>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a text that scrolls must be reachable by keyboard */}
      <div className={css.besideText} tabIndex={0}>
        {restore.error && <ErrorLine trouble={restore.error} />}
        {earlier.error && <ErrorLine trouble={earlier.error} />}
        {revision.aside && <p className={css.besideNote}>{t('editor.history.aside')}</p>}
        {other && (
          <div className={css.besideView}>
            <Choose
              label={t('editor.history.view')}
              labelHidden
              row
              value={view}
              onChange={(id) => setView(id as 'text' | 'changes')}
              options={[
                { id: 'text', label: t('editor.history.view.text') },
                { id: 'changes', label: t('editor.history.view.changes') },
              ]}
            />
            {view === 'changes' && (
              <Select
                label={t('editor.history.compared_with')}
                labelHidden
                value={other.rev}
                onChange={setChosen}
                choices={others.map((one) => ({
                  id: one.rev,
                  label: one.current
                    ? t('editor.history.with_now')
                    : t('editor.history.text_of', { time: formats.dateTime(one.at) }),
                  more: one.title,
                }))}
              />
            )}
          </div>
        )}
        {view === 'changes' && changes.error && <ErrorLine trouble={changes.error} />}
        {view === 'changes' && changes.data && <Differing diff={changes.data} />}
        {view === 'text' && text && rendered && (
          <article lang={text.lang} dir={direction(text.lang)}>
            {text.title && <p className={css.besideTitle}>{text.title}</p>}
            {text.summary && <p className={css.besideSummary}>{text.summary}</p>}
            <PieceText html={rendered.html} lang={text.lang} dir={rendered.dir} />
          </article>
        )}
      </div>
    </section>
  );
}
