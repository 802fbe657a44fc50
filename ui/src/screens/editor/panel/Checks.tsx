import { CircleCheck, CircleX, Lightbulb, TriangleAlert } from 'lucide-react';
import { Button } from 'react-aria-components';
import type { Finding } from '../../../backend/wire';
import { useFieldName } from '../../../pieces/useFieldName';
import { useFormats, useT } from '../../../text';
import { useTold } from '../../../text/failures';
import css from './Panel.module.css';

const ICONS = { error: CircleX, warning: TriangleAlert, hint: Lightbulb };

/** What is missing or looks wrong, worst first. Each leads to its place. */
export function Checks(props: { findings: Finding[] | undefined; onFinding: (finding: Finding) => void }) {
  const t = useT();
  const told = useTold();
  const { languageName } = useFormats();
  const values = useFindingValues();
  const { findings } = props;
  if (!findings) return null;
  const missing = findings.filter((finding) => finding.severity === 'error').length;
  return (
    <div className={css.checks}>
      <p className={css.verdict} data-good={missing === 0 || undefined} role="status">
        {missing === 0 && <CircleCheck size={17} aria-hidden />}
        {t('editor.checks.missing', { count: missing })}
      </p>
      <ul className={css.findings}>
        {findings.map((finding) => {
          const Icon = ICONS[finding.severity];
          const { what, next } = told(finding.code, values(finding), 'finding.');
          return (
            <li key={`${finding.code}-${finding.field}-${finding.lang}-${JSON.stringify(finding.params)}`}>
              <Button
                className={css.finding}
                onPress={() => props.onFinding(finding)}
                data-severity={finding.severity}
              >
                <Icon size={16} aria-hidden />
                <span>
                  <span className="only-heard">{t(`editor.checks.${finding.severity}`)} </span>
                  {what}
                  {finding.lang && <span className={css.lang}> · {languageName(finding.lang)}</span>}
                  {next && <small>{next}</small>}
                </span>
              </Button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** The values of a finding's sentence as people say them: names of fields and languages, sizes with their unit. */
function useFindingValues(): (finding: Finding) => Record<string, string> {
  const { languageName, bytes } = useFormats();
  const label = useFieldName();
  return ({ code, field, params }) => {
    const said: Record<string, string> = { ...params, field: label(field) };
    if (params.other) said.other = label(params.other);
    for (const key of ['found', 'lang']) if (params[key]) said[key] = languageName(params[key]);
    if (code === 'file_too_large') {
      for (const key of ['bytes', 'max']) if (params[key]) said[key] = bytes(Number(params[key]));
    }
    return said;
  };
}
