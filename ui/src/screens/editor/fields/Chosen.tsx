import { ChevronDown } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Button, ComboBox, Input, Label, ListBox, ListBoxItem, Popover, Text } from 'react-aria-components';
import { Combo, type ComboChoice } from '../../../parts/Combo';
import parts from '../../../parts/Field.module.css';
import popup from '../../../parts/Popup.module.css';
import { useLineDirection } from '../../../parts/writing';
import { useLive } from '../../../state/live';
import { nameIn, type Term } from '../../../state/vocabulary';
import { useLang, useT } from '../../../text';
import { plainLetters } from '../../../text/letters';
import type { InputProps } from './FieldFrame';
import css from './Fields.module.css';
import type { Lists } from './spec';
import { asText } from './values';

/** One term of a list, found by typing part of its name in any language. */
export function TermInput(props: InputProps & { terms: Term[] }) {
  const t = useT();
  const { lang } = useLang();
  const choices = useMemo<ComboChoice[]>(
    () =>
      props.terms.map((term) => ({
        id: term.id,
        label: nameIn(term.name, lang) || term.id,
        also: [term.id, ...Object.values(term.name).filter((name): name is string => Boolean(name))],
      })),
    [props.terms, lang],
  );
  if (props.readOnly)
    return (
      <Told {...props} text={choices.find((one) => one.id === props.value)?.label ?? asText(props.value)} />
    );
  return (
    <Combo
      label={props.label}
      help={props.help}
      choices={choices}
      value={asText(props.value) || null}
      onChange={props.onChange}
      nothing={t('editor.field.nothing_found')}
    />
  );
}

/** An organisation: chosen from the known ones (stored by id), or any other name as typed. */
export function OrganisationInput(props: InputProps & { lists: Lists }) {
  const { lang } = useLang();
  const t = useT();
  const [typed, setTyped] = useState<string | null>(null);
  const stored = asText(props.value);
  const known = props.lists.bodies.find((one) => one.id === stored);
  const text = typed ?? (known ? nameIn(known.name, lang) : stored);
  const shown = useMemo(() => {
    const wanted = plainLetters(typed ?? '');
    return props.lists.bodies
      .filter((one) =>
        [...Object.values(one.name), ...Object.values(one.acronym ?? {})].some(
          (name) => name && plainLetters(name).includes(wanted),
        ),
      )
      .slice(0, 40);
  }, [props.lists.bodies, typed]);
  const lineDirection = useLineDirection();
  if (props.readOnly) return <Told {...props} text={text} />;
  return (
    <ComboBox
      className={parts.field}
      items={shown}
      inputValue={text}
      allowsCustomValue
      menuTrigger="input"
      onInputChange={(value) => {
        setTyped(value);
        if (value !== text) props.onChange(value.trim() || null);
      }}
      onSelectionChange={(key) => {
        if (key === null) return;
        setTyped(null);
        props.onChange(String(key));
      }}
      onBlur={() => setTyped(null)}
    >
      <Label className={parts.label}>{props.label}</Label>
      {props.help && (
        <Text slot="description" className={parts.help}>
          {props.help}
        </Text>
      )}
      <div className={parts.combo}>
        <Input className={parts.input} dir={lineDirection(text)} />
        <Button className={parts.comboArrow} aria-label={t('editor.field.known_bodies')}>
          <ChevronDown size={16} aria-hidden />
        </Button>
      </div>
      <Popover className={popup.popover}>
        <ListBox className={popup.list}>
          {(one: Lists['bodies'][number]) => (
            <ListBoxItem id={one.id} textValue={nameIn(one.name, lang)} className={popup.option}>
              <Text slot="label" className={popup.label}>
                {nameIn(one.name, lang)}
              </Text>
              {one.acronym && (
                <Text slot="description" className={popup.more}>
                  {nameIn(one.acronym, lang)}
                </Text>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}

/** Another piece of this desk. */
export function PieceInput(props: InputProps & { self: string }) {
  const t = useT();
  const list = useLive('drafts.list', { limit: 200 }, ['drafts']);
  const choices = (list.data?.drafts ?? [])
    .filter((row) => row.id !== props.self)
    .map((row) => ({ id: row.id, label: row.title || t('common.untitled') }));
  if (props.readOnly)
    return <Told {...props} text={choices.find((one) => one.id === props.value)?.label ?? ''} />;
  return (
    <Combo
      label={props.label}
      help={props.help}
      choices={choices}
      value={asText(props.value) || null}
      onChange={props.onChange}
      nothing={t('editor.field.nothing_found')}
    />
  );
}

function Told(props: { label: string; text: string }) {
  return (
    <div className={parts.field}>
      <span className={parts.label}>{props.label}</span>
      <bdi className={css.told}>{props.text || '—'}</bdi>
    </div>
  );
}
