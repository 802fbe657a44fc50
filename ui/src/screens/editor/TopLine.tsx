import { ArrowLeft, Columns2, PanelRight, Plus, Send } from 'lucide-react';
import { ToggleButton } from 'react-aria-components';
import type { Draft } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { Menu } from '../../parts/Menu';
import { StateWord } from '../../parts/StateWord';
import { shownState } from '../../pieces/portalWord';
import { PORTAL_LANGS, useFormats, useT } from '../../text';
import css from './EditorScreen.module.css';
import { LanguageTabs } from './LanguageTabs';
import { languagesToAdd } from './work/languages';
import { useVersionWords, type Work } from './work/useWork';

/** Back, title, state, languages, what is shown, and the one next step. */
export function TopLine(props: {
  draft: Draft;
  work: Work | null;
  lang: string;
  readOnly: boolean;
  beside: string | null;
  panelShown: boolean;
  asking: boolean;
  onClose: () => void;
  onLang: (lang: string) => void;
  onAddLanguage: (lang: string) => void;
  onBeside: (lang: string | null) => void;
  onPanel: (shown: boolean) => void;
  onAsk: () => void;
}) {
  const t = useT();
  const { languageName } = useFormats();
  const { draft } = props;
  const others = draft.languages.filter((version) => version.lang !== props.lang);
  const canAsk = [
    'draft',
    'returned',
    'approved',
    'received',
    'published',
    'refused',
    'conflict',
    'waiting',
  ].includes(draft.state);
  return (
    <header className={css.top} data-region>
      <Button
        kind="quiet"
        icon={ArrowLeft}
        mirror
        aria-label={t('editor.back')}
        aria-keyshortcuts="Alt+ArrowLeft"
        onPress={props.onClose}
      />
      {props.work ? <Title work={props.work} /> : <h1 className={css.heading}>{t('common.untitled')}</h1>}
      <StateWord state={shownState(draft.state, draft.reason)} />
      <div className={css.languages}>
        <LanguageTabs
          label={t('common.languages')}
          marks={draft.marks}
          lang={props.lang}
          onLang={props.onLang}
        />
        {!props.readOnly && (
          <Menu
            label={t('editor.add_language')}
            entries={languagesToAdd(draft, PORTAL_LANGS).map((lang) => ({
              id: lang,
              label: languageName(lang),
              onAction: () => props.onAddLanguage(lang),
            }))}
          >
            <Button kind="quiet" small icon={Plus} aria-label={t('editor.add_language')} />
          </Menu>
        )}
      </div>
      <div className={css.actions}>
        {others.length > 0 && (
          <Menu
            label={t('editor.beside')}
            entries={[
              ...others.map((version) => ({
                id: version.lang,
                label: t('editor.beside_of', { language: languageName(version.lang) }),
                onAction: () => props.onBeside(version.lang),
              })),
              { id: 'none', label: t('editor.beside_none'), onAction: () => props.onBeside(null) },
            ]}
          >
            <Button
              kind="quiet"
              icon={Columns2}
              aria-label={t('editor.beside')}
              aria-pressed={props.beside !== null}
            />
          </Menu>
        )}
        <ToggleButton
          className={css.panelSwitch}
          aria-label={t('editor.panel.show')}
          isSelected={props.panelShown}
          onChange={props.onPanel}
        >
          <PanelRight size={17} aria-hidden data-mirror />
        </ToggleButton>
        {canAsk && !props.readOnly && (
          <Button kind="primary" icon={Send} mirror isDisabled={props.asking} onPress={props.onAsk}>
            {t('editor.ask')}
          </Button>
        )}
      </div>
    </header>
  );
}

/** The title as it is being written. */
function Title({ work }: { work: Work }) {
  const t = useT();
  const { title } = useVersionWords(work);
  return (
    <h1 className={css.heading} title={title}>
      <bdi>{title || t('common.untitled')}</bdi>
    </h1>
  );
}
