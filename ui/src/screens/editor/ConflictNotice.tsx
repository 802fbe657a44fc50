import { useState } from 'react';
import type { Conflict } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { direction, useT } from '../../text';
import css from './EditorScreen.module.css';

type ConflictText = Conflict['yours'];

/**
 * Somebody else saved the same text meanwhile. Both are shown; nothing is overwritten until a person chooses, and the
 * one not chosen stays in the history.
 */
export function ConflictNotice(props: {
  conflict: Conflict | null;
  lang: string;
  onKeepMine: (theirs: string) => Promise<unknown>;
  onTakeTheirs: () => Promise<unknown>;
}) {
  const t = useT();
  const [busy, setBusy] = useState(false);
  const { conflict } = props;
  const choose = (act: () => Promise<unknown>) => {
    setBusy(true);
    void act().finally(() => setBusy(false));
  };
  return (
    <section className={css.conflict} role="alert" aria-label={t('editor.conflict')}>
      <p>
        <strong>{t('editor.conflict')}</strong> {t('editor.conflict.next')}
      </p>
      {conflict && (
        <div className={css.both}>
          <Side
            label={t('editor.conflict.mine')}
            text={conflict.yours}
            other={conflict.theirs}
            lang={props.lang}
          />
          <Side
            label={t('editor.conflict.theirs')}
            text={conflict.theirs}
            other={conflict.yours}
            lang={props.lang}
          />
        </div>
      )}
      <div className={css.ways}>
        {conflict && (
          <Button isDisabled={busy} onPress={() => choose(() => props.onKeepMine(conflict.theirs.rev))}>
            {t('editor.conflict.keep_mine')}
          </Button>
        )}
        <Button isDisabled={busy} onPress={() => choose(props.onTakeTheirs)}>
          {t('editor.conflict.take_theirs')}
        </Button>
      </div>
    </section>
  );
}

/** One of the two, with the paragraphs the other does not have marked. */
function Side(props: { label: string; text: ConflictText; other: ConflictText; lang: string }) {
  const theirs = new Set(blocks(props.other));
  return (
    <section className={css.side} aria-label={props.label}>
      <h2>{props.label}</h2>
      <div lang={props.lang} dir={direction(props.lang)} className={css.sideText}>
        {blocks(props.text).map((block, index) =>
          theirs.has(block) ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: paragraphs have no other name
            <p key={index} dir="auto">
              {block}
            </p>
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: paragraphs have no other name
            <p key={index} dir="auto">
              <mark>{block}</mark>
            </p>
          ),
        )}
      </div>
    </section>
  );
}

function blocks(text: ConflictText): string[] {
  return [text.title, text.summary, ...text.body.split(/\n{2,}/)].filter((block) => block.trim() !== '');
}
