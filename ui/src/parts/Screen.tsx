import type { ReactNode } from 'react';
import css from './Screen.module.css';

/** The head of a screen: its name, what it says of itself, what can be done. */
export function ScreenHead(props: { title: string; note?: ReactNode; children?: ReactNode }) {
  return (
    <header className={css.head}>
      <h1 className={css.title}>{props.title}</h1>
      {props.note && <div className={css.note}>{props.note}</div>}
      {props.children && <div className={css.actions}>{props.children}</div>}
    </header>
  );
}

/** A list beside what was chosen in it. Where the window is narrow, or nothing is chosen, the list stands alone. */
export function TwoPanes(props: { list: ReactNode; beside: ReactNode; label: string; wide?: boolean }) {
  const alone = !props.beside;
  return (
    <div className={`${css.panes} ${props.wide ? css.wide : ''} ${alone ? css.alone : ''}`}>
      <div className={css.list}>{props.list}</div>
      {!alone && (
        <section className={css.beside} aria-label={props.label}>
          {props.beside}
        </section>
      )}
    </div>
  );
}
