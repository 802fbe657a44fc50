import { memo, useEffect, useRef } from 'react';
import type { Draft } from '../../../backend/wire';
import { Choose } from '../../../parts/Choose';
import { Switch } from '../../../parts/Switch';
import { WrittenIn } from '../../../parts/writing';
import { useT } from '../../../text';
import { FieldInput } from '../fields/FieldInput';
import { type FieldSpec, fieldsOf, type Lists, useLists } from '../fields/spec';
import { useDescription, useVersionWords, type Work } from '../work/useWork';
import { Areas } from './Areas';
import css from './Panel.module.css';

/** The field of a version that says a machine translated it; with the original's language it is the origin of the words. */
const MACHINE = 'machineTranslated';

/** The description of the piece: areas, then the fields of its type; what is asked for before review comes first. */
export function About(props: { draft: Draft; work: Work; readOnly: boolean }) {
  const t = useT();
  const lists = useLists();
  const { work, readOnly } = props;
  const description = useDescription(work);
  const words = useVersionWords(work);
  const place = useRef<HTMLDivElement>(null);

  // Leaving a field is a good moment to save.
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const save = () => {
      void work.version.autosave.flush();
      void work.description.autosave.flush();
    };
    element.addEventListener('focusout', save);
    return () => element.removeEventListener('focusout', save);
  }, [work]);

  const { first, more } = lists ? fieldsOf(lists.types, props.draft.type) : { first: [], more: [] };
  const isOriginal = work.version.lang === props.draft.primary_lang;
  // Told above all others, as where the words come from.
  const shown = more.filter(({ key }) => key !== MACHINE);
  const show = (spec: FieldSpec) =>
    lists && (
      <OneField
        key={spec.key}
        spec={spec}
        lists={lists}
        draft={props.draft.id}
        work={work}
        readOnly={readOnly}
        value={spec.localized ? words.fields[spec.key] : description.fields[spec.key]}
      />
    );
  return (
    <div ref={place} className={css.fields}>
      {isOriginal ? (
        <p className={css.quiet}>{t('editor.origin.original')}</p>
      ) : (
        <div data-field={MACHINE}>
          <Choose
            label={t('editor.origin')}
            row
            value={words.fields[MACHINE] === true ? 'machine' : 'person'}
            onChange={(origin) => !readOnly && work.version.setField(MACHINE, origin === 'machine')}
            options={(['person', 'machine'] as const).map((id) => ({ id, label: t(`editor.origin.${id}`) }))}
          />
          {words.fields[MACHINE] === true && <p className={css.quiet}>{t('editor.origin.told')}</p>}
        </div>
      )}
      <Areas
        chosen={description.areas}
        readOnly={readOnly}
        onChange={(areas) => work.description.setAreas(areas)}
      />
      {first.map(show)}
      <Switch
        isOn={description.urgent}
        isDisabled={readOnly}
        onChange={(urgent) => work.description.setUrgent(urgent)}
      >
        {t('editor.urgent')}
      </Switch>
      {shown.length > 0 && (
        <details className={css.more}>
          <summary>{t('editor.more_fields', { count: shown.length })}</summary>
          <div className={css.fields}>{shown.map(show)}</div>
        </details>
      )}
    </div>
  );
}

/** Only the field whose value changed is drawn again. */
const OneField = memo(function OneField(props: {
  spec: FieldSpec;
  lists: Lists;
  draft: string;
  work: Work;
  readOnly: boolean;
  value: unknown;
}) {
  const { spec, work } = props;
  return (
    <div data-field={spec.key}>
      <WrittenIn value={spec.localized ? work.version.lang : null}>
        <FieldInput
          spec={spec}
          lists={props.lists}
          draft={props.draft}
          value={props.value}
          readOnly={props.readOnly}
          onChange={(value) =>
            spec.localized
              ? work.version.setField(spec.key, value)
              : work.description.setField(spec.key, value)
          }
        />
      </WrittenIn>
    </div>
  );
});
