import { ArrowLeft, PencilLine } from 'lucide-react';
import { useState } from 'react';
import type { CommentRow, Draft } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { ScreenHead } from '../../parts/Screen';
import { Tabs } from '../../parts/Tabs';
import { Commented } from '../../pieces/comments/Commented';
import { PieceText } from '../../pieces/PieceText';
import { useLive } from '../../state/live';
import { back, go } from '../../state/screen';
import { direction, useFormats, useT } from '../../text';
import css from './Comments.module.css';

/** The author's text as it is now, with what the review says about words of it: to take in, to answer, to settle. */
export function Comments(props: { draft: string }) {
  const t = useT();
  const { languageName } = useFormats();
  const draft = useLive('drafts.open', { draft: props.draft }, ['drafts', 'review'], { keep: false });
  const list = useLive('review.comments', { draft: props.draft }, ['drafts', 'review'], { keep: false });
  const standing = useLive('review.standing', { draft: props.draft }, ['review', 'settings', 'drafts']);
  const [lang, setLang] = useState<string | null>(null);
  const piece = draft.data;
  const comments = list.data?.comments ?? [];
  const open = (one: CommentRow) => one.state === 'open';
  // Where something is open comes first.
  const first = comments.find(open)?.lang ?? piece?.primary_lang;
  const version = piece?.languages.find((one) => one.lang === (lang ?? first)) ?? piece?.languages[0];
  const title = piece?.languages.find((one) => one.lang === piece.primary_lang)?.title;
  // What somebody is deciding about is not changed beneath them, and another desk's piece never.
  const own = piece?.state !== 'in_review' && !(standing.data?.guest ?? false);
  return (
    <div className={css.screen}>
      <ScreenHead title={t('comments.title')} note={<bdi>{title || t('common.untitled')}</bdi>}>
        {own && piece && (
          <Button icon={PencilLine} onPress={() => void go({ name: 'editor', draft: piece.id })}>
            {t('review.open_editor')}
          </Button>
        )}
        <Button icon={ArrowLeft} mirror onPress={() => void back()}>
          {t('proof.back')}
        </Button>
      </ScreenHead>
      <div className={css.inside}>
        {draft.error && <ErrorLine trouble={draft.error} />}
        {list.error && <ErrorLine trouble={list.error} />}
        {list.data && piece && (
          <p className={css.quiet} role="status">
            {comments.length === 0
              ? t('comments.none')
              : t('comments.open', { count: comments.filter(open).length })}
          </p>
        )}
        {piece && version && (
          <Tabs
            label={t('common.languages')}
            value={version.lang}
            onChange={setLang}
            tabs={piece.languages.map((one) => ({
              id: one.lang,
              label: (
                <Label
                  name={languageName(one.lang)}
                  open={comments.filter((comment) => comment.lang === one.lang && open(comment)).length}
                />
              ),
            }))}
          >
            <Commented
              draft={piece.id}
              lang={version.lang}
              of="in_draft"
              comments={comments}
              own={own}
              writes={false}
            >
              <Page draft={piece} lang={version.lang} />
            </Commented>
          </Tabs>
        )}
      </div>
    </div>
  );
}

function Page({ draft, lang }: { draft: Draft; lang: string }) {
  const version = draft.languages.find((one) => one.lang === lang);
  const text = useLive('drafts.render', { draft: draft.id, lang }, ['drafts']);
  return (
    <article className={css.sheet} lang={lang} dir={direction(lang)}>
      <h2 className={css.title} data-part="title">
        {version?.title}
      </h2>
      {version?.summary && (
        <p className={css.summary} data-part="summary">
          {version.summary}
        </p>
      )}
      <div data-part="body">
        {text.data && <PieceText html={text.data.html} lang={lang} dir={text.data.dir} />}
      </div>
    </article>
  );
}

function Label(props: { name: string; open: number }) {
  const { number } = useFormats();
  return props.open > 0 ? `${props.name} ${number(props.open)}` : props.name;
}
