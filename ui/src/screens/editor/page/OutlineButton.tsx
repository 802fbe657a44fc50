import { ListTree } from 'lucide-react';
import { useState } from 'react';
import { Dialog, DialogTrigger, ListBox, ListBoxItem, Popover } from 'react-aria-components';
import { type Body, headingHere, headingsOf, jumpTo } from '../../../editor';
import { useT } from '../../../text';
import { BarButton } from './BarButton';
import css from './FormatBar.module.css';

/** The headings of the text, the one the cursor is under marked; choosing one goes there. */
export function OutlineButton({ body }: { body: Body }) {
  const t = useT();
  const [isOpen, setOpen] = useState(false);
  const { doc, selection } = body.view.state;
  const headings = isOpen ? headingsOf(doc) : [];
  const here = headingHere(headings, selection.from);
  const top = Math.min(...headings.map((heading) => heading.level));
  return (
    <DialogTrigger isOpen={isOpen} onOpenChange={setOpen}>
      <BarButton label={t('editor.outline')} icon={ListTree} />
      <Popover placement="bottom end" className={css.popover}>
        <Dialog aria-label={t('editor.outline')} className={css.dialog}>
          {headings.length === 0 ? (
            <p className={css.none}>{t('editor.outline.none')}</p>
          ) : (
            <ListBox
              aria-label={t('editor.outline')}
              className={css.outline}
              selectionMode="none"
              autoFocus="first"
              onAction={(key) => {
                const heading = headings[Number(key)];
                setOpen(false);
                // The popover holds the keyboard until it has closed.
                setTimeout(() => {
                  if (heading) body.look(jumpTo(heading.pos));
                  body.focus();
                });
              }}
            >
              {headings.map((heading, index) => (
                <ListBoxItem
                  key={heading.pos}
                  id={index}
                  textValue={heading.text || t('editor.outline.empty')}
                  className={css.heading}
                  data-depth={Math.min(heading.level - top, 3)}
                  data-here={index === here || undefined}
                >
                  <bdi>{heading.text || t('editor.outline.empty')}</bdi>
                  {index === here && <span className="only-heard"> {t('editor.outline.here')}</span>}
                </ListBoxItem>
              ))}
            </ListBox>
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
