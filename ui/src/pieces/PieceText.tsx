import { useEffect, useRef } from 'react';
import { safeFragment } from './html';

/** The text of a piece as the portal will show it. Links are shown, not followed: this window goes nowhere. */
export function PieceText(props: { html: string; lang: string; dir: 'ltr' | 'rtl' }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    element.replaceChildren(safeFragment(props.html));
    for (const link of element.querySelectorAll('a[href]')) {
      link.setAttribute('title', link.getAttribute('href') ?? '');
    }
    const stay = (event: Event) => {
      if ((event.target as Element | null)?.closest('a')) event.preventDefault();
    };
    element.addEventListener('click', stay);
    element.addEventListener('auxclick', stay);
    return () => {
      element.removeEventListener('click', stay);
      element.removeEventListener('auxclick', stay);
    };
  }, [props.html]);
  return <div ref={place} className="piece" lang={props.lang} dir={props.dir} />;
}
