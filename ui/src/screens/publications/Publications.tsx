import { CopyCheck, SearchX } from 'lucide-react';
import { startTransition, useDeferredValue, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { CellEdit, Publication } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { DataTable, type Edit } from '../../parts/DataTable';
import { EmptyState } from '../../parts/EmptyState';
import { ErrorLine } from '../../parts/ErrorLine';
import { ScreenHead, TwoPanes } from '../../parts/Screen';
import { toast } from '../../parts/toasts';
import { useLive } from '../../state/live';
import { unhurried } from '../../state/unhurried';
import { useFormats, useT } from '../../text';
import { Alike } from './alike/Alike';
import { Chosen } from './Chosen';
import { type FactActs, Facts } from './Facts';
import { Filters } from './Filters';
import { isDoubtful, isField } from './fields';
import { Intake } from './Intake';
import { useLibrary } from './library';
import { Offered } from './Offered';
import css from './Publications.module.css';
import { Refusals } from './Refusals';
import { SheetPanel } from './SheetPanel';
import { useColumns, useFacts } from './useColumns';
import { useEditing } from './useEditing';
import { arranged, type Filters as Narrowed, type Order } from './view';

const NO_ROWS: Publication[] = [];

/** The library: files come in, a table is corrected, publications go into pieces. */
export function Publications(props: { publication?: string }) {
  const t = useT();
  const { number } = useFormats();
  const [words, setWords] = useState('');
  const [filters, setFilters] = useState<Narrowed>({});
  const [order, setOrder] = useState<Order | null>(null);
  const [current, setCurrent] = useState<string | null>(props.publication ?? null);
  const [deciding, setDeciding] = useState(false);
  const [sheet, setSheet] = useState<string | null>(null);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const library = useLibrary();
  const all = library.data?.rows ?? NO_ROWS;
  const shown = useShown(all, library.data?.whole ?? false, words, filters, order);
  // How many there are of each year and kind is counted when nothing more urgent is to be drawn.
  const counted = useDeferredValue(all);
  const facts = useFacts();
  const columns = useColumns(facts);

  const editing = useEditing((done, what) => {
    if (what !== 'edit') toast(t(`publications.${what}`, { count: done.cells }));
    else if (done.cells > 1) {
      toast(t('publications.changed', { count: done.cells }), {
        label: t('common.action.undo'),
        act: () => void editing.undo(),
      });
    }
  });

  const byId = useMemo(() => new Map(all.map((row) => [row.id, row])), [all]);
  const change = (edits: Edit[]) => {
    const cells: CellEdit[] = [];
    for (const { id, column, value } of edits) {
      const row = byId.get(id);
      if (row && isField(column)) cells.push({ publication: id, field: column, value, base: row[column] });
    }
    if (cells.length > 0) void editing.edit(cells);
  };

  /** Values that were found are right as they are: from now on a person says so. */
  const accept = (cells: { id: string; column: string }[]) => {
    const edits = cells.flatMap(({ id, column }): CellEdit[] => {
      const row = byId.get(id);
      if (!row || !isField(column) || !isDoubtful(row, column)) return [];
      return [{ publication: id, field: column, value: row[column], base: row[column], origin: 'person' }];
    });
    if (edits.length > 0) void editing.edit(edits);
  };

  const latest = useRef({ change, accept });
  useLayoutEffect(() => {
    latest.current = { change, accept };
  });
  const acts = useMemo<FactActs>(
    () => ({
      correct: (id, column, value) => latest.current.change([{ id, column, value }]),
      accept: (id, column) => latest.current.accept([{ id, column }]),
      alike: () => setDeciding(true),
    }),
    [],
  );

  // Keys go on while the side is still being drawn for a row they have left; rows that are run through are not shown there.
  const show = useMemo(() => unhurried((id: string) => startTransition(() => setCurrent(id))), []);
  const likenesses = useLive('publications.likenesses', { limit: 1 }, ['publications']);
  const alike = likenesses.data?.total ?? 0;
  const empty = library.data?.whole === true && all.length === 0;
  // With the first file the table comes first; what stands around it follows, the side into a place kept for it.
  const begun = !useDeferredValue(empty);
  const chosen = useMemo(() => [...ticked].filter((id) => byId.has(id)), [ticked, byId]);
  const beside = (current && byId.get(current)) || shown[0];
  const counting = all.filter((row) => row.superseded_by === null).length;
  const note =
    shown.length === counting
      ? number(Math.max(counting, library.data?.whole ? 0 : (library.data?.total ?? 0)))
      : t('publications.shown_of', { shown: shown.length, total: counting });
  if (deciding) return <Alike rows={all} facts={facts} onClose={() => setDeciding(false)} />;
  if (sheet !== null) {
    return (
      <SheetPanel
        key={sheet}
        file={sheet}
        facts={facts}
        onClose={() => setSheet(null)}
        onUndo={(edits) => void editing.edit(edits)}
      />
    );
  }
  return (
    <TwoPanes
      wide
      label={t('publications.side')}
      list={
        <>
          <div>
            <ScreenHead title={t('common.nav.publications')} note={all.length > 0 ? note : undefined}>
              {!empty && begun && (
                <Filters
                  rows={counted}
                  facts={facts}
                  words={words}
                  onWords={setWords}
                  filters={filters}
                  onFilters={setFilters}
                />
              )}
            </ScreenHead>
            <Intake empty={empty} onSheet={setSheet} />
            <Offered />
            {alike > 0 && (
              <div className={css.alike}>
                <Button kind="quiet" small icon={CopyCheck} onPress={() => setDeciding(true)}>
                  {t('alike.open', { count: alike })}
                </Button>
              </div>
            )}
            {(library.error ?? editing.failure) && (
              <div className={css.trouble}>
                <ErrorLine
                  trouble={(library.error ?? editing.failure) as NonNullable<typeof editing.failure>}
                />
              </div>
            )}
          </div>
          {!empty && library.data && (
            <div className={css.work}>
              <DataTable<Publication>
                label={t('common.nav.publications')}
                rows={shown}
                rowId={rowId}
                columns={columns}
                begin={props.publication}
                onCurrent={show}
                selected={ticked}
                onSelect={setTicked}
                onEdit={change}
                onAccept={accept}
                onUndo={() => void editing.undo()}
                onRedo={() => void editing.redo()}
                least="660px"
                sort={order}
                onSort={(column) =>
                  setOrder((now) =>
                    now?.column !== column
                      ? { column, desc: false }
                      : now.desc
                        ? null
                        : { column, desc: true },
                  )
                }
                none={
                  library.data.whole && <EmptyState icon={SearchX} title={t('publications.none_found')} />
                }
              />
              <div>
                <Refusals refused={editing.refused} rows={all} facts={facts} onForget={editing.forget} />
                <Chosen chosen={chosen} onDone={() => setTicked(new Set())} />
              </div>
            </div>
          )}
        </>
      }
      beside={
        beside &&
        !empty &&
        (begun ? (
          <Facts key={beside.id} publication={beside} facts={facts} words={words} acts={acts} />
        ) : (
          <div />
        ))
      }
    />
  );
}

const rowId = (row: Publication) => row.id;

/** The rows to show; one that was just corrected stays where it is until the wishes change. */
function useShown(
  all: Publication[],
  whole: boolean,
  typed: string,
  filters: Narrowed,
  order: Order | null,
): Publication[] {
  const words = useDeferredValue(typed.trim());
  const found = useLive('publications.find', { query: words }, ['publications'], {
    when: words !== '',
    keep: false,
  });
  const inside = useMemo(() => found.data && new Set(found.data.publications), [found.data]);
  const kept = useRef<{ wish: string; ids: string[] } | null>(null);
  const wish = JSON.stringify([words, inside ? inside.size : null, filters, order, whole]);
  const view = useMemo(
    () => ({ words, found: inside ?? null, filters, order }),
    [words, inside, filters, order],
  );
  return useMemo(() => {
    const ids = arranged(all, view, whole && kept.current?.wish === wish ? kept.current.ids : null);
    kept.current = { wish, ids };
    const byId = new Map(all.map((row) => [row.id, row]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  }, [all, view, wish, whole]);
}
