import { Checkbox } from 'react-aria-components';
import { Field } from '../../../parts/Field';
import { Select } from '../../../parts/Select';
import { Switch } from '../../../parts/Switch';
import { nameIn, type Term } from '../../../state/vocabulary';
import { useFormats, useLang, useT } from '../../../text';
import { OrganisationInput, PieceInput, TermInput } from './Chosen';
import {
  ContactInput,
  DateRangeInput,
  LinkInput,
  MoneyInput,
  PartialDateInput,
  QuoteInput,
  TimeInput,
} from './Compound';
import { DayInput, MomentInput } from './DateInputs';
import { FieldFrame, type InputProps } from './FieldFrame';
import css from './Fields.module.css';
import { Many } from './Many';
import { RowsInput } from './RowsInput';
import { type FieldSpec, type Lists, mostValues, termsOf } from './spec';
import { TagInput } from './TagInput';
import { TypedLine } from './TypedLine';
import { asList, asText, readInteger, readUrl } from './values';

/** Any field, in the control made for its type. */
export function FieldInput(props: {
  spec: FieldSpec;
  lists: Lists;
  draft: string;
  value: unknown;
  readOnly: boolean;
  onChange: (value: unknown) => void;
}) {
  const { lang } = useLang();
  const { spec, lists } = props;
  const input: InputProps = {
    label: nameIn(spec.label, lang) || spec.key,
    help: nameIn(spec.help, lang) || undefined,
    value: props.value,
    readOnly: props.readOnly,
    onChange: props.onChange,
  };
  const most = mostValues(spec.cardinality);
  if (spec.type === 'tag') return <TagInput {...input} most={most} />;
  if (spec.type === 'enum' && most > 1) return <Ticks {...input} terms={termsOf(lists, spec.vocabulary)} />;
  if (spec.type.toLowerCase().endsWith('table'))
    return <RowsInput {...input} spec={spec} lists={lists} most={most} />;
  if (most > 1) {
    return (
      <Many
        {...input}
        most={most}
        one={(one) => <One input={one} spec={spec} lists={lists} draft={props.draft} />}
      />
    );
  }
  return <One input={input} spec={spec} lists={lists} draft={props.draft} />;
}

function One({
  input,
  spec,
  lists,
  draft,
}: {
  input: InputProps;
  spec: FieldSpec;
  lists: Lists;
  draft: string;
}) {
  const t = useT();
  const formats = useFormats();
  switch (spec.type) {
    case 'markdown':
      return <PlainField input={input} rows={5} maxLength={spec.rules?.max_length} />;
    case 'date':
      return <DayInput {...input} hijri={spec.rules?.show_hijri} />;
    case 'partialDate':
      return <PartialDateInput {...input} />;
    case 'dateTime':
      return <MomentInput {...input} />;
    case 'time':
      return <TimeInput {...input} />;
    case 'dateRange':
      return <DateRangeInput {...input} />;
    case 'year':
      return <TypedLine {...input} read={(text) => readYear(text, spec)} wrong="not_year" ltr />;
    case 'integer':
      return (
        <TypedLine
          {...input}
          read={readInteger}
          wrong="not_number"
          show={(value) => (value === '' ? '' : formats.number(Number(value)))}
        />
      );
    case 'url':
      return <TypedLine {...input} read={readUrl} wrong="not_url" ltr />;
    case 'boolean':
      return (
        <div className={css.frame}>
          <Switch isOn={input.value === true} onChange={input.onChange} isDisabled={input.readOnly}>
            {input.label}
          </Switch>
          {input.help && <p className={css.help}>{input.help}</p>}
        </div>
      );
    case 'enum':
      return <EnumInput {...input} terms={termsOf(lists, spec.vocabulary)} />;
    case 'code':
      return (
        <TypedLine
          {...input}
          ltr
          wrong="not_code"
          read={(text) =>
            !spec.rules?.pattern || new RegExp(spec.rules.pattern).test(text.trim()) ? text.trim() : null
          }
        />
      );
    case 'isbn':
    case 'issn':
    case 'doi':
      return (
        <Field
          label={input.label}
          help={input.help}
          dir="ltr"
          value={asText(input.value)}
          onChange={input.onChange}
          isReadOnly={input.readOnly}
        />
      );
    case 'money':
      return <MoneyInput {...input} lists={lists} />;
    case 'country':
      return <TermInput {...input} terms={lists.countries} />;
    case 'licence':
      return <TermInput {...input} terms={lists.licences} />;
    case 'language':
      return <LanguageInput {...input} />;
    case 'org':
      return <OrganisationInput {...input} lists={lists} />;
    case 'contact':
      return <ContactInput {...input} />;
    case 'link':
      return <LinkInput {...input} />;
    case 'quote':
      return <QuoteInput {...input} />;
    case 'itemRef':
      return <PieceInput {...input} self={draft} />;
    default:
      // Text, place, person, and whatever a later vocabulary may bring.
      if (typeof input.value === 'object' && input.value !== null) {
        return <p className={css.help}>{t('editor.field.unknown', { field: input.label })}</p>;
      }
      return (
        <PlainField
          input={input}
          rows={(spec.rules?.max_length ?? 0) > 500 ? 3 : undefined}
          maxLength={spec.rules?.max_length}
        />
      );
  }
}

function readYear(text: string, spec: FieldSpec): number | null {
  const year = readInteger(text);
  const last = new Date().getFullYear() + (spec.rules?.max_years_ahead ?? 50);
  return year !== null && year >= (spec.rules?.min ?? 1000) && year <= last ? year : null;
}

/** Text, with what is left once it gets close to the limit. */
function PlainField({ input, rows, maxLength }: { input: InputProps; rows?: number; maxLength?: number }) {
  const t = useT();
  const text = asText(input.value);
  const over = maxLength !== undefined && text.length > maxLength;
  return (
    <Field
      label={input.label}
      help={input.help}
      rows={rows}
      value={text}
      onChange={input.onChange}
      isReadOnly={input.readOnly}
      trouble={over ? t('editor.field.too_long', { count: text.length - maxLength }) : undefined}
    />
  );
}

function EnumInput(props: InputProps & { terms: Term[] }) {
  const { lang } = useLang();
  const t = useT();
  return (
    <Select
      label={props.label}
      help={props.help}
      value={asText(props.value) || null}
      isDisabled={props.readOnly}
      placeholder={t('editor.field.choose')}
      onChange={props.onChange}
      choices={props.terms.map((term) => ({ id: term.id, label: nameIn(term.name, lang) || term.id }))}
    />
  );
}

function Ticks(props: InputProps & { terms: Term[] }) {
  const { lang } = useLang();
  const chosen = asList(props.value).map(asText);
  return (
    <FieldFrame label={props.label} help={props.help}>
      <div className={css.ticks}>
        {props.terms.map((term) => (
          <Checkbox
            key={term.id}
            className={css.tick}
            isSelected={chosen.includes(term.id)}
            isDisabled={props.readOnly}
            onChange={(on) =>
              props.onChange(on ? [...chosen, term.id] : chosen.filter((id) => id !== term.id))
            }
          >
            <span className={css.box} aria-hidden />
            {nameIn(term.name, lang) || term.id}
          </Checkbox>
        ))}
      </div>
    </FieldFrame>
  );
}

const LANGUAGES = 'ar en fr fa ur tr id ms bn ps ku az kk ky tg tk uz so ha sw sq pt ru es de zh'.split(' ');

function LanguageInput(props: InputProps) {
  const { languageName } = useFormats();
  // One name in the language of the interface serves for all three.
  const terms = LANGUAGES.map((id) => {
    const name = languageName(id);
    return { id, name: { en: name, fr: name, ar: name } };
  });
  return <TermInput {...props} terms={terms} />;
}
