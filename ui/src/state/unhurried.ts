/** Within so many milliseconds of the one before, a call belongs to a run: a key held down, a wheel. */
const RUN_MS = 150;

/** Does at once what comes alone, and of what comes in a run only the last, when it ends. */
export function unhurried<T>(act: (value: T) => void): (value: T) => void {
  let last = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (value) => {
    const now = performance.now();
    const alone = now - last > RUN_MS;
    last = now;
    clearTimeout(timer);
    if (alone) act(value);
    else timer = setTimeout(() => act(value), RUN_MS);
  };
}
