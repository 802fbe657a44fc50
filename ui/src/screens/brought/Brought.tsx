import { Languages, PencilLine } from 'lucide-react';
import type { ImportNote, ImportPlace, Brought as Report, SameStory } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { ScreenHead } from '../../parts/Screen';
import { useAct, useLive } from '../../state/live';
import { replace } from '../../state/screen';
import { nameIn, useOwners } from '../../state/vocabulary';
import { type MessageId, useFormats, useLang, useRaw, useT } from '../../text';
import css from './Brought.module.css';

/** Places told of one kind of part; more are counted. */
const TOLD = 5;

/** What became of a document that was brought in, and what it asks. */
export function Brought({ draft }: { draft: string }) {
  const t = useT();
  const asked = useLive('drafts.brought', { draft }, ['drafts']);
  const brought = asked.data?.brought;
  return (
    <div className={css.screen}>
      <ScreenHead title={brought ? t('brought.title', { name: brought.name }) : ''}>
        <Button kind="primary" icon={PencilLine} onPress={() => replace({ name: 'editor', draft })}>
          {t('brought.open')}
        </Button>
      </ScreenHead>
      <div className={css.inside}>
        {asked.error && <ErrorLine trouble={asked.error} />}
        {brought && (
          <>
            <p className={css.quiet}>{t('brought.lead')}</p>
            <Changes draft={draft} brought={brought} />
            {brought.same_story && <Story draft={draft} story={brought.same_story} />}
            <Parts
              title={t('brought.dropped')}
              fate="dropped"
              counts={brought.report.dropped}
              notes={brought.report.places}
            />
            <Parts
              title={t('brought.changed')}
              fate="changed"
              counts={brought.report.changed}
              notes={brought.report.places}
            />
            <Comments brought={brought} />
            <Parts title={t('brought.kept')} counts={brought.report.kept} notes={[]} />
          </>
        )}
      </div>
    </div>
  );
}

/** The question of the tracked changes; it can be answered again at any time. */
function Changes({ draft, brought }: { draft: string; brought: Report }) {
  const t = useT();
  const { number } = useFormats();
  const settle = useAct('drafts.settle_tracked');
  const tracked = brought.report.tracked;
  if (!tracked) return null;
  const counts = (
    [
      ['insertion', tracked.insertions],
      ['deletion', tracked.deletions],
      ['move', tracked.moves],
    ] as const
  ).flatMap(([kind, count]) => (count > 0 ? [`${t(`brought.changes.${kind}`)}: ${number(count)}`] : []));
  return (
    <section className={css.part}>
      <h2>{t('brought.changes.title')}</h2>
      <p>{t('brought.changes.lead')}</p>
      <p className={css.quiet}>{counts.join(' · ')}</p>
      <div className={css.ways}>
        {(['accept', 'reject'] as const).map((wish) => {
          const taken = brought.taken === wish && !brought.asked;
          return (
            <Button
              key={wish}
              kind={taken ? 'primary' : 'plain'}
              aria-pressed={taken}
              isDisabled={settle.isPending}
              onPress={() => settle.mutate({ draft, wish })}
            >
              {t(`brought.changes.${wish}`)}
              {taken && ` · ${t('brought.changes.taken')}`}
            </Button>
          );
        })}
      </div>
      {settle.error && <ErrorLine trouble={settle.error} />}
      <ul className={css.list}>
        {tracked.changes.slice(0, 4 * TOLD).map((change, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a report does not change its order
          <li key={index}>
            {t(`brought.changes.${change.kind}`)}: <Place place={change.place} /> · <bdi>{change.author}</bdi>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Story({ draft, story }: { draft: string; story: SameStory }) {
  const t = useT();
  const { number, date } = useFormats();
  const { lang } = useLang();
  const owners = useOwners() ?? [];
  // A country or an institution by its name; others are known by their letters.
  const nameOf = (id: string) => {
    const owner = owners.find((one) => one.id.toLowerCase() === id.toLowerCase());
    return owner ? nameIn(owner.name, lang) : id.toUpperCase();
  };
  const join = useAct('drafts.join', (joined) => replace({ name: 'editor', draft: joined.id }));
  const { dates, numbers, names, confidence } = story.shared;
  return (
    <section className={css.part}>
      <h2>{t('brought.story.title')}</h2>
      <p>
        {t('brought.story.lead', {
          title: story.title || t('common.untitled'),
          sure: number(confidence),
          shared: [
            ...dates.map((one) => date(one) || one),
            ...numbers.map((one) => (Number.isFinite(Number(one)) ? number(Number(one)) : one)),
            ...names.map(nameOf),
          ]
            .slice(0, 8)
            .join(' · '),
        })}
      </p>
      <div className={css.ways}>
        <Button
          icon={Languages}
          isDisabled={join.isPending}
          onPress={() => join.mutate({ draft, into: story.draft })}
        >
          {t('brought.story.join')}
        </Button>
      </div>
      {join.error && <ErrorLine trouble={join.error} />}
    </section>
  );
}

function Parts(props: {
  title: string;
  fate?: ImportNote['fate'];
  counts: { [key in string]?: number };
  notes: ImportNote[];
}) {
  const t = useT();
  const raw = useRaw();
  const { number } = useFormats();
  const kinds = Object.entries(props.counts);
  if (kinds.length === 0) return null;
  // What was kept needs no word on why.
  const key = (what: string) => (props.fate === undefined && what === 'picture' ? 'picture_kept' : what);
  const named = (what: string) =>
    t((raw(`brought.part.${what}`) ? `brought.part.${what}` : 'brought.part.other') as MessageId);
  return (
    <section className={css.part}>
      <h2>{props.title}</h2>
      <ul className={css.list}>
        {kinds.map(([what, count]) => (
          <li key={what}>
            <div className={css.what}>
              <span>{named(key(what))}</span>
              <span>{number(count ?? 0)}</span>
            </div>
            {props.notes
              .filter(
                (note) =>
                  note.fate === props.fate &&
                  note.what === what &&
                  (note.place.words || note.place.paragraph),
              )
              .slice(0, TOLD)
              .map((note, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a report does not change its order
                <p key={index} className={css.words}>
                  <Place place={note.place} />
                </p>
              ))}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Comments({ brought }: { brought: Report }) {
  const t = useT();
  if (brought.report.comments.length === 0) return null;
  return (
    <section className={css.part}>
      <h2>{t('brought.comments')}</h2>
      <ul className={css.list}>
        {brought.report.comments.map((comment, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a report does not change its order
          <li key={index}>
            <p dir="auto">{comment.text}</p>
            <p className={css.words}>
              <bdi>{comment.author}</bdi> {comment.resolved && `(${t('brought.resolved')})`} ·{' '}
              <Place place={comment.place} />
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Where it was: the heading above, the number of the paragraph, a few words. */
function Place({ place }: { place: ImportPlace }) {
  const t = useT();
  const { number } = useFormats();
  const where = [
    place.heading && <bdi key="heading">{place.heading}</bdi>,
    place.paragraph > 0 && (
      <span key="number">{t('brought.place', { number: number(place.paragraph) })}</span>
    ),
    place.words && <span key="words">{t('brought.words', { words: place.words })}</span>,
  ].filter(Boolean);
  return (
    <>
      {where.map((one, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: three fixed parts
        <span key={index}>
          {index > 0 && ' · '}
          {one}
        </span>
      ))}
    </>
  );
}
