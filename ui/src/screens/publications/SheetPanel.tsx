import { FileSpreadsheet, Save, X } from 'lucide-react';
import { useState } from 'react';
import type { CellEdit, RowReport, SheetLook } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { ScreenHead } from '../../parts/Screen';
import { Select } from '../../parts/Select';
import { toast } from '../../parts/toasts';
import { useAct, useLive } from '../../state/live';
import { useT } from '../../text';
import { useTold } from '../../text/failures';
import css from './SheetPanel.module.css';
import type { Facts } from './useColumns';
import { useSaying } from './useSaying';

const NOTHING = 'nothing';
/** What a column can mean, in the order people think of it. */
const TARGETS = [
  'file',
  'title',
  'corporate_author',
  'authors',
  'year',
  'languages',
  'publication_type',
  'licence',
  'pages',
  'doi',
  'isbn',
  'issn',
  'id',
  'sha256',
  'fix',
  'qalam',
];

interface Given {
  file: string;
  facts: Facts;
  onClose: () => void;
  onUndo: (edits: CellEdit[]) => void;
}

/** A sheet that was dropped: what its columns mean, what it would change, and doing it. */
export function SheetPanel(props: Given) {
  const t = useT();
  const look = useLive('sheets.look', { file: props.file }, [], { keep: false });
  return (
    <section className={css.panel} aria-label={t('publications.sheet.label')}>
      <ScreenHead title={t('publications.sheet.title')} note={<bdi>{nameOf(props.file)}</bdi>}>
        <Button icon={X} onPress={props.onClose}>
          {t('common.action.close')}
        </Button>
      </ScreenHead>
      {look.error && (
        <div className={css.trouble}>
          <ErrorLine trouble={look.error} />
        </div>
      )}
      {look.data && <Matched {...props} look={look.data} />}
    </section>
  );
}

function Matched({ look, ...props }: Given & { look: SheetLook }) {
  const t = useT();
  const told = useTold();
  const { file, facts } = props;
  const [mapping, setMapping] = useState(look.columns.map((column) => column.target));
  const tried = useLive('sheets.try', { file, mapping }, ['publications']);
  const apply = useAct('sheets.apply', ({ report, undo }) => {
    toast(t('publications.changed', { count: report.tally.cells }), {
      label: t('common.action.undo'),
      act: () => props.onUndo(undo),
    });
  });
  const give = useAct('sheets.give_back', () => toast(t('publications.sheet.given')));
  const place = useAct('files.save_as', ({ path }) => {
    if (path) give.mutate({ file, mapping, to: path });
  });
  const mean = (at: number, target: string | null) =>
    setMapping((now) =>
      now.map((one, i) => (i === at ? target : target !== null && one === target ? null : one)),
    );
  const report = tried.data;
  const failed = tried.error ?? apply.error ?? give.error ?? place.error;
  const cells = report?.tally.cells ?? 0;
  return (
    <>
      <div className={css.body}>
        <h2 className={css.heading}>{t('publications.sheet.columns')}</h2>
        <ul className={css.columns}>
          {look.columns.map((column, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: heads may be the same, their places are not
            <li key={at} className={mapping[at] ? undefined : css.unused}>
              <div className={css.head}>
                <strong dir="auto">{column.header || t('publications.sheet.no_head')}</strong>
                <span className={css.samples} dir="auto">
                  {column.samples.join(' · ')}
                </span>
              </div>
              <Select
                label={t('publications.sheet.means', { column: column.header })}
                labelHidden
                value={mapping[at] ?? NOTHING}
                onChange={(id) => mean(at, id === NOTHING ? null : id)}
                choices={[NOTHING, ...TARGETS].map((id) => ({
                  id,
                  label: id === NOTHING ? t('publications.sheet.nothing') : facts.label(id),
                }))}
              />
            </li>
          ))}
        </ul>
        {report && (
          <>
            <h2 className={css.heading}>{t('publications.sheet.outcome')}</h2>
            <p className={css.tally} role="status">
              {t('publications.sheet.tally', {
                changed: report.tally.changed,
                same: report.tally.same,
                to_fix: report.tally.to_fix,
              })}
            </p>
            {report.problems.map((problem) => {
              const { what, next } = told(
                problem.code,
                { name: nameOf(file), ...problem.params },
                'problem.',
              );
              return (
                <p key={`${problem.code}${problem.subject}`} className={css.problem}>
                  <strong>{what}</strong> {next}
                </p>
              );
            })}
            <ol className={css.rows}>
              {report.rows.map((row) => (
                <Row key={row.line} row={row} facts={facts} />
              ))}
            </ol>
          </>
        )}
      </div>
      <div className={css.foot}>
        {failed && <ErrorLine trouble={failed} />}
        <Button
          kind="primary"
          icon={FileSpreadsheet}
          isDisabled={cells === 0 || apply.isPending || tried.isPlaceholderData}
          onPress={() => apply.mutate({ file, mapping })}
        >
          {t('publications.sheet.do', { cells })}
        </Button>
        {(report?.tally.to_fix ?? 0) > 0 && (
          <Button icon={Save} onPress={() => place.mutate({ name: toFix(file, look.format === 'csv') })}>
            {t('publications.sheet.give_back')}
          </Button>
        )}
      </div>
    </>
  );
}

/** One row: which publication, what changes, what is to be put right. */
function Row({ row, facts }: { row: RowReport; facts: Facts }) {
  const t = useT();
  const say = useSaying(facts);
  return (
    <li className={row.problems.length > 0 ? css.toFix : undefined}>
      <span className={css.line}>{t('publications.sheet.row', { line: String(row.line) })}</span>
      <bdi className={css.name}>{row.name}</bdi>
      {row.problems.map((problem) => (
        <span key={`${problem.field}${problem.problem.code}`} className={css.wrong}>
          {say.wrong(problem)}
        </span>
      ))}
      {row.changes.map((change) => (
        <span key={change.field} className={css.change}>
          {facts.label(change.field)}: <s>{say.value(change.field, change.before)}</s>{' '}
          <bdi>{say.value(change.field, change.after)}</bdi>
        </span>
      ))}
    </li>
  );
}

const nameOf = (file: string) => file.split(/[\\/]/).at(-1) ?? file;

/** The name proposed for the sheet that is given back. */
function toFix(file: string, csv: boolean): string {
  const name = nameOf(file).replace(/\.[^.]+$/, '');
  return `${name}-2.${csv ? 'csv' : 'xlsx'}`;
}
