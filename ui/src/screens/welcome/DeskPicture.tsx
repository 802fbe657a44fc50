import { LangMarks } from '../../parts/LangMarks';
import { StateWord } from '../../parts/StateWord';
import { useT } from '../../text';
import css from './DeskPicture.module.css';

/** A drawing of the desk that fills in with the answers. Only to be looked at. */
export function DeskPicture(props: { owner: string; name: string; role: string | null; step: string }) {
  const t = useT();
  const settled = props.step !== 'language';
  const group = (label: string) => (
    <p className={css.group}>{settled ? label : <b className={css.unsaid} />}</p>
  );
  return (
    <div className={css.around} aria-hidden="true">
      <div className={css.window}>
        <div className={css.rail}>
          {[0, 1, 2, 3, 4].map((place) => (
            <span key={place} data-on={place === 0 || undefined} />
          ))}
        </div>
        <div className={css.list}>
          <p className={css.owner}>{props.owner || <b className={css.unsaid} />}</p>
          {group(t('desk.group.needs_you'))}
          <Row state="returned" wide said={settled} />
          {group(t('desk.group.in_work'))}
          <Row state="draft" said={settled} />
          <Row state="draft" wide said={settled} />
          {group(t('desk.group.arrived'))}
          <Row state="published" wide said={settled} />
        </div>
        <div className={css.sheet}>
          <b />
          <i />
          <i />
          <i data-short />
          <i />
          <i />
          <i data-short />
          <p className={css.by}>{props.name.trim() || <b className={css.unsaid} />}</p>
          <p className={css.part}>
            {props.role && <StateWord state={props.role === 'author' ? 'draft' : 'approved'} />}
          </p>
        </div>
        <div className={css.foot}>{settled && t('common.foot.here')}</div>
      </div>
    </div>
  );
}

function Row(props: { state: 'returned' | 'draft' | 'published'; wide?: boolean; said: boolean }) {
  return (
    <div className={css.row}>
      <b data-wide={props.wide || undefined} />
      <span>
        <LangMarks
          marks={[
            { lang: 'ar', state: 'full' },
            ...(props.wide ? [{ lang: 'fr', state: 'full' as const }] : []),
          ]}
        />
        {props.said && <StateWord state={props.state} />}
      </span>
    </div>
  );
}
