import { ChevronDown, type LucideIcon } from 'lucide-react';
import type { Ref } from 'react';
import { Button, ToggleButton, Tooltip, TooltipTrigger } from 'react-aria-components';
import { keyName } from '../../../parts/keys';
import css from './FormatBar.module.css';

/** A shortcut of the editor (`Mod-Shift-x`) as people name it. */
export function shortcutName(keys: string): string {
  return keyName(
    keys
      .split('-')
      .map((key) => (key.length === 1 ? key.toUpperCase() : key))
      .join('+'),
  );
}

/** One control of the bar: a picture with its name and keys in a tip. With `on` it is pressed or not; `text` opens. */
export function BarButton(props: {
  label: string;
  icon: LucideIcon;
  keys?: string;
  on?: boolean;
  off?: boolean;
  mirror?: boolean;
  /** Shown instead of the picture alone; such a button opens something. */
  text?: string;
  wide?: boolean;
  onPress?: () => void;
  ref?: Ref<HTMLButtonElement>;
}) {
  const { icon: Icon } = props;
  const inside = (
    <>
      {!props.text && (
        <Icon size={17} strokeWidth={1.9} aria-hidden data-mirror={props.mirror || undefined} />
      )}
      {props.text && (
        <>
          <span className={css.text}>{props.text}</span>
          <ChevronDown size={14} aria-hidden />
        </>
      )}
    </>
  );
  const name = props.text ? `${props.label}: ${props.text}` : props.label;
  return (
    <TooltipTrigger delay={500}>
      {props.on === undefined || !props.onPress ? (
        <Button
          ref={props.ref}
          className={`${css.button} ${props.wide ? css.wide : ''} ${props.on ? css.on : ''}`}
          aria-label={name}
          isDisabled={props.off}
          onPress={props.onPress}
        >
          {inside}
        </Button>
      ) : (
        <ToggleButton
          ref={props.ref}
          className={css.button}
          aria-label={name}
          isSelected={props.on}
          isDisabled={props.off}
          onChange={props.onPress}
        >
          {inside}
        </ToggleButton>
      )}
      <Tooltip className={css.tip} placement="bottom" offset={6}>
        {props.label}
        {props.keys && <kbd dir="ltr">{shortcutName(props.keys)}</kbd>}
      </Tooltip>
    </TooltipTrigger>
  );
}
