import { Copy, LogOut, RotateCw } from 'lucide-react';
import type { Body } from '../../editor';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { toast } from '../../parts/toasts';
import { useT } from '../../text';
import { ConflictNotice } from './ConflictNotice';
import { copyText } from './clipboard';
import { Notice } from './Notices';
import { type Leaving, useSaving, type Work } from './work/useWork';

/** A save that met another, or keeps failing: what happened, and every way on. */
export function SaveTrouble(props: {
  work: Work;
  body: Body | null;
  lang: string;
  leaving: Leaving;
  onTakeTheirs: () => Promise<unknown>;
}) {
  const t = useT();
  const { work, leaving } = props;
  const { state, failure } = useSaving(work);
  if (state === 'conflict') {
    return (
      <>
        {leaving.wanted && <LeaveQuestion leaving={leaving} words={t('editor.leave.conflict')} />}
        <ConflictNotice
          conflict={failure?.conflict ?? null}
          lang={props.lang}
          onKeepMine={(theirs) => work.version.autosave.keepMine(theirs)}
          onTakeTheirs={props.onTakeTheirs}
        />
      </>
    );
  }
  const again = () => {
    void work.version.autosave.flush();
    void work.description.autosave.flush();
  };
  const copy = () => {
    const copied = copyText(wholeText(work, props.body));
    toast(t(copied ? 'editor.save.copied' : 'editor.save.not_copied'));
  };
  return (
    <>
      {leaving.wanted && <LeaveQuestion leaving={leaving} words={t('editor.leave.unsaved')} />}
      {state === 'failed' && failure && (
        <ErrorLine trouble={failure}>
          <p>{t('editor.save.goes_on')}</p>
          <Button small icon={RotateCw} onPress={again}>
            {t('editor.save.again')}
          </Button>
          <Button small icon={Copy} onPress={copy}>
            {t('editor.save.copy')}
          </Button>
        </ErrorLine>
      )}
    </>
  );
}

function LeaveQuestion(props: { leaving: Leaving; words: string }) {
  const t = useT();
  return (
    <Notice
      look="attention"
      urgent
      ways={
        <>
          <Button onPress={() => props.leaving.answer(false)}>{t('editor.leave.stay')}</Button>
          <Button kind="danger" icon={LogOut} mirror onPress={() => props.leaving.answer(true)}>
            {t('editor.leave.anyway')}
          </Button>
        </>
      }
    >
      {props.words}
    </Notice>
  );
}

/** Title, summary and text, to be put into another program. */
function wholeText(work: Work, body: Body | null): { text: string; html: string } {
  const { title, summary } = work.version.words();
  const whole = body?.copied() ?? { text: '', html: '' };
  const place = document.createElement('div');
  for (const [tag, words] of [
    ['h1', title],
    ['p', summary],
  ] as const) {
    if (words.trim() === '') continue;
    const element = document.createElement(tag);
    element.textContent = words;
    place.append(element);
  }
  return {
    text: [title, summary, whole.text].filter((part) => part.trim() !== '').join('\n\n'),
    html: place.innerHTML + whole.html,
  };
}
