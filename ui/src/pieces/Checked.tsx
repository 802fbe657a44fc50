import { BadgeCheck, Check, CircleAlert, Info, ShieldAlert, X } from 'lucide-react';
import type { ProofCheck, Verification } from '../backend/wire';
import { useFormats, useT } from '../text';
import css from './Checked.module.css';
import { verdict } from './proofWords';
import { useCheckWords } from './useCheckWords';

const SIGNS = { good: BadgeCheck, note: CircleAlert, bad: ShieldAlert };

/** A proof that was checked: the answer in one sentence, and below, for whoever asks, every single check. */
export function Checked(props: { of: Verification; open?: boolean; headed?: boolean }) {
  const t = useT();
  const formats = useFormats();
  const words = useCheckWords();
  const answer = verdict(props.of);
  const Sign = SIGNS[answer.tone];
  const sentence = t(`proof.verdict.${answer.id}`, {
    names: formats.list(answer.names),
    count: answer.names.length,
    time: formats.dateTime(answer.at),
  });
  return (
    <div className={css.checked} data-tone={answer.tone}>
      <Sign size={22} aria-hidden className={css.sign} />
      <div className={css.words}>
        {props.headed ? (
          <h2 className={css.verdict}>{sentence}</h2>
        ) : (
          <p className={css.verdict}>{sentence}</p>
        )}
        {answer.id === 'bad' && answer.bad && <p>{words(answer.bad)}</p>}
        <details className={css.details} open={props.open}>
          <summary>{t('proof.checks', { count: props.of.checks.length })}</summary>
          <ul>
            {props.of.checks.map((check) => (
              <One key={JSON.stringify(check)} check={check} text={words(check)} />
            ))}
          </ul>
        </details>
      </div>
    </div>
  );
}

const MARKS = { good: Check, note: Info, bad: X };

function One(props: { check: ProofCheck; text: string }) {
  const t = useT();
  const outcome = props.check.outcome as keyof typeof MARKS;
  const Mark = MARKS[outcome];
  return (
    <li data-outcome={outcome}>
      <Mark size={15} aria-hidden />
      <span>
        <span className="only-heard">{t(`proof.outcome.${outcome}`)} </span>
        {props.text}
      </span>
    </li>
  );
}
