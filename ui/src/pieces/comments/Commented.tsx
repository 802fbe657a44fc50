import { MessageSquarePlus } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import type { CommentRow } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { useT } from '../../text';
import { CommentCard } from './CommentCard';
import css from './Comments.module.css';
import { MarkedPage } from './MarkedPage';
import { NewComment } from './NewComment';
import type { Marked } from './page';

const PARTS = ['title', 'summary', 'body'];

/**
 * One language of a piece with the comments on it in the margin. `of` says which text is shown: the release in review, or
 * the draft as it is now. `writes`: words can be marked and commented on.
 */
export function Commented(props: {
  draft: string;
  lang: string;
  of: 'in_release' | 'in_draft';
  comments: CommentRow[];
  own: boolean;
  writes: boolean;
  children: ReactNode;
}) {
  const t = useT();
  const { lang, of, writes } = props;
  const [chosen, setChosen] = useState<string | null>(null);
  const [marked, setMarked] = useState<Marked | null>(null);
  const [writing, setWriting] = useState<Marked | null>(null);
  const comments = useMemo(() => {
    const own = props.comments.filter((one) => one.lang === lang);
    const place = (one: CommentRow) => PARTS.indexOf(one.place);
    const at = (one: CommentRow) => one[of]?.at ?? Number.POSITIVE_INFINITY;
    return own.sort((a, b) => place(a) - place(b) || at(a) - at(b));
  }, [props.comments, lang, of]);
  const marks = comments.flatMap((one) => {
    const here = one[of];
    const settled = one.state !== 'open' && one.id !== chosen;
    return here && !settled ? [{ id: one.id, part: one.place, quote: here.quote, nth: here.nth }] : [];
  });
  const margin = comments.length > 0 || marked !== null || writing !== null;
  return (
    <>
      {writes && !margin && <p className={css.hint}>{t('comments.how')}</p>}
      <div className={css.beside} data-margin={margin || undefined}>
        <MarkedPage
          marks={marks}
          chosen={chosen}
          onChoose={setChosen}
          onMarked={writes ? setMarked : undefined}
        >
          {props.children}
        </MarkedPage>
        {margin && (
          <section className={css.margin} aria-label={t('comments.title')}>
            {writing ? (
              <NewComment
                key={`${writing.part} ${writing.quote}`}
                draft={props.draft}
                lang={lang}
                marked={writing}
                onDone={() => {
                  setWriting(null);
                  setMarked(null);
                }}
              />
            ) : (
              marked && (
                <div className={css.ways}>
                  <Button small kind="primary" icon={MessageSquarePlus} onPress={() => setWriting(marked)}>
                    {t('comments.new')}
                  </Button>
                </div>
              )
            )}
            <ul className={css.margin}>
              {comments.map((one) => (
                <CommentCard
                  key={one.id}
                  comment={one}
                  gone={one[of] === null}
                  own={props.own}
                  chosen={one.id === chosen}
                  onChoose={() => setChosen(one.id === chosen ? null : one.id)}
                />
              ))}
            </ul>
          </section>
        )}
      </div>
    </>
  );
}
