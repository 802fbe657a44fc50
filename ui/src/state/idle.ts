/** How often is looked whether it is time. */
const LOOK_MS = 5_000;
const SIGNS = ['keydown', 'pointerdown', 'pointermove', 'wheel', 'focus'] as const;

/**
 * Calls `act` once nobody has pressed a key or moved the mouse for so many minutes. The clock on the wall counts, so time
 * the machine slept counts as well. Answers with the way to stop.
 */
export function whenIdle(
  minutes: number,
  act: () => Promise<boolean>,
  now: () => number = Date.now,
): () => void {
  let last = now();
  let acting = false;
  const over = () => now() - last >= minutes * 60_000;
  const look = async () => {
    if (acting || !over()) return;
    acting = true;
    const done = await act().catch(() => false);
    // Somebody was asked something first: they are given the time once more.
    last = now();
    acting = done;
  };
  // The first sign after a long sleep is not somebody who stayed.
  const seen = () => {
    if (over()) void look();
    else last = now();
  };
  for (const sign of SIGNS) window.addEventListener(sign, seen, { capture: true, passive: true });
  const timer = setInterval(() => void look(), LOOK_MS);
  return () => {
    clearInterval(timer);
    for (const sign of SIGNS) window.removeEventListener(sign, seen, { capture: true });
  };
}
