import { MessageSquarePlus } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { Field } from '../../parts/Field';
import { Switch } from '../../parts/Switch';
import { useAct } from '../../state/live';
import { useT } from '../../text';
import css from './Comments.module.css';
import type { Marked } from './page';

/** What is said about marked words, and, where wanted, what should stand there instead. */
export function NewComment(props: { draft: string; lang: string; marked: Marked; onDone: () => void }) {
  const t = useT();
  const { draft, lang, marked } = props;
  const [words, setWords] = useState('');
  const [suggestion, setSuggestion] = useState<string | null>(null);
  const write = useAct('review.comment', props.onDone);
  const nothing = !words.trim() && (suggestion === null || suggestion === marked.quote);
  return (
    <form
      className={css.card}
      aria-label={t('comments.new')}
      onSubmit={(event) => {
        event.preventDefault();
        if (nothing) return;
        write.mutate({
          draft,
          lang,
          place: marked.part,
          quote: marked.quote,
          before: marked.before,
          words,
          ...(suggestion === null ? {} : { suggestion }),
        });
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') props.onDone();
      }}
    >
      <p className={css.quote}>
        <bdi lang={lang}>{marked.quote}</bdi>
      </p>
      <Field label={t('comments.words')} rows={2} value={words} onChange={setWords} autoFocus />
      <Switch isOn={suggestion !== null} onChange={(on) => setSuggestion(on ? marked.quote : null)}>
        {t('comments.suggest')}
      </Switch>
      {suggestion !== null && (
        <Field label={t('comments.instead')} rows={2} value={suggestion} onChange={setSuggestion} />
      )}
      {write.error && <ErrorLine trouble={write.error} />}
      <div className={css.ways}>
        <Button
          small
          kind="primary"
          type="submit"
          icon={MessageSquarePlus}
          isDisabled={nothing || write.isPending}
        >
          {t('comments.write')}
        </Button>
        <Button small onPress={props.onDone}>
          {t('common.action.cancel')}
        </Button>
      </div>
    </form>
  );
}
