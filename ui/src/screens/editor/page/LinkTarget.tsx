import { useDeferredValue, useRef, useState } from 'react';
import {
  ComboBox,
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Text,
} from 'react-aria-components';
import { DRAFT_ADDRESS, draftOf, linkAddress } from '../../../editor';
import field from '../../../parts/Field.module.css';
import popup from '../../../parts/Popup.module.css';
import { useLineDirection } from '../../../parts/writing';
import { useLive } from '../../../state/live';
import { useT } from '../../../text';

/** How many pieces are offered at once. */
const OFFERED = 7;

/**
 * Where a link leads: an address, or another piece of this desk, found by words of its title as they are typed. A piece
 * is named by its title and stored by its id, so it may change its title.
 */
export function LinkTarget(props: {
  address: string;
  trouble: string | undefined;
  /** `title` is that of a piece that was chosen. */
  onChange: (address: string, title?: string) => void;
}) {
  const t = useT();
  const piece = draftOf(props.address);
  const [typed, setTyped] = useState<string | null>(null);
  /** The title that choosing a piece put into the line: hearing of it is no typing. */
  const put = useRef<string | null>(null);
  const known = useLive('drafts.open', { draft: piece ?? '' }, ['drafts'], { when: piece !== null });
  const title = known.data?.languages.find((one) => one.lang === known.data?.primary_lang)?.title;
  const shown = typed ?? (piece === null ? props.address : (title ?? props.address));
  const wanted = useDeferredValue(shown.trim());
  const isAddress = linkAddress(wanted) !== null;
  const search = useLive('drafts.list', { query: wanted, limit: OFFERED }, ['drafts'], {
    when: !isAddress && piece === null && wanted.length > 1,
  });
  const found = isAddress || piece !== null || wanted.length < 2 ? [] : (search.data?.drafts ?? []);
  const direction = useLineDirection();
  return (
    <ComboBox
      className={field.field}
      items={found}
      inputValue={shown}
      onInputChange={(value) => {
        if (value === shown || value === put.current) return;
        put.current = null;
        setTyped(value);
        props.onChange(value);
      }}
      onChange={(id) => {
        const chosen = found.find((one) => one.id === id);
        if (!chosen) return;
        put.current = chosen.title;
        setTyped(chosen.title);
        props.onChange(`${DRAFT_ADDRESS}${chosen.id}`, chosen.title);
      }}
      allowsCustomValue
      menuTrigger="input"
      isInvalid={props.trouble !== undefined}
    >
      <Label className={field.label}>{t('editor.link.target')}</Label>
      <Text slot="description" className={field.help}>
        {t(
          piece === null
            ? 'editor.link.target.help'
            : known.isError
              ? 'editor.link.target.gone'
              : 'editor.link.target.piece',
        )}
      </Text>
      <Input className={field.input} autoFocus dir={isAddress ? 'ltr' : direction(shown)} />
      <FieldError className={field.trouble}>{props.trouble}</FieldError>
      <Popover className={popup.popover}>
        <ListBox className={popup.list}>
          {(one: (typeof found)[number]) => (
            <ListBoxItem id={one.id} textValue={one.title} className={popup.option}>
              <Text slot="label" className={popup.label} dir="auto">
                {one.title || t('common.untitled')}
              </Text>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
