import type { ReactNode } from 'react';
import css from './Fields.module.css';

export interface InputProps {
  label: string;
  help?: string;
  value: unknown;
  readOnly: boolean;
  onChange: (value: unknown) => void;
}

/** Label and help around several controls that make one field. */
export function FieldFrame(props: { label: string; help?: string; children: ReactNode }) {
  return (
    <fieldset className={css.frame}>
      <legend className={css.label}>{props.label}</legend>
      {props.help && <p className={css.help}>{props.help}</p>}
      {props.children}
    </fieldset>
  );
}
