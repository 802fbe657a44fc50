import { type CalendarDate, parseDate } from '@internationalized/date';
import { CalendarDays, ChevronLeft, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import {
  Button,
  Calendar,
  CalendarCell,
  CalendarGrid,
  Dialog,
  DialogTrigger,
  Heading,
  Popover,
} from 'react-aria-components';
import { useFormats, useT } from '../../../text';
import { readDate } from './dayInWords';
import { FieldFrame, type InputProps } from './FieldFrame';
import css from './Fields.module.css';
import { TypedLine } from './TypedLine';
import { asText, readTime } from './values';

/**
 * A day, typed in any usual order, with digits of any script or the month in words, in either calendar, or chosen in a calendar; said in words below, with
 * `hijri` also in the Umm al-Qura calendar. (Fields made of segments take only the digits of the display language.)
 */
export function DayInput(props: InputProps & { hijri?: boolean }) {
  const t = useT();
  const formats = useFormats();
  const value = readDay(asText(props.value));
  const noon = value ? `${value.toString()}T12:00:00` : null;
  return (
    <div className={css.frame}>
      <div className={css.withButton}>
        <TypedLine {...props} read={wholeDay} wrong="not_day" ltr example={t('editor.field.date_example')} />
        {!props.readOnly && <DayChooser value={value} label={props.label} onChange={props.onChange} />}
      </div>
      {noon && (
        <p className={css.help}>
          {formats.date(noon)}
          {props.hijri && <> · {t('editor.field.hijri', { date: formats.hijri(noon) })}</>}
        </p>
      )}
    </div>
  );
}

/** A moment, shown in the time of this PC and stored in UTC. */
export function MomentInput(props: InputProps) {
  const t = useT();
  const stored = new Date(asText(props.value));
  const known = !Number.isNaN(stored.getTime());
  const local = known ? new Date(stored.getTime() - stored.getTimezoneOffset() * 60_000).toISOString() : '';
  const day = local.slice(0, 10);
  const time = local.slice(11, 16);
  const put = (nextDay: unknown, nextTime: unknown) => {
    const at = new Date(`${asText(nextDay)}T${asText(nextTime) || '00:00'}`);
    props.onChange(Number.isNaN(at.getTime()) ? null : at.toISOString());
  };
  return (
    <FieldFrame label={props.label} help={props.help}>
      <div className={css.row}>
        <DayInput
          label={t('editor.field.day')}
          value={day}
          readOnly={props.readOnly}
          onChange={(next) => put(next, time)}
        />
        <TypedLine
          label={t('editor.field.time')}
          value={time}
          readOnly={props.readOnly || !known}
          onChange={(next) => put(day, next)}
          read={readTime}
          wrong="not_time"
          ltr
        />
      </div>
    </FieldFrame>
  );
}

function wholeDay(text: string): string | null {
  const date = readDate(text);
  return date?.length === 10 ? date : null;
}

function readDay(text: string): CalendarDate | null {
  try {
    return text ? parseDate(text.slice(0, 10)) : null;
  } catch {
    return null;
  }
}

function DayChooser(props: { value: CalendarDate | null; label: string; onChange: (day: string) => void }) {
  const t = useT();
  const [isOpen, setOpen] = useState(false);
  return (
    <DialogTrigger isOpen={isOpen} onOpenChange={setOpen}>
      <Button className={css.dateButton} aria-label={t('editor.field.calendar', { field: props.label })}>
        <CalendarDays size={16} aria-hidden />
      </Button>
      <Popover className={css.popover} placement="bottom end">
        <Dialog className={css.calendarDialog} aria-label={props.label}>
          <Calendar
            aria-label={props.label}
            value={props.value}
            autoFocus
            onChange={(day) => {
              props.onChange(day.toString());
              setOpen(false);
            }}
          >
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
    </DialogTrigger>
  );
}
