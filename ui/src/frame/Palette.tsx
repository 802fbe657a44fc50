import { BookText, CloudDownload, FileCheck, FileText, LogOut, Plus } from 'lucide-react';
import { useDeferredValue, useMemo, useState } from 'react';
import { Autocomplete, Header, Keyboard, ListBox, ListBoxItem, ListBoxSection } from 'react-aria-components';
import { Dialog } from '../parts/Dialog';
import { SearchField } from '../parts/Field';
import { keyName } from '../parts/keys';
import popup from '../parts/Popup.module.css';
import { useAct, useLive } from '../state/live';
import { go } from '../state/screen';
import { useT } from '../text';
import { plainLetters } from '../text/letters';
import { withoutMarks } from '../text/marks';
import css from './Palette.module.css';
import { places } from './Rail';

/** Ctrl+K: any piece, any publication, any place, by a few letters. */
export function Palette(props: { onClose: () => void }) {
  const t = useT();
  const [query, setQuery] = useState('');
  const asked = useDeferredValue(query.trim());
  const found = useLive('search', { query: asked, in: 'all', limit: 12 }, ['drafts', 'publications'], {
    when: asked.length > 1,
  });
  const quit = useAct('app.quit');
  const hits = asked.length > 1 ? (found.data?.hits ?? []) : [];

  const ways = useMemo(() => {
    const all = [
      {
        id: 'new',
        icon: Plus,
        label: t('common.action.new'),
        keys: keyName('Mod+N'),
        act: () => go({ name: 'new' }),
      },
      ...places.map((place, index) => ({
        id: place.name,
        icon: place.icon,
        label: t(place.label),
        keys: keyName(`Mod+${index + 1}`),
        act: () => go({ name: place.name }),
      })),
      {
        id: 'remote',
        icon: CloudDownload,
        label: t('remote.title'),
        keys: '',
        act: () => go({ name: 'remote' }),
      },
      {
        id: 'byfile',
        icon: FileCheck,
        label: t('proof.by_file'),
        keys: '',
        act: () => go({ name: 'byfile' }),
      },
      {
        id: 'quit',
        icon: LogOut,
        label: t('background.quit'),
        keys: keyName('Mod+Q'),
        act: () => quit.mutate({}),
      },
    ];
    const wanted = plainLetters(query);
    return wanted ? all.filter((way) => plainLetters(way.label).includes(wanted)) : all;
  }, [t, query, quit.mutate]);

  const run = (key: string) => {
    props.onClose();
    const [kind, id] = [key.slice(0, key.indexOf(':')), key.slice(key.indexOf(':') + 1)];
    if (kind === 'draft') void go({ name: 'editor', draft: id });
    else if (kind === 'publication') void go({ name: 'publications', publication: id });
    else if (kind === 'search') void go({ name: 'search', query: asked });
    else void ways.find((way) => way.id === id)?.act();
  };

  return (
    <Dialog title={t('search.palette')} isOpen onClose={props.onClose} bare>
      <Autocomplete inputValue={query} onInputChange={setQuery}>
        <div
          className={css.field}
          onKeyDownCapture={(event) => {
            // One Escape leaves; the field would first only empty itself.
            if (event.key === 'Escape') props.onClose();
          }}
        >
          <SearchField label={t('search.placeholder')} value={query} onChange={setQuery} autoFocus large />
        </div>
        <ListBox
          aria-label={t('search.results')}
          className={css.list}
          onAction={(key) => run(String(key))}
          selectionMode="none"
          renderEmptyState={() => <p className={popup.none}>{t('search.nothing', { query: asked })}</p>}
        >
          {hits.length > 0 && (
            <ListBoxSection id="found">
              <Header className={css.head}>{t('search.found')}</Header>
              {hits.map((hit) => (
                <ListBoxItem
                  key={`${hit.kind}:${hit.id}`}
                  id={`${hit.kind}:${hit.id}`}
                  textValue={hit.title}
                  className={popup.option}
                >
                  {hit.kind === 'draft' ? (
                    <FileText size={16} aria-hidden />
                  ) : (
                    <BookText size={16} aria-hidden />
                  )}
                  <span className={popup.label}>
                    <bdi>{withoutMarks(hit.title) || t('common.untitled')}</bdi>
                  </span>
                  <span className={popup.more}>{t(`search.kind.${hit.kind}`)}</span>
                </ListBoxItem>
              ))}
              <ListBoxItem
                id="search:"
                textValue={t('search.all', { query: asked })}
                className={popup.option}
              >
                <span className={popup.label}>{t('search.all', { query: asked })}</span>
              </ListBoxItem>
            </ListBoxSection>
          )}
          {ways.length > 0 && (
            <ListBoxSection id="ways">
              <Header className={css.head}>{t('search.ways')}</Header>
              {ways.map((way) => (
                <ListBoxItem key={way.id} id={`way:${way.id}`} textValue={way.label} className={popup.option}>
                  <way.icon size={16} aria-hidden />
                  <span className={popup.label}>{way.label}</span>
                  {way.keys && <Keyboard className={popup.keys}>{way.keys}</Keyboard>}
                </ListBoxItem>
              ))}
            </ListBoxSection>
          )}
        </ListBox>
      </Autocomplete>
    </Dialog>
  );
}
