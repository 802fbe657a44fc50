import { Check, X } from 'lucide-react';
import type { Draft, SourceChange } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { changedWords } from '../../pieces/paragraphs';
import { useAct } from '../../state/live';
import { useFormats, useT } from '../../text';
import { Differing } from './Differing';
import css from './EditorScreen.module.css';
import { Notice } from './Notices';

/** Above a translation whose original has changed since: what to do about it. */
export function SourceNotice(props: {
  draft: Draft;
  lang: string;
  change: SourceChange;
  readOnly: boolean;
  shown: boolean;
  onShow: (shown: boolean) => void;
}) {
  const t = useT();
  const { languageName } = useFormats();
  const { draft, change } = props;
  const follow = useAct('drafts.follow', () => props.onShow(false));
  const count = changedWords([...change.diff.title, ...change.diff.summary, ...change.diff.body]);
  return (
    <>
      <Notice
        look="attention"
        ways={
          <>
            <Button aria-pressed={props.shown} onPress={() => props.onShow(!props.shown)}>
              {t('editor.source_changed.show')}
            </Button>
            {!props.readOnly && (
              <Button
                icon={Check}
                isDisabled={follow.isPending}
                onPress={() => follow.mutate({ draft: draft.id, lang: props.lang })}
              >
                {t('editor.source_changed.follows')}
              </Button>
            )}
          </>
        }
      >
        {t('editor.source_changed', { language: languageName(draft.primary_lang), count })}
      </Notice>
      {follow.error && <ErrorLine trouble={follow.error} />}
    </>
  );
}

/** What changed in the original, beside the translation that is to follow it. */
export function SourceBeside(props: { draft: Draft; change: SourceChange; onClose: () => void }) {
  const t = useT();
  const { languageName, dateTime } = useFormats();
  const label = t('editor.source_changed.since', {
    language: languageName(props.draft.primary_lang),
    time: dateTime(props.change.at),
  });
  return (
    <section className={css.beside} aria-label={label} data-region>
      <header className={css.besideHead}>
        <h2>{label}</h2>
        <Button kind="quiet" small icon={X} aria-label={t('editor.beside_none')} onPress={props.onClose} />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a text that scrolls must be reachable by keyboard */}
      <div className={css.besideText} tabIndex={0}>
        <Differing diff={props.change.diff} />
      </div>
    </section>
  );
}
