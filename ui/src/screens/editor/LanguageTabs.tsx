import { Check, CircleDashed, type LucideIcon, RefreshCwOff } from 'lucide-react';
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import type { LangMark } from '../../backend/wire';
import { useFormats, useT } from '../../text';
import css from './EditorScreen.module.css';

const SHAPE: Record<LangMark['state'], LucideIcon> = {
  full: Check,
  partial: CircleDashed,
  outdated: RefreshCwOff,
};

/** The languages of the piece; a mark tells which is complete, begun, or behind the original. */
export function LanguageTabs(props: {
  label: string;
  marks: LangMark[];
  lang: string;
  onLang: (lang: string) => void;
}) {
  const t = useT();
  const { languageName } = useFormats();
  return (
    <ToggleButtonGroup
      aria-label={props.label}
      className={css.tabs}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[props.lang]}
      onSelectionChange={(keys) => {
        const [key] = keys;
        if (key !== undefined) props.onLang(String(key));
      }}
    >
      {props.marks.map((mark) => {
        const said = t(`common.mark.${mark.state}`, { language: languageName(mark.lang) });
        const Shape = SHAPE[mark.state];
        return (
          <ToggleButton
            key={mark.lang}
            id={mark.lang}
            className={css.tab}
            aria-label={said}
            data-mark={mark.state}
          >
            <Shape size={13} aria-hidden className={css.mark} />
            <span title={said}>{languageName(mark.lang)}</span>
          </ToggleButton>
        );
      })}
    </ToggleButtonGroup>
  );
}
