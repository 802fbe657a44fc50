/** How often the program is told of signs, and asked whether it is time. */
const LOOK_MS = 5_000;
const SIGNS = ['keydown', 'pointerdown', 'pointermove', 'wheel', 'focus'] as const;

/** How the program hears of the last sign; whether the person stays. */
export type Tell = (sign: { quiet_ms: number; anew: boolean }) => Promise<boolean>;

/**
 * Tells the program when somebody last pressed a key or moved the mouse. It decides, by its own clocks: where the person
 * does not stay, `leave` is called. Answers with the way to stop.
 */
export function tellSigns(
  tell: Tell,
  leave: () => Promise<boolean>,
  now: () => number = Date.now,
): () => void {
  let last = now();
  let busy = false;
  let left = false;
  const look = async () => {
    if (busy || left) return;
    busy = true;
    const stays = await tell({ quiet_ms: Math.max(0, now() - last), anew: false }).catch(() => true);
    if (!stays) {
      left = await leave().catch(() => false);
      // Somebody was asked something first: they are given the time once more.
      if (!left) await tell({ quiet_ms: 0, anew: true }).catch(() => true);
    }
    busy = false;
  };
  const seen = () => {
    // The first sign after a long sleep is not somebody who stayed: the program is asked before it counts.
    if (now() - last > 2 * LOOK_MS) void look();
    last = now();
  };
  for (const sign of SIGNS) window.addEventListener(sign, seen, { capture: true, passive: true });
  const timer = setInterval(() => void look(), LOOK_MS);
  return () => {
    clearInterval(timer);
    for (const sign of SIGNS) window.removeEventListener(sign, seen, { capture: true });
  };
}
