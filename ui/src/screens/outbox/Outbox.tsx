import { ChevronDown, Pause, Play, Send, Usb } from 'lucide-react';
import { useState } from 'react';
import type { Link, OutboxEntry } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { EmptyState } from '../../parts/EmptyState';
import { ErrorLine } from '../../parts/ErrorLine';
import { moveInRows } from '../../parts/rows';
import { ScreenHead } from '../../parts/Screen';
import { withoutOvertaken } from '../../pieces/portalWord';
import { useAct, useLive } from '../../state/live';
import { go } from '../../state/screen';
import { useFormats, useT } from '../../text';
import { Entry } from './Entry';
import css from './Outbox.module.css';
import { Total } from './Total';

/** What is on its way, why it waits, and what has arrived. */
export function Outbox() {
  const t = useT();
  const { number } = useFormats();
  const outbox = useLive('outbox.list', {}, ['outbox', 'link', 'portals']);
  const sendNow = useAct('outbox.send_now');
  const pause = useAct('outbox.pause');
  const [folded, setFolded] = useState(false);
  const entries = withoutOvertaken(outbox.data?.entries ?? []);
  const link = outbox.data?.link;
  const asking = entries.filter(needsSomebody);
  const going = entries.filter((entry) => !arrived(entry) && !needsSomebody(entry));
  const open = entries.filter((entry) => entry.state === 'waiting' || entry.state === 'sending');
  const there = entries.filter(arrived);
  const failed = outbox.error ?? sendNow.error ?? pause.error;
  return (
    <div className={css.screen}>
      <ScreenHead title={t('common.nav.outbox')} note={link && <LinkWords link={link} />}>
        <Button icon={Usb} onPress={() => void go({ name: 'carry' })}>
          {t('carry.open')}
        </Button>
        {link && (
          <Button
            icon={link.paused ? Play : Pause}
            isDisabled={pause.isPending}
            onPress={() => pause.mutate({ paused: !link.paused })}
          >
            {link.paused ? t('outbox.resume_all') : t('outbox.pause_all')}
          </Button>
        )}
        <Button
          kind="primary"
          icon={Send}
          mirror
          isDisabled={open.length === 0 || link?.paused || sendNow.isPending}
          onPress={() => sendNow.mutate({})}
        >
          {t('outbox.send_now')}
        </Button>
      </ScreenHead>
      <div className={css.inside}>
        {failed && <ErrorLine trouble={failed} />}
        {link?.failure && !link.paused && open.length > 0 && <ErrorLine trouble={link.failure} quiet />}
        {outbox.data && <Total outbox={outbox.data} waiting={open.length} />}
        {outbox.data && entries.length === 0 && (
          <EmptyState icon={Send} title={t('outbox.empty.title')} text={t('outbox.empty.text')} />
        )}
        <Group title={t('desk.group.needs_you')} entries={asking} link={link} />
        <Group title={t('outbox.going')} entries={going} link={link} />
        {there.length > 0 && (
          <section aria-label={t('outbox.there')}>
            <button
              type="button"
              className={css.fold}
              aria-expanded={!folded}
              onClick={() => setFolded(!folded)}
            >
              <h2 className={css.heading}>
                {t('outbox.there')} <span>{number(there.length)}</span>
              </h2>
              <ChevronDown size={16} aria-hidden />
            </button>
            {!folded && (
              <ul className={css.list} onKeyDown={moveInRows}>
                {there.map((entry) => (
                  <Entry key={entry.id} entry={entry} linkFailure={null} />
                ))}
              </ul>
            )}
          </section>
        )}
      </div>
    </div>
  );
}

/** Entries under a heading; nothing when there are none. */
function Group(props: { title: string; entries: OutboxEntry[]; link: Link | undefined }) {
  const { number } = useFormats();
  if (props.entries.length === 0) return null;
  return (
    <section aria-label={props.title}>
      <h2 className={css.heading}>
        {props.title} <span>{number(props.entries.length)}</span>
      </h2>
      <ul className={css.list} onKeyDown={moveInRows}>
        {props.entries.map((entry) => (
          <Entry key={entry.id} entry={entry} linkFailure={props.link?.failure?.code ?? null} />
        ))}
      </ul>
    </section>
  );
}

/** What stays where it is until a person has decided. */
function needsSomebody(entry: OutboxEntry): boolean {
  return entry.state === 'refused' || entry.state === 'conflict' || entry.waits?.code === 'waiting_for_yes';
}

function arrived(entry: OutboxEntry): boolean {
  return entry.state === 'received' || entry.state === 'published';
}

function LinkWords({ link }: { link: Link }) {
  const t = useT();
  const formats = useFormats();
  const at = link.at ? formats.recent(link.at) : '';
  if (link.paused) return t('outbox.link.paused');
  if (link.state === 'reached') return t('outbox.link.reached', { time: at });
  if (link.state === 'failing') return t('outbox.link.failing', { time: at });
  return t('outbox.link.unknown');
}
