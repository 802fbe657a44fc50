import type { Draft, Finding, RevisionRow } from '../../../backend/wire';
import { Tabs } from '../../../parts/Tabs';
import { useT } from '../../../text';
import type { Work } from '../work/useWork';
import { About } from './About';
import { Checks } from './Checks';
import { Files } from './Files';
import { History } from './History';
import css from './Panel.module.css';

const NAMES = ['about', 'files', 'checks', 'history'] as const;
export type PanelName = (typeof NAMES)[number];

/** Beside the page: what the piece is, its files, what is missing, what was before. */
export function Panel(props: {
  draft: Draft;
  work: Work;
  readOnly: boolean;
  findings: Finding[] | undefined;
  shown: PanelName;
  onShow: (panel: PanelName) => void;
  onFinding: (finding: Finding) => void;
  earlier: string | null;
  onEarlier: (revision: RevisionRow | null) => void;
  onUsePicture: (sha256: string, alt: string) => void;
}) {
  const t = useT();
  const { findings } = props;
  const weighty = findings?.filter((finding) => finding.severity !== 'hint').length ?? 0;
  const counts: Partial<Record<PanelName, number>> = {
    checks: weighty,
    files: props.draft.attachments.length,
  };
  return (
    <div className={css.panel}>
      <Tabs
        label={t('editor.panel.label')}
        value={props.shown}
        onChange={(id) => props.onShow(id as PanelName)}
        tabs={NAMES.map((id) => ({
          id,
          label: (
            <>
              {t(`editor.panel.${id}`)}
              {Boolean(counts[id]) && (
                <span className={css.count} data-attention={id === 'checks' || undefined}>
                  {t('editor.panel.count', { count: counts[id] })}
                </span>
              )}
            </>
          ),
        }))}
      >
        {props.shown === 'about' && <About draft={props.draft} work={props.work} readOnly={props.readOnly} />}
        {props.shown === 'files' && (
          <Files
            draft={props.draft}
            lang={props.work.version.lang}
            readOnly={props.readOnly}
            onUsePicture={props.onUsePicture}
          />
        )}
        {props.shown === 'checks' && <Checks findings={findings} onFinding={props.onFinding} />}
        {props.shown === 'history' && (
          <History
            draft={props.draft.id}
            lang={props.work.version.lang}
            shown={props.earlier}
            onShow={props.onEarlier}
          />
        )}
      </Tabs>
    </div>
  );
}
