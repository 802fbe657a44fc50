import { Paperclip, Siren } from 'lucide-react';
import type { DraftRow } from '../backend/wire';
import { LangMarks } from '../parts/LangMarks';
import { StateWord } from '../parts/StateWord';
import { direction, useFormats, useLang, useT } from '../text';
import css from './PieceRow.module.css';
import { shownState } from './portalWord';
import { typeIcon } from './types';
import { useTypeName } from './useTypeName';

/** One piece in a list: type mark, title, languages, state, time. */
export function PieceRow({ row }: { row: DraftRow }) {
  const t = useT();
  const { recent, dateTime } = useFormats();
  const typeName = useTypeName();
  const { dir } = useLang();
  const own = direction(row.lang);
  const Icon = typeIcon(row.type);
  return (
    <div className={css.row}>
      <Icon size={18} strokeWidth={1.6} className={css.type} aria-hidden />
      <span className={css.first}>
        <span className={css.title} lang={row.lang} dir={own} data-across={own !== dir || undefined}>
          {row.title || <em className={css.untitled}>{t('common.untitled')}</em>}
        </span>
        <time className={css.time} dateTime={row.updated_at} title={dateTime(row.updated_at)}>
          {recent(row.updated_at)}
        </time>
      </span>
      <span className={css.second}>
        <span className={css.kind}>{typeName(row.type)}</span>
        <LangMarks marks={row.languages} />
        {row.urgent && (
          <span className={css.urgent}>
            <Siren size={14} aria-hidden />
            {t('common.urgent')}
          </span>
        )}
        <span className={css.state}>
          <StateWord state={shownState(row.state, row.reason)} progress={row.progress} />
        </span>
      </span>
      {row.found_in !== null && (
        <span className={css.found}>
          <Paperclip size={14} aria-hidden />
          <span className={css.place} title={row.found_in}>
            {t('desk.drafts.found_in', { file: row.found_in })}
          </span>
        </span>
      )}
    </div>
  );
}
