import type { LucideIcon } from 'lucide-react';
import type { ReactNode, Ref } from 'react';
import { type ButtonProps, Button as Pressable } from 'react-aria-components';
import css from './Button.module.css';

/** `primary`: the one next step of a screen. `quiet`: among text. `danger`: takes something away. */
export type ButtonKind = 'plain' | 'primary' | 'quiet' | 'danger';

export function Button({
  kind = 'plain',
  icon: Icon,
  mirror,
  trailing,
  children,
  small,
  ref,
  ...rest
}: Omit<ButtonProps, 'className' | 'style' | 'children'> & {
  kind?: ButtonKind;
  icon?: LucideIcon;
  /** The icon means a direction. */
  mirror?: boolean;
  /** The icon stands after the word: what comes next. */
  trailing?: boolean;
  small?: boolean;
  children?: ReactNode;
  ref?: Ref<HTMLButtonElement>;
}) {
  return (
    <Pressable
      {...rest}
      ref={ref}
      className={`${css.button} ${css[kind]} ${small ? css.small : ''} ${trailing ? css.trailing : ''} ${children === undefined ? css.bare : ''}`}
    >
      {Icon && (
        <Icon size={small ? 15 : 17} aria-hidden strokeWidth={1.9} data-mirror={mirror || undefined} />
      )}
      {children}
    </Pressable>
  );
}
