import type { LucideIcon } from 'lucide-react';
import type { ComponentProps, ReactElement } from 'react';
import {
  Keyboard,
  MenuItem,
  MenuTrigger,
  Popover,
  Pressable,
  Menu as RacMenu,
  Separator,
  Text,
} from 'react-aria-components';
import { Button } from './Button';
import css from './Popup.module.css';

export type MenuEntry =
  | {
      id: string;
      label: string;
      icon?: LucideIcon;
      mirror?: boolean;
      more?: string;
      keys?: string;
      danger?: boolean;
      disabled?: boolean;
      onAction: () => void;
    }
  | 'line';

/** A button (given) that opens what can be done. */
export function Menu(props: { label: string; entries: MenuEntry[]; children: ReactElement<object> }) {
  return (
    <MenuTrigger>
      {/* A plain button learns here to open a menu; others are React Aria's own and know. */}
      {props.children.type === Button ? (
        <Pressable>{props.children as ComponentProps<typeof Pressable>['children']}</Pressable>
      ) : (
        props.children
      )}
      <Popover className={css.popover} placement="bottom end">
        <RacMenu className={css.list} aria-label={props.label}>
          {props.entries.map((entry, index) =>
            entry === 'line' ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: a line has no other name
              <Separator key={`line-${index}`} className={css.line} />
            ) : (
              <MenuItem
                key={entry.id}
                id={entry.id}
                textValue={entry.label}
                isDisabled={entry.disabled}
                onAction={entry.onAction}
                className={`${css.option} ${entry.danger ? css.danger : ''}`}
              >
                {entry.icon && <entry.icon size={16} aria-hidden data-mirror={entry.mirror || undefined} />}
                <Text slot="label" className={css.label}>
                  {entry.label}
                </Text>
                {entry.more && (
                  <Text slot="description" className={css.more}>
                    {entry.more}
                  </Text>
                )}
                {entry.keys && <Keyboard className={css.keys}>{entry.keys}</Keyboard>}
              </MenuItem>
            ),
          )}
        </RacMenu>
      </Popover>
    </MenuTrigger>
  );
}
