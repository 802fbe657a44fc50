import { CloudDownload, Files, Plus } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import type { DraftRow, State } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { EmptyState } from '../../parts/EmptyState';
import { ErrorLine } from '../../parts/ErrorLine';
import { SearchField } from '../../parts/Field';
import { ScreenHead, TwoPanes } from '../../parts/Screen';
import { Select } from '../../parts/Select';
import { ChosenPiece } from '../../pieces/ChosenPiece';
import { LongPieceList } from '../../pieces/LongPieceList';
import { openPiece } from '../../pieces/open';
import { PieceList } from '../../pieces/PieceList';
import { useDocumentDrop } from '../../pieces/useBringIn';
import { usePages } from '../../state/live';
import { useMe } from '../../state/me';
import { go } from '../../state/screen';
import { nameIn, useVocabulary } from '../../state/vocabulary';
import { useFormats, useLang, useT } from '../../text';
import css from './Drafts.module.css';

const STATES: State[] = [
  'draft',
  'in_review',
  'returned',
  'approved',
  'waiting',
  'sending',
  'received',
  'published',
  'refused',
  'conflict',
];
const ALL = 'all';
const TRASH = 'trash';
const PAGE = 200;
/** More rows than this are drawn only where they are in sight. */
const LONG = 100;

/** Every piece, narrowed by words, state and type. */
export function Drafts(props: { state?: string; type?: string; trashed?: boolean }) {
  const t = useT();
  const { lang } = useLang();
  const { number } = useFormats();
  const { profile } = useMe();
  const vocabulary = useVocabulary();
  const [query, setQuery] = useState('');
  const [state, setState] = useState(props.trashed ? TRASH : (props.state ?? ALL));
  const [type, setType] = useState(props.type ?? ALL);
  const [pages, setPages] = useState(1);
  const [chosen, setChosen] = useState<string | null>(null);
  useDocumentDrop((file) => void go({ name: 'new', file }));
  const asked = useDeferredValue(query.trim());
  const list = usePages(
    'drafts.list',
    {
      limit: PAGE,
      ...(asked && { query: asked }),
      ...(state === TRASH ? { trashed: true } : state !== ALL && { state: state as State }),
      ...(type !== ALL && { type }),
    },
    ['drafts', 'review', 'outbox'],
    pages,
  );
  const rows = list.data?.flatMap((page) => page.drafts) ?? [];
  const more = list.data?.at(-1)?.next != null;
  const row = rows.find((one) => one.id === chosen) ?? rows[0];
  const narrowed = asked !== '' || state !== ALL || type !== ALL;

  const choosing = {
    label: t('common.nav.drafts'),
    chosen: row?.id ?? null,
    onChoose: setChosen,
    onOpen: (one: DraftRow) => openPiece(one, profile.role),
  };

  return (
    <TwoPanes
      label={t('common.preview.label')}
      list={
        <>
          <div>
            <ScreenHead
              title={t('common.nav.drafts')}
              note={list.data && (more ? `${number(rows.length)}+` : number(rows.length))}
            >
              <Button icon={CloudDownload} onPress={() => void go({ name: 'remote' })}>
                {t('remote.open')}
              </Button>
              <Button kind="primary" icon={Plus} onPress={() => void go({ name: 'new' })}>
                {t('common.action.new')}
              </Button>
            </ScreenHead>
            <div className={css.narrow}>
              <div className={css.words}>
                <SearchField label={t('desk.drafts.find')} value={query} onChange={setQuery} />
              </div>
              <Select
                label={t('desk.drafts.state')}
                labelHidden
                value={state}
                onChange={setState}
                choices={[
                  { id: ALL, label: t('desk.drafts.all_states') },
                  ...STATES.map((one) => ({ id: one, label: t(`common.state.${one}`) })),
                  { id: TRASH, label: t('desk.drafts.trash') },
                ]}
              />
              <Select
                label={t('desk.drafts.type')}
                labelHidden
                value={type}
                onChange={setType}
                choices={[
                  { id: ALL, label: t('desk.drafts.all_types') },
                  ...(vocabulary?.types ?? []).map((one) => ({
                    id: one.id,
                    label: nameIn(one.plural, lang),
                  })),
                ]}
              />
            </div>
          </div>
          <div className={css.list}>
            {list.error && <ErrorLine trouble={list.error} />}
            {rows.length > LONG ? (
              <LongPieceList {...choosing} rows={rows} />
            ) : (
              list.data && (
                <PieceList
                  {...choosing}
                  groups={[{ id: 'all', rows }]}
                  empty={
                    <EmptyState
                      icon={Files}
                      title={
                        state === TRASH
                          ? t('desk.drafts.trash_empty')
                          : narrowed
                            ? t('desk.drafts.none_found')
                            : t('desk.empty.title')
                      }
                    />
                  }
                />
              )
            )}
            {more && (
              <div className={css.more}>
                <Button onPress={() => setPages(pages + 1)}>{t('common.action.show_more')}</Button>
              </div>
            )}
          </div>
        </>
      }
      beside={row && <ChosenPiece row={row} />}
    />
  );
}
