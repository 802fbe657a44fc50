import { type ReactNode, useEffect, useRef, useState } from 'react';
import css from './Comments.module.css';
import { type Box, boxesOf, type Mark, type Marked, markedOn } from './page';

/**
 * A page with marks on words of it. The marks are drawn over the page and are no part of it, so whoever draws the page
 * need not know of them.
 */
export function MarkedPage(props: {
  marks: Mark[];
  chosen: string | null;
  onChoose: (id: string) => void;
  onMarked?: (marked: Marked | null) => void;
  children: ReactNode;
}) {
  const { marks, chosen, onMarked } = props;
  const page = useRef<HTMLDivElement>(null);
  const [boxes, setBoxes] = useState<Box[]>([]);
  const wanted = JSON.stringify(marks);
  useEffect(() => {
    const element = page.current;
    if (!element) return;
    const draw = () => setBoxes(boxesOf(element, JSON.parse(wanted)));
    draw();
    const resized = new ResizeObserver(draw);
    resized.observe(element);
    const changed = new MutationObserver(draw);
    changed.observe(element, { childList: true, subtree: true, characterData: true });
    return () => {
      resized.disconnect();
      changed.disconnect();
    };
  }, [wanted]);
  useEffect(() => {
    const element = page.current;
    if (!element || !onMarked) return;
    const heard = () => onMarked(markedOn(element));
    element.addEventListener('mouseup', heard);
    element.addEventListener('keyup', heard);
    return () => {
      element.removeEventListener('mouseup', heard);
      element.removeEventListener('keyup', heard);
    };
  }, [onMarked]);
  const over = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const first = chosen && over.current?.querySelector(`[data-id="${chosen}"]`);
    if (first && boxes.length > 0) first.scrollIntoView({ block: 'nearest' });
  }, [chosen, boxes]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: the card of a mark is operated by keyboard; this is the mouse's way to it
    <div
      className={css.page}
      onClick={(event) => {
        const corner = page.current?.getBoundingClientRect();
        if (!corner) return;
        const [x, y] = [event.clientX - corner.left, event.clientY - corner.top];
        const hit = boxes.find(
          (box) => x >= box.left && x <= box.left + box.width && y >= box.top && y <= box.top + box.height,
        );
        if (hit) props.onChoose(hit.id);
      }}
    >
      <div ref={page}>{props.children}</div>
      <div ref={over} className={css.over} aria-hidden>
        {boxes.map((box, index) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: a box is where it is
            key={index}
            data-id={box.id}
            data-chosen={box.id === chosen || undefined}
            style={{
              // The one place where sides are those of the screen: the boxes were measured there.
              left: box.left,
              top: box.top,
              width: box.width,
              height: box.height,
            }}
          />
        ))}
      </div>
    </div>
  );
}
