import { Image } from 'lucide-react';
import { Fragment } from 'react';
import type { Change, Note } from '../backend/wire';
import { useLang, useT } from '../text';
import css from './ChangedText.module.css';
import { type Paragraph, paragraphs, type Run } from './paragraphs';
import { useNoteWords } from './useNoteWords';

/** A text of several blocks with every change in its place; each block finds its own direction. */
export function ChangedBlocks({ changes }: { changes: Change[] }) {
  return paragraphs(changes).map((paragraph, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: paragraphs have no other name
    <Block key={index} paragraph={paragraph} />
  ));
}

/** A text of one line with every change in its place. */
export function ChangedLine({ changes }: { changes: Change[] }) {
  return (
    <span className={css.text}>
      <Runs runs={changes.map((change) => ({ ...change, notes: change.notes ?? [] }))} />
    </span>
  );
}

function Block({ paragraph }: { paragraph: Paragraph }) {
  if (paragraph.notes.length === 0) {
    return (
      <p dir="auto" className={css.text}>
        <Runs runs={paragraph.runs} />
      </p>
    );
  }
  return (
    <div className={css.formed}>
      <Told notes={paragraph.notes} />
      <p dir="auto" className={css.text}>
        <Runs runs={paragraph.runs} />
      </p>
    </div>
  );
}

function Runs({ runs }: { runs: Run[] }) {
  return runs.map((run, index) => {
    const words = <Words text={run.text} />;
    // biome-ignore lint/suspicious/noArrayIndexKey: the place in the text is the only name a word has
    if (run.kind === 'added') return <ins key={index}>{words}</ins>;
    // biome-ignore lint/suspicious/noArrayIndexKey: as above
    if (run.kind === 'removed') return <del key={index}>{words}</del>;
    // biome-ignore lint/suspicious/noArrayIndexKey: as above
    if (run.notes.length === 0) return <Fragment key={index}>{words}</Fragment>;
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: as above
      <Fragment key={index}>
        <span className={css.noted}>{words}</span> <Told notes={run.notes} />
      </Fragment>
    );
  });
}

/** A picture that has no words stands in the text as one character. */
const WORDLESS = '\u{FFFC}';

function Words({ text }: { text: string }) {
  const t = useT();
  const { lang, dir } = useLang();
  return text.split(WORDLESS).map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: as above
    <Fragment key={index}>
      {index > 0 && (
        <span className={css.picture} lang={lang} dir={dir} data-beside>
          <Image size={14} aria-hidden /> {t('review.picture')}
        </span>
      )}
      {part}
    </Fragment>
  ));
}

/** In the words of the interface, whatever the language of the text around. */
function Told({ notes }: { notes: Note[] }) {
  const words = useNoteWords();
  const { lang, dir } = useLang();
  return (
    <span className={css.note} lang={lang} dir={dir} data-beside>
      {notes.map(words).join(' · ')}
    </span>
  );
}
