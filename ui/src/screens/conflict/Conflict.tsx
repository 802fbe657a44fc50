import { ArrowLeft, FileText, GitCompare, Send } from 'lucide-react';
import { useState } from 'react';
import type { ConflictView, Draft, Side } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { Choose } from '../../parts/Choose';
import { EmptyState } from '../../parts/EmptyState';
import { ErrorLine } from '../../parts/ErrorLine';
import { ScreenHead } from '../../parts/Screen';
import { toast } from '../../parts/toasts';
import { usePortalName } from '../../pieces/usePortalName';
import { useAct, useLive } from '../../state/live';
import { back, replace } from '../../state/screen';
import { useFormats, useT } from '../../text';
import css from './Conflict.module.css';
import { PartCard } from './PartCard';
import {
  allFrom,
  allOurs,
  type Choices,
  chosen,
  filesApart,
  grouped,
  spokenChoices,
  undecided,
} from './parts';
import { Result } from './Result';

/** A piece that somebody changed on the portal: what was sent, what is there, what is here, and a choice for each part. */
export function Conflict(props: { draft: string; portal?: string }) {
  const t = useT();
  const args = props.portal ? { draft: props.draft, portal: props.portal } : { draft: props.draft };
  const view = useLive('conflicts.open', args, ['drafts', 'outbox'], { keep: false });
  const draft = useLive('drafts.open', { draft: props.draft }, ['drafts', 'review', 'outbox'], {
    keep: false,
  });
  if (view.error) {
    return (
      <div className={css.screen}>
        <ScreenHead title={t('conflict.title')} />
        {view.error.code === 'not_found' ? (
          <EmptyState icon={GitCompare} title={t('conflict.none')} text={t('conflict.none_text')}>
            <Button icon={Send} mirror onPress={() => replace({ name: 'outbox' })}>
              {t('common.action.see_outbox')}
            </Button>
          </EmptyState>
        ) : (
          <div className={css.inside}>
            <ErrorLine trouble={view.error} />
          </div>
        )}
      </div>
    );
  }
  if (!view.data || !draft.data) return <div className={css.screen} />;
  // Another text on either side is another question: what was chosen for the former one is forgotten.
  return <Settling key={view.data.seen} view={view.data} draft={draft.data} />;
}

function Settling({ view, draft }: { view: ConflictView; draft: Draft }) {
  const t = useT();
  const portal = usePortalName()(view.portal);
  const { languageName } = useFormats();
  const [choices, setChoices] = useState<Choices>({});
  const [shows, setShows] = useState<'parts' | 'result'>('parts');
  const settle = useAct('conflicts.settle', (_, { how }) => {
    toast(t(how.with === 'ours' ? 'conflict.sent' : 'conflict.merged'));
    replace(how.with === 'ours' ? { name: 'outbox' } : { name: 'editor', draft: view.draft });
  });
  const open = undecided(view.parts, choices);
  const files = filesApart(view.parts);
  // The approved text as it stands may go as it is; anything else is a new text and is reviewed.
  const sendsOurs = draft.state === 'conflict' && open === 0 && allOurs(view.parts, choices);
  const title = draft.languages.find((one) => one.lang === draft.primary_lang)?.title;
  const choose = (key: string) => (side: Side) => setChoices((now) => ({ ...now, [key]: side }));
  return (
    <div className={css.screen}>
      <ScreenHead
        title={t('conflict.title')}
        note={<bdi className={css.of}>{title || t('common.untitled')}</bdi>}
      >
        <Button icon={ArrowLeft} mirror onPress={() => void back()}>
          {t('conflict.back')}
        </Button>
        <Choose
          label={t('conflict.view')}
          labelHidden
          row
          value={shows}
          onChange={(id) => setShows(id as typeof shows)}
          options={(['parts', 'result'] as const).map((id) => ({ id, label: t(`conflict.view.${id}`) }))}
        />
      </ScreenHead>
      <div className={css.inside}>
        <div className={css.lead}>
          <p>{t(view.theirs_only ? 'conflict.theirs_only' : 'conflict.lead', { portal })}</p>
          {!view.has_base && <p>{t('conflict.no_base')}</p>}
          {view.comment && (
            <figure className={css.comment}>
              <figcaption>{t('conflict.comment')}</figcaption>
              <blockquote dir="auto">{view.comment}</blockquote>
            </figure>
          )}
        </div>
        {settle.error && <ErrorLine trouble={settle.error} />}
        {shows === 'result' ? (
          open > 0 ? (
            <EmptyState icon={GitCompare} title={t('conflict.undecided', { count: open })}>
              <Button onPress={() => setShows('parts')}>{t('conflict.view.parts')}</Button>
            </EmptyState>
          ) : (
            <Result view={view} choices={spokenChoices(view.parts, choices)} />
          )
        ) : (
          <>
            {grouped(view.parts).map((group) => (
              <section key={group.lang ?? ''} className={css.group}>
                <header className={css.language}>
                  <h2>{group.lang ? languageName(group.lang) : t('conflict.shared')}</h2>
                  {group.unchanged > 0 && <span>{t('conflict.unchanged', { count: group.unchanged })}</span>}
                </header>
                {group.parts.map((part) => (
                  <PartCard
                    key={part.key}
                    part={part}
                    view={view}
                    chosen={chosen(part, choices)}
                    onChoose={choose(part.key)}
                  />
                ))}
              </section>
            ))}
            {files.length > 0 && (
              <section className={css.group}>
                <header className={css.language}>
                  <h2>{t('review.files')}</h2>
                  <span>{t('conflict.files_help')}</span>
                </header>
                <ul className={css.files}>
                  {files.map((file) => (
                    <li key={file.key}>
                      <FileText size={16} aria-hidden />
                      <bdi>{String(file.ours ?? file.theirs)}</bdi>
                      <span>{t(file.ours === null ? 'conflict.file.theirs' : 'conflict.file.ours')}</span>
                    </li>
                  ))}
                </ul>
              </section>
            )}
          </>
        )}
      </div>
      <footer className={css.foot}>
        <div className={css.words} role="status">
          {open > 0
            ? t('conflict.undecided', { count: open })
            : t(sendsOurs ? 'conflict.then_sent' : 'conflict.then_reviewed')}
        </div>
        <div className={css.ways}>
          <Button onPress={() => setChoices(allFrom(view.parts, 'theirs'))}>
            {t('conflict.all.theirs')}
          </Button>
          <Button onPress={() => setChoices(allFrom(view.parts, 'ours'))}>{t('conflict.all.ours')}</Button>
          <Button
            kind="primary"
            isDisabled={open > 0 || settle.isPending}
            onPress={() =>
              settle.mutate({
                draft: view.draft,
                portal: view.portal,
                seen: view.seen,
                how: sendsOurs
                  ? { with: 'ours' }
                  : { with: 'parts', choices: spokenChoices(view.parts, choices) },
              })
            }
          >
            {t(sendsOurs ? 'conflict.send' : 'conflict.merge')}
          </Button>
        </div>
      </footer>
    </div>
  );
}
