import {
  CircleDashed,
  CircleX,
  Files,
  History,
  type LucideIcon,
  MailCheck,
  TriangleAlert,
} from 'lucide-react';
import type { ParcelState } from '../../backend/wire';
import { useT } from '../../text';
import css from './Carry.module.css';

const LOOKS: Record<ParcelState, { icon: LucideIcon; tone: string | undefined }> = {
  travelling: { icon: CircleDashed, tone: css.waiting },
  received: { icon: MailCheck, tone: css.good },
  incomplete: { icon: Files, tone: css.waiting },
  refused: { icon: CircleX, tone: css.bad },
  conflict: { icon: TriangleAlert, tone: css.attention },
  overtaken: { icon: History, tone: css.waiting },
  outdated: { icon: History, tone: css.waiting },
};

/** What became of a piece in a package. */
export function ParcelWord({ state }: { state: ParcelState }) {
  const t = useT();
  const { icon: Icon, tone } = LOOKS[state];
  return (
    <span className={`${css.word} ${tone}`}>
      <Icon size={14} strokeWidth={2.2} aria-hidden />
      {t(`carry.state.${state}`)}
    </span>
  );
}
