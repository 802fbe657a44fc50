import type { LucideIcon } from 'lucide-react';
import type { ComponentPropsWithRef, ReactNode } from 'react';
import css from './Button.module.css';

/** `primary`: the one next step of a screen. `quiet`: among text. `danger`: takes something away. */
export type ButtonKind = 'plain' | 'primary' | 'quiet' | 'danger';

/** A plain button: it is on the first screen, and a window has mouse and keyboard. */
export function Button({
  kind = 'plain',
  icon: Icon,
  mirror,
  trailing,
  children,
  small,
  isDisabled,
  onPress,
  ...rest
}: Omit<ComponentPropsWithRef<'button'>, 'className' | 'style' | 'children' | 'disabled'> & {
  kind?: ButtonKind;
  icon?: LucideIcon;
  /** The icon means a direction. */
  mirror?: boolean;
  /** The icon stands after the word: what comes next. */
  trailing?: boolean;
  small?: boolean;
  isDisabled?: boolean;
  onPress?: () => void;
  children?: ReactNode;
}) {
  return (
    <button
      type="button"
      onClick={onPress}
      {...rest}
      disabled={isDisabled}
      className={`${css.button} ${css[kind]} ${small ? css.small : ''} ${trailing ? css.trailing : ''} ${children === undefined ? css.bare : ''}`}
    >
      {Icon && (
        <Icon size={small ? 15 : 17} aria-hidden strokeWidth={1.9} data-mirror={mirror || undefined} />
      )}
      {children}
    </button>
  );
}
