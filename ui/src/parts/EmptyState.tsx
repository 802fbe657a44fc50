import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import css from './EmptyState.module.css';

/** A screen with nothing on it teaches: one sentence, one action. */
export function EmptyState(props: { icon: LucideIcon; title: string; text?: string; children?: ReactNode }) {
  return (
    <div className={css.empty}>
      <span className={css.disc}>
        <props.icon size={26} strokeWidth={1.5} aria-hidden />
      </span>
      <h2 className={css.title}>{props.title}</h2>
      {props.text && <p className={css.text}>{props.text}</p>}
      {props.children && <div className={css.actions}>{props.children}</div>}
    </div>
  );
}
