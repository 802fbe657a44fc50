import { CircleCheck, CircleX, Eye, TriangleAlert } from 'lucide-react';
import type { BatchRow, Finding } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { useFieldName } from '../../pieces/useFieldName';
import { useTypeName } from '../../pieces/useTypeName';
import { go } from '../../state/screen';
import { direction, useFormats, useT } from '../../text';
import { useTold } from '../../text/failures';
import css from './Batch.module.css';

/** One piece of the table: what it is, what to know of it first, who handed it in. */
export function Row(props: { row: BatchRow; chosen: boolean; onChoose: (on: boolean) => void }) {
  const t = useT();
  const told = useTold();
  const formats = useFormats();
  const typeName = useTypeName();
  const fieldName = useFieldName();
  const { row } = props;
  const title = row.title || t('common.untitled');
  const facts = [
    typeName(row.type),
    formats.list(row.languages.map(formats.languageName)),
    t('batch.files', { count: row.files }),
    t(row.before ? 'batch.again' : 'batch.first'),
    row.missing > 0 && t('batch.more_signatures', { count: row.missing }),
  ];
  const words = (finding: Finding) => {
    const field = fieldName(finding.field);
    const { what } = told(finding.code, { ...finding.params, field }, 'finding.');
    return finding.lang ? `${formats.languageName(finding.lang)} · ${what}` : what;
  };
  return (
    <tr data-chosen={props.chosen || undefined}>
      <td className={css.pick}>
        <input
          type="checkbox"
          aria-label={t('batch.select', { title })}
          checked={props.chosen && row.refused === null}
          disabled={row.refused !== null}
          onChange={(event) => props.onChoose(event.target.checked)}
        />
      </td>
      <th scope="row">
        <span lang={row.lang} dir={direction(row.lang)}>
          {title}
        </span>
        <span className={css.quiet}>{facts.filter(Boolean).join(' · ')}</span>
      </th>
      <td>
        {row.refused === null && row.findings.length === 0 ? (
          <p className={css.clean}>
            <CircleCheck size={16} aria-hidden /> {t('batch.clean')}
          </p>
        ) : (
          <ul className={css.remarks}>
            {row.refused && (
              <li data-refused>
                <CircleX size={16} aria-hidden /> {told(row.refused.code, row.refused.params).what}
              </li>
            )}
            {row.findings.map((finding) => (
              <li key={`${finding.code} ${finding.field} ${finding.lang} ${JSON.stringify(finding.params)}`}>
                <TriangleAlert size={16} aria-hidden /> <span>{words(finding)}</span>
              </li>
            ))}
          </ul>
        )}
      </td>
      <td>
        <bdi>{row.submitted_by}</bdi>
        <span className={css.quiet}>{formats.dateTime(row.created_at)}</span>
      </td>
      <td className={css.look}>
        <Button small kind="quiet" icon={Eye} onPress={() => void go({ name: 'review', draft: row.draft })}>
          {t('batch.look')}
        </Button>
      </td>
    </tr>
  );
}
