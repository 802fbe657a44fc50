import {
  ArrowUp,
  Circle,
  CircleCheck,
  CircleDashed,
  CircleX,
  Eye,
  Globe,
  type LucideIcon,
  MailCheck,
  TriangleAlert,
  Undo2,
} from 'lucide-react';
import { useT } from '../text';
import css from './StateWord.module.css';

export type StateName =
  | 'draft'
  | 'in_review'
  | 'returned'
  | 'approved'
  | 'waiting'
  | 'sending'
  | 'received'
  | 'published'
  | 'refused'
  | 'conflict';

type Tone = 'quiet' | 'moving' | 'attention' | 'trouble' | 'done';

const LOOKS: Record<StateName, { icon: LucideIcon; tone: Tone; mirror?: boolean }> = {
  draft: { icon: Circle, tone: 'quiet' },
  in_review: { icon: Eye, tone: 'moving' },
  returned: { icon: Undo2, tone: 'attention', mirror: true },
  approved: { icon: CircleCheck, tone: 'done' },
  waiting: { icon: CircleDashed, tone: 'moving' },
  sending: { icon: ArrowUp, tone: 'moving' },
  received: { icon: MailCheck, tone: 'done' },
  published: { icon: Globe, tone: 'done' },
  refused: { icon: CircleX, tone: 'trouble' },
  conflict: { icon: TriangleAlert, tone: 'attention' },
};

/** Where a thing stands: a shape, a word and a quiet colour, each enough without the others. */
export function StateWord(props: { state: StateName; progress?: { done: number; total: number } | null }) {
  const t = useT();
  const { icon: Icon, tone, mirror } = LOOKS[props.state];
  const word =
    props.state === 'sending' && props.progress && props.progress.total > 0
      ? t('common.state.sending_of', { done: props.progress.done, total: props.progress.total })
      : t(`common.state.${props.state}`);
  return (
    <span className={`${css.state} ${css[tone]}`}>
      <Icon size={14} strokeWidth={2.2} aria-hidden data-mirror={mirror || undefined} />
      {word}
    </span>
  );
}
