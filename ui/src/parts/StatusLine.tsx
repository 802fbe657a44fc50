import { createContext, type ReactNode, useContext } from 'react';
import { createPortal } from 'react-dom';
import css from './StatusLine.module.css';

const Place = createContext<HTMLElement | null>(null);
export const StatusPlace = Place.Provider;

/** The foot of the window: one line of truth. Screens add their own words through {@link StatusWords}. */
export function StatusLine(props: {
  label: string;
  onPlace: (place: HTMLElement | null) => void;
  children: ReactNode;
}) {
  return (
    <footer className={css.foot}>
      <div className={css.own} ref={props.onPlace} />
      <div className={css.desk} role="status" aria-label={props.label}>
        {props.children}
      </div>
    </footer>
  );
}

/** Puts words of the present screen (saved, count of words) at the beginning of the status line. */
export function StatusWords(props: { children: ReactNode }) {
  const place = useContext(Place);
  return place ? createPortal(props.children, place) : null;
}
