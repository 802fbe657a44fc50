import { Check, CircleSlash, MessageSquareReply, RotateCcw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { CommentRow } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { Field } from '../../parts/Field';
import { useAct } from '../../state/live';
import { useFormats, useT } from '../../text';
import css from './Comments.module.css';

/** A comment with its answers. `own`: the text can be changed here, so a suggestion can be taken into it. */
export function CommentCard(props: {
  comment: CommentRow;
  gone: boolean;
  own: boolean;
  chosen: boolean;
  onChoose: () => void;
}) {
  const t = useT();
  const formats = useFormats();
  const { comment, own } = props;
  const [answering, setAnswering] = useState(false);
  const [words, setWords] = useState('');
  const answer = useAct('review.answer', () => {
    setAnswering(false);
    setWords('');
  });
  const remove = useAct('review.uncomment');
  const act = (what: string, said = '') => answer.mutate({ comment: comment.id, act: what, words: said });
  const failed = answer.error ?? remove.error;
  const open = comment.state === 'open';
  return (
    <li className={css.card} data-state={comment.state} data-chosen={props.chosen || undefined}>
      <button type="button" className={css.quote} aria-pressed={props.chosen} onClick={props.onChoose}>
        <bdi lang={comment.lang}>{comment.quote}</bdi>
      </button>
      {props.gone && (
        <p className={css.state}>
          <CircleSlash size={14} aria-hidden /> {t('comments.gone')}
        </p>
      )}
      {comment.words && (
        <p className={css.words} dir="auto">
          {comment.words}
        </p>
      )}
      {comment.suggestion !== null && (
        <p className={css.suggestion} lang={comment.lang} dir="auto">
          <del>{comment.quote}</del> {comment.suggestion && <ins>{comment.suggestion}</ins>}
        </p>
      )}
      <p className={css.by}>
        {t('comments.by', { name: comment.by, time: formats.dateTime(comment.at) })}
        {!comment.given && <> · {t('comments.waits')}</>}
      </p>
      {comment.answers.length > 0 && (
        <ul className={css.answers}>
          {comment.answers.map((one) => (
            <li key={one.id}>
              {one.words && (
                <p className={css.words} dir="auto">
                  {one.words}
                </p>
              )}
              <p className={css.by}>
                {t(`comments.did.${one.act as 'say' | 'accept' | 'resolve' | 'reopen'}`, { name: one.by })}
              </p>
            </li>
          ))}
        </ul>
      )}
      {!open && (
        <p className={css.state}>
          <Check size={14} aria-hidden />{' '}
          {t(comment.state === 'accepted' ? 'comments.state.accepted' : 'comments.state.resolved')}
        </p>
      )}
      {failed && <ErrorLine trouble={failed} />}
      {answering ? (
        <>
          <Field label={t('comments.answer')} rows={2} value={words} onChange={setWords} autoFocus />
          <div className={css.ways}>
            <Button
              small
              kind="primary"
              isDisabled={!words.trim() || answer.isPending}
              onPress={() => act('say', words)}
            >
              {t('comments.answer_now')}
            </Button>
            <Button small onPress={() => setAnswering(false)}>
              {t('common.action.cancel')}
            </Button>
          </div>
        </>
      ) : !comment.given ? (
        <div className={css.ways}>
          <Button small kind="quiet" icon={Trash2} onPress={() => remove.mutate({ comment: comment.id })}>
            {t('comments.remove')}
          </Button>
        </div>
      ) : (
        <div className={css.ways}>
          {open && own && comment.suggestion !== null && !props.gone && (
            <Button
              small
              kind="primary"
              icon={Check}
              isDisabled={answer.isPending}
              onPress={() => act('accept')}
            >
              {t('comments.accept')}
            </Button>
          )}
          <Button small icon={MessageSquareReply} mirror onPress={() => setAnswering(true)}>
            {t('comments.answer_short')}
          </Button>
          {open ? (
            <Button small icon={Check} isDisabled={answer.isPending} onPress={() => act('resolve')}>
              {t('comments.resolve')}
            </Button>
          ) : (
            <Button small icon={RotateCcw} isDisabled={answer.isPending} onPress={() => act('reopen')}>
              {t('comments.reopen')}
            </Button>
          )}
        </div>
      )}
    </li>
  );
}
