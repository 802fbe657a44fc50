import type { ReactNode } from 'react';
import { Switch } from '../../parts/Switch';
import settings from './Settings.module.css';
import css from './Wish.module.css';

/** Something that may be wished: a switch, what it means, and what belongs to it while it is on. */
export function Wish(props: {
  label: string;
  help: string;
  isOn: boolean;
  onChange: (on: boolean) => void;
  isDisabled?: boolean;
  children?: ReactNode;
}) {
  return (
    <div className={css.wish}>
      <Switch isOn={props.isOn} onChange={props.onChange} isDisabled={props.isDisabled}>
        <strong>{props.label}</strong>
      </Switch>
      <div className={css.inside}>
        <p className={settings.quiet}>{props.help}</p>
        {props.children}
      </div>
    </div>
  );
}
