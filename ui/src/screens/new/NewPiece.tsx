import { FileInput, X } from 'lucide-react';
import { useState } from 'react';
import { ListBox, ListBoxItem } from 'react-aria-components';
import { Button } from '../../parts/Button';
import { Choose } from '../../parts/Choose';
import { ErrorLine } from '../../parts/ErrorLine';
import { ScreenHead } from '../../parts/Screen';
import { Switch } from '../../parts/Switch';
import { Sample } from '../../pieces/Sample';
import { typeIcon } from '../../pieces/types';
import { nameOf, useBringIn, useDocumentDrop } from '../../pieces/useBringIn';
import { useAct } from '../../state/live';
import { replace } from '../../state/screen';
import { nameIn, useVocabulary } from '../../state/vocabulary';
import { PORTAL_LANGS, useFormats, useLang, useT } from '../../text';
import css from './NewPiece.module.css';

/**
 * Ctrl+N: what kind of piece, with one line saying when each is right, and in which language it begins. The same
 * question for a document that is brought in; its language it says itself.
 */
export function NewPiece(props: { file?: string | undefined }) {
  const t = useT();
  const { lang } = useLang();
  const { languageName } = useFormats();
  const vocabulary = useVocabulary();
  const [first, setFirst] = useState<string>(lang);
  const [template, setTemplate] = useState(false);
  const create = useAct('drafts.create', (draft) => replace({ name: 'editor', draft: draft.id }));
  const [file, setFile] = useState(props.file);
  const bringIn = useBringIn();
  useDocumentDrop(setFile);
  const choose = async () => setFile((await bringIn.choose()) ?? file);
  return (
    <div className={css.screen}>
      <ScreenHead
        title={file === undefined ? t('desk.new.title') : t('brought.which', { name: nameOf(file) })}
      >
        <Button icon={FileInput} isDisabled={bringIn.busy} onPress={() => void choose()}>
          {bringIn.busy ? t('brought.reading') : t('brought.from_file')}
        </Button>
        {file === undefined ? (
          <Sample />
        ) : (
          <Button icon={X} isDisabled={bringIn.busy} onPress={() => setFile(undefined)}>
            {t('brought.without')}
          </Button>
        )}
      </ScreenHead>
      <div className={css.inside}>
        {file === undefined ? (
          <>
            <Choose
              label={t('desk.new.language')}
              row
              value={first}
              onChange={setFirst}
              options={PORTAL_LANGS.map((one) => ({ id: one, label: languageName(one) }))}
            />
            <Switch isOn={template} onChange={setTemplate}>
              {t('desk.new.template')}
            </Switch>
            <p className={css.when}>{t('brought.from_file_hint')}</p>
          </>
        ) : (
          <p className={css.when}>{t('brought.which_hint')}</p>
        )}
        {bringIn.failure && <ErrorLine trouble={bringIn.failure} />}
        {create.error && <ErrorLine trouble={create.error} />}
        <ListBox
          aria-label={t('desk.new.types')}
          className={css.types}
          items={vocabulary?.types ?? []}
          layout="grid"
          selectionMode="none"
          autoFocus="first"
          onAction={(type) => {
            if (file === undefined) create.mutate({ type: String(type), lang: first, template });
            else if (!bringIn.busy) void bringIn.take(file, String(type));
          }}
        >
          {(type) => {
            const Icon = typeIcon(type.id);
            return (
              <ListBoxItem id={type.id} textValue={nameIn(type.name, lang)} className={css.type}>
                <Icon size={22} strokeWidth={1.5} aria-hidden />
                <span className={css.name}>{nameIn(type.name, lang)}</span>
                <span className={css.when}>{nameIn(type.when_to_use, lang)}</span>
              </ListBoxItem>
            );
          }}
        </ListBox>
      </div>
    </div>
  );
}
