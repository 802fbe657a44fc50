import { Field } from '../../../parts/Field';
import { Select } from '../../../parts/Select';
import { nameIn } from '../../../state/vocabulary';
import { useLang, useT } from '../../../text';
import { readDate } from './dayInWords';
import { FieldFrame, type InputProps } from './FieldFrame';
import css from './Fields.module.css';
import { type Lists, termsOf } from './spec';
import { TypedLine } from './TypedLine';
import {
  asObject,
  asText,
  type Contact,
  type DateRange,
  type Money,
  type NamedLink,
  type Quote,
  readAmount,
  readTime,
  readUrl,
} from './values';

/** Changes one part of a value made of parts. */
function part<Shape extends object>(props: InputProps, key: keyof Shape) {
  const value = asObject<Shape>(props.value);
  return {
    value: value[key],
    readOnly: props.readOnly,
    onChange: (next: unknown) => {
      const changed: Record<string, unknown> = { ...value, [key]: next };
      if (next === null || next === '') delete changed[key as string];
      props.onChange(changed);
    },
  };
}

export function PartialDateInput(props: InputProps) {
  const t = useT();
  return (
    <TypedLine
      {...props}
      read={readDate}
      wrong="not_partial_date"
      ltr
      example={t('editor.field.date_example')}
    />
  );
}

export function DateRangeInput(props: InputProps) {
  const t = useT();
  return (
    <FieldFrame {...props}>
      <div className={css.row}>
        <PartialDateInput label={t('editor.field.from')} {...part<DateRange>(props, 'from')} />
        <PartialDateInput label={t('editor.field.to')} {...part<DateRange>(props, 'to')} />
      </div>
    </FieldFrame>
  );
}

export function MoneyInput(props: InputProps & { lists: Lists }) {
  const t = useT();
  const { lang } = useLang();
  const currency = part<Money>(props, 'currency');
  return (
    <FieldFrame {...props}>
      <div className={css.row}>
        <TypedLine
          label={t('editor.field.amount')}
          {...part<Money>(props, 'amount')}
          read={readAmount}
          wrong="not_amount"
          ltr
        />
        <Select
          label={t('editor.field.currency')}
          value={asText(currency.value) || null}
          isDisabled={props.readOnly}
          onChange={currency.onChange}
          choices={termsOf(props.lists, 'currency').map((term) => ({
            id: term.id,
            label: `${term.id} · ${nameIn(term.name, lang)}`,
          }))}
        />
      </div>
    </FieldFrame>
  );
}

export function ContactInput(props: InputProps) {
  const t = useT();
  const line = (key: keyof Contact, ltr = false) => {
    const { value, onChange } = part<Contact>(props, key);
    return (
      <Field
        label={t(`editor.field.contact.${key}`)}
        value={asText(value)}
        onChange={onChange}
        isReadOnly={props.readOnly}
        dir={ltr ? 'ltr' : 'auto'}
      />
    );
  };
  return (
    <FieldFrame {...props}>
      {line('name')}
      {line('email', true)}
      {line('phone', true)}
    </FieldFrame>
  );
}

export function LinkInput(props: InputProps) {
  const t = useT();
  const title = part<NamedLink>(props, 'title');
  return (
    <FieldFrame label={props.label} help={props.help}>
      <TypedLine
        label={t('editor.field.address')}
        {...part<NamedLink>(props, 'url')}
        read={readUrl}
        wrong="not_url"
        ltr
      />
      <Field
        label={t('editor.field.link_name')}
        value={asText(title.value)}
        onChange={title.onChange}
        isReadOnly={props.readOnly}
      />
    </FieldFrame>
  );
}

export function QuoteInput(props: InputProps) {
  const t = useT();
  const text = part<Quote>(props, 'text');
  const by = part<Quote>(props, 'by');
  return (
    <FieldFrame label={props.label} help={props.help}>
      <Field
        label={t('editor.field.quote')}
        rows={3}
        value={asText(text.value)}
        onChange={text.onChange}
        isReadOnly={props.readOnly}
      />
      <Field
        label={t('editor.field.quoted')}
        value={asText(by.value)}
        onChange={by.onChange}
        isReadOnly={props.readOnly}
      />
    </FieldFrame>
  );
}

/** Stored as `10:30 Asia/Riyadh`; the zone of this PC is taken until another is chosen. */
export function TimeInput(props: InputProps) {
  const t = useT();
  const [time = '', zone = ''] = asText(props.value).split(' ');
  const put = (nextTime: string, nextZone: string) =>
    props.onChange(nextTime === '' ? null : nextZone === '' ? nextTime : `${nextTime} ${nextZone}`);
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <FieldFrame label={props.label} help={props.help}>
      <div className={css.row}>
        <TypedLine
          label={t('editor.field.time')}
          value={time}
          readOnly={props.readOnly}
          onChange={(next) => put(asText(next), zone || here)}
          read={readTime}
          wrong="not_time"
          ltr
        />
        <Select
          label={t('editor.field.zone')}
          value={zone || null}
          isDisabled={props.readOnly || time === ''}
          onChange={(next) => put(time, next)}
          choices={Intl.supportedValuesOf('timeZone').map((id) => ({ id, label: id.replaceAll('_', ' ') }))}
        />
      </div>
    </FieldFrame>
  );
}
