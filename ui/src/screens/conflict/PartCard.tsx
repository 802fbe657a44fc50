import type { ReactNode } from 'react';
import type { Change, ConflictView, Part, Side } from '../../backend/wire';
import { Choose } from '../../parts/Choose';
import { ChangedBlocks, ChangedLine } from '../../pieces/ChangedText';
import { useFieldName } from '../../pieces/useFieldName';
import { valueText } from '../../pieces/values';
import { nameIn, useVocabulary } from '../../state/vocabulary';
import { direction, useLang, useT } from '../../text';
import css from './PartCard.module.css';
import { sidesOf } from './parts';

/** One part as it was sent, as the portal has it and as it is here, and the choice. */
export function PartCard(props: {
  part: Part;
  view: ConflictView;
  chosen: Side | null;
  onChoose: (side: Side) => void;
}) {
  const t = useT();
  const { part, view, chosen } = props;
  const name = usePartName()(part);
  const marks = view.marks[part.key];
  const column = (side: 'base' | 'theirs' | 'ours', changes: Change[] | undefined, value: unknown) => (
    <div
      className={css.side}
      data-side={side}
      data-chosen={side !== 'base' && (chosen === side || chosen === 'both') ? true : undefined}
    >
      <h4 className={css.of}>{t(`conflict.side.${side}`)}</h4>
      <Value part={part} changes={changes} value={value} />
    </div>
  );
  return (
    <section className={css.part} aria-label={name} data-open={chosen === null || undefined}>
      <header className={css.head}>
        <h3>{name}</h3>
        <span className={css.fate}>{t(`conflict.fate.${part.fate}`)}</span>
      </header>
      <div className={css.sides} data-two={!view.has_base || undefined}>
        {view.has_base && column('base', marks && before(marks.ours), part.base)}
        {column('theirs', marks?.theirs, part.theirs)}
        {column('ours', marks?.ours, part.ours)}
      </div>
      <div className={css.choice}>
        <Choose
          label={t('conflict.choose', { part: name })}
          labelHidden
          row
          value={chosen}
          onChange={(side) => props.onChoose(side as Side)}
          options={sidesOf(part).map((side) => ({ id: side, label: t(`conflict.take.${side}`) }))}
        />
        {chosen === null && <span className={css.ask}>{t('conflict.open')}</span>}
      </div>
    </section>
  );
}

/** The text both came from: what stayed, and what ours took out. */
function before(changes: Change[]): Change[] {
  return changes
    .filter((change) => change.kind !== 'added')
    .map((change) => ({ kind: 'same', text: change.text }));
}

function Value(props: { part: Part; changes: Change[] | undefined; value: unknown }) {
  const t = useT();
  const { part } = props;
  const lang = part.lang ?? undefined;
  const shown = useValueText();
  let words: ReactNode;
  const nothing = props.value === null || props.value === '';
  if (props.changes && (part.kind === 'title' || part.kind === 'summary')) {
    words = (
      <p className={css.line}>
        <ChangedLine changes={props.changes} />
      </p>
    );
  } else if (props.changes) {
    words = (
      <div className={css.block}>
        <ChangedBlocks changes={props.changes} />
      </div>
    );
  } else {
    words = (
      <p className={css.value}>
        <bdi>{shown(part, props.value)}</bdi>
      </p>
    );
  }
  return (
    <>
      {nothing && <p className={css.nothing}>{t('conflict.nothing')}</p>}
      {(!nothing || props.changes?.some((change) => change.kind === 'removed')) && (
        <div className={css.words} lang={lang} dir={lang ? direction(lang) : undefined}>
          {words}
        </div>
      )}
    </>
  );
}

function useValueText(): (part: Part, value: unknown) => string {
  const { lang } = useLang();
  const vocabulary = useVocabulary();
  return (part, value) => {
    if (part.kind !== 'areas' || !Array.isArray(value)) return valueText(value);
    const name = (id: unknown) =>
      nameIn(vocabulary?.areas.find((area) => area.id === id)?.name, lang) || String(id);
    return value.map(name).join('\n');
  };
}

/** What a part is called. */
export function usePartName(): (part: Part) => string {
  const t = useT();
  const fieldName = useFieldName();
  return (part) => {
    if (part.kind === 'field') return fieldName(part.field);
    return part.kind === 'areas' ? fieldName('thematicAreas') : t(`conflict.part.${part.kind}`);
  };
}
