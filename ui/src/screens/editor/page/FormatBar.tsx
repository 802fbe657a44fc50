import {
  AlignLeft,
  ArrowLeftRight,
  Bold,
  Code,
  Ellipsis,
  FileCode,
  ImagePlus,
  Italic,
  List,
  ListOrdered,
  type LucideIcon,
  Maximize2,
  Minimize2,
  PilcrowLeft,
  PilcrowRight,
  Redo2,
  RemoveFormatting,
  Search,
  Strikethrough,
  Superscript,
  Table,
  TextQuote,
  Undo2,
} from 'lucide-react';
import { redo, undo } from 'prosemirror-history';
import type { Command } from 'prosemirror-state';
import { useRef } from 'react';
import { Group, Toolbar } from 'react-aria-components';
import {
  type BarState,
  type Body,
  clearFormatting,
  insertFootnote,
  removeControls,
  SHORTCUTS,
  setDirection,
  setTextStyle,
  toggleEmphasis,
  toggleList,
  toggleQuote,
} from '../../../editor';
import { Menu, type MenuEntry } from '../../../parts/Menu';
import { useT } from '../../../text';
import { BarButton, shortcutName } from './BarButton';
import css from './FormatBar.module.css';
import { LinkButton } from './LinkButton';
import { OutlineButton } from './OutlineButton';
import { tableEntries } from './tableEntries';

/** Formatting of the text: shown while the text has the keyboard, reached with Alt+F10, worked with the arrows. */
export function FormatBar(props: {
  body: Body;
  bar: BarState;
  linkOpen: boolean;
  onLink: (open: boolean) => void;
  barRef: React.Ref<HTMLDivElement>;
  onFind: () => void;
  focused: boolean;
  onFocused: (focused: boolean) => void;
  onSource: () => void;
}) {
  const t = useT();
  const { body, bar } = props;
  const picker = useRef<HTMLInputElement>(null);
  const run = (command: Command) => body.run(command);
  const press = (command: Command) => () => void run(command);
  // A menu holds the keyboard until it has closed; then the text gets it.
  const runFromMenu = (command: Command) => {
    body.run(command, true);
    setTimeout(() => body.focus());
  };
  const choose = (command: Command) => () => runFromMenu(command);
  const level = bar.level;

  const style = bar.codeBlock
    ? t('editor.style.code')
    : level === null || level === 0
      ? t('editor.style.paragraph')
      : t('editor.style.heading', { level });
  const styles: MenuEntry[] = [0, 1, 2, 3, 4].map((one) => ({
    id: String(one),
    label: one === 0 ? t('editor.style.paragraph') : t('editor.style.heading', { level: one }),
    keys: shortcutName(`Mod-Alt-${one}`),
    onAction: choose(setTextStyle(one)),
  }));
  const directions: MenuEntry[] = ([null, 'rtl', 'ltr'] as const).map((dir) => ({
    id: dir ?? 'auto',
    label: t(`editor.direction.${dir ?? 'auto'}`),
    icon: dir === null ? ArrowLeftRight : dir === 'rtl' ? PilcrowLeft : PilcrowRight,
    keys: dir === null ? shortcutName(SHORTCUTS.direction) : t(`editor.direction.keys.${dir}`),
    more: bar.chosenDirection === dir ? t('editor.direction.now') : undefined,
    onAction: choose(setDirection(dir)),
  }));

  if (bar.controls > 0) {
    directions.push('line', {
      id: 'controls',
      label: t('editor.bar.controls', { count: bar.controls }),
      icon: RemoveFormatting,
      onAction: choose(removeControls),
    });
  }

  const toggle = (id: keyof typeof SHORTCUTS, icon: LucideIcon, on: boolean, command: Command) => (
    <BarButton
      label={t(`editor.bar.${id}`)}
      icon={icon}
      keys={SHORTCUTS[id]}
      on={on}
      onPress={press(command)}
    />
  );

  return (
    <Toolbar ref={props.barRef} aria-label={t('editor.bar.label')} className={css.bar}>
      <Menu label={t('editor.bar.style')} entries={styles}>
        <BarButton label={t('editor.bar.style')} icon={AlignLeft} text={style} wide />
      </Menu>
      <Group aria-label={t('editor.bar.emphasis')} className={css.group}>
        {toggle('strong', Bold, bar.strong, toggleEmphasis('strong'))}
        {toggle('em', Italic, bar.em, toggleEmphasis('em'))}
        {toggle('strike', Strikethrough, bar.strike, toggleEmphasis('strike'))}
        {toggle('code', Code, bar.code, toggleEmphasis('code'))}
        <LinkButton
          body={body}
          href={bar.link}
          title={bar.linkTitle}
          empty={bar.empty}
          isOpen={props.linkOpen}
          onOpen={props.onLink}
        />
      </Group>
      <Group aria-label={t('editor.bar.blocks')} className={css.group}>
        {toggle('bullet_list', List, bar.list === 'bullet_list', toggleList('bullet_list'))}
        {toggle('ordered_list', ListOrdered, bar.list === 'ordered_list', toggleList('ordered_list'))}
        {toggle('quote', TextQuote, bar.quote, toggleQuote)}
      </Group>
      <Group aria-label={t('editor.bar.insert')} className={css.group}>
        <BarButton label={t('editor.bar.picture')} icon={ImagePlus} onPress={() => picker.current?.click()} />
        <Menu label={t('editor.bar.table')} entries={tableEntries(t, bar, runFromMenu)}>
          <BarButton label={t('editor.bar.table')} icon={Table} on={bar.table} />
        </Menu>
        <BarButton
          label={t('editor.bar.footnote')}
          icon={Superscript}
          keys={SHORTCUTS.footnote}
          onPress={press(insertFootnote)}
        />
      </Group>
      <Group aria-label={t('editor.bar.block')} className={css.group}>
        <Menu label={t('editor.bar.direction')} entries={directions}>
          <BarButton
            label={t('editor.bar.direction')}
            icon={bar.direction === 'rtl' ? PilcrowLeft : PilcrowRight}
            on={bar.chosenDirection !== null}
          />
        </Menu>
        <BarButton
          label={t('editor.bar.clear')}
          icon={RemoveFormatting}
          keys={SHORTCUTS.clear}
          onPress={press(clearFormatting)}
        />
      </Group>
      <Group aria-label={t('editor.bar.steps')} className={css.group}>
        <BarButton
          label={t('editor.bar.undo')}
          icon={Undo2}
          keys={SHORTCUTS.undo}
          mirror
          off={!bar.canUndo}
          onPress={press(undo)}
        />
        <BarButton
          label={t('editor.bar.redo')}
          icon={Redo2}
          keys={SHORTCUTS.redo}
          mirror
          off={!bar.canRedo}
          onPress={press(redo)}
        />
      </Group>
      <Group aria-label={t('editor.view')} className={css.group}>
        <BarButton label={t('editor.find')} icon={Search} keys="Mod-f" onPress={props.onFind} />
        <OutlineButton body={body} />
        <Menu
          label={t('editor.view')}
          entries={[
            {
              id: 'focus',
              label: t(props.focused ? 'editor.focus.leave' : 'editor.focus'),
              icon: props.focused ? Minimize2 : Maximize2,
              keys: shortcutName('Mod-Shift-f'),
              onAction: () => props.onFocused(!props.focused),
            },
            { id: 'source', label: t('editor.source'), icon: FileCode, onAction: props.onSource },
          ]}
        >
          <BarButton label={t('editor.view')} icon={Ellipsis} />
        </Menu>
      </Group>
      <input
        ref={picker}
        type="file"
        hidden
        multiple
        accept="image/png,image/jpeg,image/webp,image/gif"
        aria-label={t('editor.bar.picture')}
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          event.target.value = '';
          body.focus();
          void body.addPictures(files);
        }}
      />
    </Toolbar>
  );
}
