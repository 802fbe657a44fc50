import {
  BookText,
  CircleCheckBig,
  Files,
  type LucideIcon,
  NotebookPen,
  Search,
  Send,
  Settings2,
} from 'lucide-react';
import type { AppState } from '../backend/wire';
import { keyName } from '../parts/keys';
import { initials } from '../pieces/initials';
import { leaveDesk } from '../state/leave';
import { go, type ScreenName } from '../state/screen';
import { type MessageId, useFormats, useT } from '../text';
import css from './Rail.module.css';

interface Place {
  name: Extract<ScreenName, 'desk' | 'drafts' | 'publications' | 'review' | 'outbox' | 'search' | 'settings'>;
  icon: LucideIcon;
  label: MessageId;
  mirror?: boolean;
}

/** Where one can go, in the order of a piece's life; Ctrl+1 to Ctrl+7. */
export const places: Place[] = [
  { name: 'desk', icon: NotebookPen, label: 'common.nav.desk' },
  { name: 'drafts', icon: Files, label: 'common.nav.drafts' },
  { name: 'publications', icon: BookText, label: 'common.nav.publications' },
  { name: 'review', icon: CircleCheckBig, label: 'common.nav.review' },
  { name: 'outbox', icon: Send, label: 'common.nav.outbox', mirror: true },
  { name: 'search', icon: Search, label: 'common.nav.search' },
  { name: 'settings', icon: Settings2, label: 'common.nav.settings' },
];

const AT_THE_END = 'settings';

/** Screens without a place of their own, and the place they are reached from. */
const WITHIN: Partial<Record<ScreenName, ScreenName>> = {
  conflict: 'outbox',
  remote: 'drafts',
  proof: 'review',
  byfile: 'review',
};

export function Rail(props: {
  here: ScreenName;
  counts: AppState['counts'];
  onFind: () => void;
  /** Whoever can leave this desk to others, or lock it. */
  person: string | null;
}) {
  const t = useT();
  const { number } = useFormats();
  const counts: Partial<Record<ScreenName, number>> = {
    desk: props.counts.needs_you,
    outbox: props.counts.waiting,
  };
  return (
    <nav className={css.rail} aria-label={t('common.nav.label')}>
      <Nib />
      <ul className={css.list}>
        {places.map(({ name, icon: Icon, label, mirror }, index) => {
          const count = counts[name] ?? 0;
          return (
            <li key={name} className={name === AT_THE_END ? css.last : undefined}>
              <button
                type="button"
                className={css.place}
                aria-current={(WITHIN[props.here] ?? props.here) === name ? 'page' : undefined}
                aria-keyshortcuts={`Control+${index + 1}`}
                onClick={() => void go({ name })}
              >
                <span className={css.icon}>
                  <Icon size={20} strokeWidth={1.7} aria-hidden data-mirror={mirror || undefined} />
                  {count > 0 && (
                    <span className={css.count} aria-hidden>
                      {count > 99 ? '99+' : number(count)}
                    </span>
                  )}
                </span>
                <span className={css.word}>{t(label)}</span>
                {count > 0 && <span className="only-heard">{t('common.nav.count', { count })}</span>}
              </button>
            </li>
          );
        })}
        {props.person !== null && (
          <li>
            <button
              type="button"
              className={css.place}
              aria-keyshortcuts="Control+L"
              title={`${t('people.leave_keys')} (${keyName('Mod+L')})`}
              onClick={() => void leaveDesk()}
            >
              <span className={css.person} aria-hidden>
                {initials(props.person)}
              </span>
              <span className="only-heard">{t('people.leave_keys')}</span>
            </button>
          </li>
        )}
      </ul>
    </nav>
  );
}

/** The mark of the house: the cut of a reed pen and its dot. */
function Nib() {
  return (
    <svg className={css.nib} viewBox="0 0 32 32" width="30" height="30" aria-hidden="true">
      <path d="M16 3 L22.5 15.5 L17.2 25.5 L14.8 25.5 L9.5 15.5 Z" fill="currentColor" />
      <path d="M16 13.5 V25.5" stroke="var(--sunken)" strokeWidth="1.4" />
      <circle cx="16" cy="12.8" r="1.7" fill="var(--sunken)" />
      <rect x="14.6" y="27.2" width="2.8" height="2.8" transform="rotate(45 16 28.6)" fill="currentColor" />
    </svg>
  );
}
