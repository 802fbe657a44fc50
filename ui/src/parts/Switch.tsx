import type { ReactNode } from 'react';
import { Switch as RacSwitch } from 'react-aria-components';
import css from './Switch.module.css';

/** On or off, at once. */
export function Switch(props: {
  isOn: boolean;
  onChange: (on: boolean) => void;
  children: ReactNode;
  isDisabled?: boolean;
}) {
  return (
    <RacSwitch
      className={css.switch}
      isSelected={props.isOn}
      onChange={props.onChange}
      isDisabled={props.isDisabled}
    >
      <span className={css.track} aria-hidden />
      {props.children}
    </RacSwitch>
  );
}
