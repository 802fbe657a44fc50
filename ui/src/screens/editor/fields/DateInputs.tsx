import { type CalendarDate, parseDate, parseDateTime, toCalendarDateTime } from '@internationalized/date';
import { CalendarDays, ChevronLeft, ChevronRight } from 'lucide-react';
import {
  Button,
  Calendar,
  CalendarCell,
  CalendarGrid,
  DateInput,
  DatePicker,
  DateSegment,
  Dialog,
  Group,
  Heading,
  Label,
  Popover,
  Text,
} from 'react-aria-components';
import { useFormats, useT } from '../../../text';
import type { InputProps } from './FieldFrame';
import css from './Fields.module.css';
import { asText } from './values';

/** A day. With `hijri` the same day is said in the Umm al-Qura calendar below. */
export function DayInput(props: InputProps & { hijri?: boolean }) {
  const formats = useFormats();
  const t = useT();
  const value = readDay(asText(props.value));
  return (
    <Picker
      {...props}
      granularity="day"
      value={value}
      onChange={(next) => props.onChange(next?.toString() ?? null)}
      below={
        props.hijri && value
          ? t('editor.field.hijri', { date: formats.hijri(`${value.toString()}T12:00:00Z`) })
          : undefined
      }
    />
  );
}

function readDay(text: string): CalendarDate | null {
  try {
    return text ? parseDate(text.slice(0, 10)) : null;
  } catch {
    return null;
  }
}

/** A moment, shown in the time of this PC and stored in UTC. */
export function MomentInput(props: InputProps) {
  const stored = new Date(asText(props.value));
  const known = !Number.isNaN(stored.getTime());
  const local = known
    ? new Date(stored.getTime() - stored.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
    : null;
  return (
    <Picker
      {...props}
      granularity="minute"
      value={local ? parseDateTime(local) : null}
      onChange={(next) => {
        const at = next && toCalendarDateTime(next as CalendarDate);
        props.onChange(at ? new Date(at.year, at.month - 1, at.day, at.hour, at.minute).toISOString() : null);
      }}
    />
  );
}

function Picker(props: {
  label: string;
  help?: string;
  below?: string;
  readOnly: boolean;
  granularity: 'day' | 'minute';
  value: CalendarDate | ReturnType<typeof parseDateTime> | null;
  onChange: (value: { toString(): string } | null) => void;
}) {
  const t = useT();
  return (
    <DatePicker
      className={css.date}
      value={props.value}
      onChange={props.onChange}
      granularity={props.granularity}
      isReadOnly={props.readOnly}
      shouldForceLeadingZeros
    >
      <Label className={css.label}>{props.label}</Label>
      {props.help && (
        <Text slot="description" className={css.help}>
          {props.help}
        </Text>
      )}
      <Group className={css.dateGroup}>
        <DateInput className={css.segments}>
          {(segment) => <DateSegment segment={segment} className={css.segment} />}
        </DateInput>
        <Button className={css.dateButton} aria-label={t('editor.field.calendar')}>
          <CalendarDays size={16} aria-hidden />
        </Button>
      </Group>
      {props.below && <p className={css.help}>{props.below}</p>}
      <Popover className={css.popover}>
        <Dialog className={css.calendarDialog}>
          <Calendar>
            <header className={css.calendarHead}>
              <Button slot="previous" className={css.dateButton}>
                <ChevronLeft size={16} aria-hidden data-mirror />
              </Button>
              <Heading className={css.month} />
              <Button slot="next" className={css.dateButton}>
                <ChevronRight size={16} aria-hidden data-mirror />
              </Button>
            </header>
            <CalendarGrid className={css.calendar}>
              {(date) => <CalendarCell date={date} className={css.day} />}
            </CalendarGrid>
          </Calendar>
        </Dialog>
      </Popover>
    </DatePicker>
  );
}
