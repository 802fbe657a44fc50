import { CircleCheck, CircleDashed, CircleX } from 'lucide-react';
import type { DiagnosisStep } from '../../backend/wire';
import { useFormats, useT } from '../../text';
import { useTold } from '../../text/failures';
import css from './Connection.module.css';
import { useFound } from './found';

const SIGNS = { done: CircleCheck, failed: CircleX, skipped: CircleDashed } as const;

/** One step: its name, a shape and a word for how it went, a sentence, and for a failed one what to do next. */
export function StepLine(props: { step: DiagnosisStep; portal: string; ended: boolean }) {
  const t = useT();
  const told = useTold();
  const found = useFound();
  const formats = useFormats();
  const { step } = props;
  const word = step.state === 'skipped' && !props.ended ? 'unneeded' : step.state;
  const Sign = SIGNS[step.state];
  const failure = step.failure && told(step.failure.code, { portal: props.portal, ...step.failure.params });
  return (
    <li className={css.step} data-state={step.state}>
      <Sign size={18} strokeWidth={2} aria-hidden className={css.sign} />
      <div className={css.words}>
        <h2>
          {t(`connection.step.${step.step}`)}{' '}
          <span className={css.state}>{t(`connection.state.${word}`)}</span>
        </h2>
        {failure ? (
          <p>
            {failure.what} <strong>{failure.next}</strong>
          </p>
        ) : (
          <p>{found(step, props.ended)}</p>
        )}
        {step.failure?.detail && (
          <code dir="ltr" className={css.detail}>
            {step.failure.code}: {step.failure.detail}
          </code>
        )}
      </div>
      {step.millis !== null && (
        <span className={css.took}>{t('connection.took', { millis: formats.number(step.millis) })}</span>
      )}
    </li>
  );
}
