import { FilePlus, Paperclip, Trash2 } from 'lucide-react';
import { useDeferredValue, useMemo, useRef, useState } from 'react';
import type { Publication, PublicationSort } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { type Column, DataTable, type Edit } from '../../parts/DataTable';
import { ErrorLine } from '../../parts/ErrorLine';
import { SearchField } from '../../parts/Field';
import { ScreenHead, TwoPanes } from '../../parts/Screen';
import { Switch } from '../../parts/Switch';
import { toast } from '../../parts/toasts';
import { useAct, usePages } from '../../state/live';
import { go } from '../../state/screen';
import { nameIn, useVocabulary } from '../../state/vocabulary';
import { useFormats, useLang, useT } from '../../text';
import { Attach } from './Attach';
import { cellText, cellValue, isMissing } from './columns';
import { Facts } from './Facts';
import { Intake } from './Intake';
import css from './Publications.module.css';

const PAGE = 500;

/** The library: files come in, a table is corrected, publications go into pieces. */
export function Publications(props: { publication?: string }) {
  const t = useT();
  const { lang } = useLang();
  const { number } = useFormats();
  const [query, setQuery] = useState('');
  const [missing, setMissing] = useState(false);
  const [sort, setSort] = useState<{ column: PublicationSort; desc: boolean } | null>(null);
  const [current, setCurrent] = useState<string | null>(props.publication ?? null);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [attaching, setAttaching] = useState(false);
  const undo = useRef<Edit[][]>([]);
  const asked = useDeferredValue(query.trim());
  const [pages, setPages] = useState(1);
  const list = usePages(
    'publications.list',
    {
      limit: PAGE,
      ...(asked && { query: asked }),
      ...(missing && { missing }),
      ...(sort && { sort: sort.column, desc: sort.desc }),
    },
    ['publications'],
    pages,
  );
  const rows = useMemo(() => list.data?.flatMap((page) => page.publications) ?? [], [list.data]);
  const total = list.data?.[0]?.total ?? 0;
  const set = useAct('publications.set');
  const bundle = useAct('publications.bundle', (draft) => void go({ name: 'editor', draft: draft.id }));
  const remove = useAct('publications.remove');
  const columns = useColumns();
  const empty = list.data !== undefined && rows.length === 0 && !asked && !missing;
  const chosen = [...selected].filter((id) => rows.some((row) => row.id === id));

  const apply = async (edits: Edit[]) => {
    const before: Edit[] = [];
    // One call for each publication, whatever number of its cells changed.
    const values = new Map<string, Record<string, unknown>>();
    for (const edit of edits) {
      const row = rows.find((one) => one.id === edit.id);
      const column = columns.find((one) => one.id === edit.column);
      const choices = typeof column?.edit === 'object' ? column.edit.choices : [];
      const value = cellValue(edit.column, edit.value, choices);
      if (!row || value === undefined) continue;
      before.push({ ...edit, value: cellText(row, edit.column) });
      values.set(edit.id, { ...values.get(edit.id), [edit.column]: value });
    }
    for (const [publication, changed] of values) {
      await set.mutateAsync({ publication, values: changed }).catch(() => undefined);
    }
    return before;
  };

  const takeBack = async () => {
    const last = undo.current.pop();
    if (last) await apply(last);
  };

  const edit = async (edits: Edit[]) => {
    const before = await apply(edits);
    if (before.length === 0) return;
    undo.current.push(before);
    if (before.length > 1) {
      toast(t('publications.changed', { count: before.length }), {
        label: t('common.action.undo'),
        act: () => void takeBack(),
      });
    }
  };

  const failed = set.error ?? bundle.error ?? remove.error;
  const row = rows.find((one) => one.id === current) ?? rows[0];
  return (
    <TwoPanes
      wide
      label={t('publications.side')}
      list={
        <>
          <div>
            <ScreenHead title={t('common.nav.publications')} note={total > 0 ? number(total) : undefined}>
              {!empty && (
                <>
                  <Switch isOn={missing} onChange={setMissing}>
                    {t('publications.only_missing')}
                  </Switch>
                  <div className={css.find}>
                    <SearchField label={t('publications.find')} value={query} onChange={setQuery} />
                  </div>
                </>
              )}
            </ScreenHead>
            <Intake empty={empty} />
            {(list.error ?? failed) && (
              <div className={css.trouble}>
                {<ErrorLine trouble={(list.error ?? failed) as NonNullable<typeof failed>} />}
              </div>
            )}
          </div>
          {!empty && (
            <div className={css.work}>
              <DataTable<Publication>
                label={t('common.nav.publications')}
                rows={rows}
                rowId={(one) => one.id}
                columns={columns}
                current={row?.id ?? null}
                onCurrent={setCurrent}
                selected={selected}
                onSelect={setSelected}
                onEdit={(edits) => void edit(edits)}
                onUndo={() => void takeBack()}
                least="680px"
                sort={sort}
                onSort={(column) =>
                  setSort((now) => ({
                    column: column as PublicationSort,
                    desc: now?.column === column ? !now.desc : false,
                  }))
                }
              />
              <div className={css.chosen} aria-live="polite">
                {rows.length < total && (
                  <Button onPress={() => setPages(pages + 1)}>
                    {t('publications.show_more', { shown: rows.length, total })}
                  </Button>
                )}
                {chosen.length > 0 ? (
                  <>
                    <strong>{t('publications.chosen', { count: chosen.length })}</strong>
                    <Button
                      kind="primary"
                      icon={FilePlus}
                      isDisabled={bundle.isPending}
                      onPress={() => bundle.mutate({ publications: chosen, lang })}
                    >
                      {t('publications.make_piece')}
                    </Button>
                    <Button icon={Paperclip} onPress={() => setAttaching(true)}>
                      {t('publications.attach')}
                    </Button>
                    <Button
                      kind="danger"
                      icon={Trash2}
                      onPress={() => {
                        for (const publication of chosen) remove.mutate({ publication });
                        setSelected(new Set());
                      }}
                    >
                      {t('publications.remove')}
                    </Button>
                  </>
                ) : (
                  <span className={css.hint}>{t('publications.hint')}</span>
                )}
              </div>
            </div>
          )}
          {attaching && <Attach publications={chosen} onClose={() => setAttaching(false)} />}
        </>
      }
      beside={row && !empty && <Facts key={row.id} publication={row} />}
    />
  );
}

function useColumns(): Column<Publication>[] {
  const t = useT();
  const { lang } = useLang();
  const formats = useFormats();
  const vocabulary = useVocabulary();
  return useMemo(() => {
    const types = (vocabulary?.publicationTypes ?? []).map(({ id, name }) => ({
      id,
      label: nameIn(name, lang),
    }));
    const licences = (vocabulary?.licences ?? []).map(({ id, name }) => ({ id, label: nameIn(name, lang) }));
    const labelOf = (choices: { id: string; label: string }[], id: string) =>
      choices.find((choice) => choice.id === id)?.label ?? id;
    const text = (
      id: string,
      width: string,
      extra: Partial<Column<Publication>> = {},
    ): Column<Publication> => ({
      id,
      label: t(`publications.field.${id}` as 'publications.field.title'),
      width,
      read: (row) => cellText(row, id),
      missing: (row) => isMissing(row, id),
      edit: 'text',
      sortable: true,
      ...extra,
    });
    return [
      text('title', 'minmax(220px, 3fr)', {
        read: (row) => row.title,
        show: (row) => (
          <bdi className={css.title} title={row.title}>
            {row.title}
          </bdi>
        ),
      }),
      text('authors', 'minmax(96px, 1.4fr)', { sortable: false }),
      text('year', '72px', { end: true }),
      text('languages', '90px', {
        sortable: false,
        show: (row) => <span>{formats.list(row.languages.map((one) => formats.languageName(one)))}</span>,
      }),
      text('publication_type', 'minmax(92px, 1.1fr)', {
        edit: { choices: types },
        show: (row) => <span>{labelOf(types, row.publication_type)}</span>,
      }),
      text('licence', 'minmax(88px, 1fr)', {
        edit: { choices: licences },
        sortable: false,
        show: (row) => <span title={labelOf(licences, row.licence)}>{labelOf(licences, row.licence)}</span>,
      }),
      {
        id: 'name',
        label: t('publications.field.file'),
        width: 'minmax(140px, 1.2fr)',
        from: 1150,
        read: (row) => row.name,
        show: (row) => <bdi className={css.file}>{row.name}</bdi>,
        sortable: true,
      },
      {
        id: 'bytes',
        label: t('publications.field.size'),
        width: '86px',
        from: 1250,
        end: true,
        read: (row) => formats.bytes(row.bytes),
        sortable: true,
      },
    ];
  }, [t, lang, formats, vocabulary]);
}
