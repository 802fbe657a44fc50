import { type ComponentType, useEffect, useState } from 'react';

/** A part whose code is fetched when it is first shown, or before, with `ahead`. */
export type Fetched<Props extends object> = ComponentType<Props> & { ahead: () => Promise<void> };

/**
 * Shows nothing until its code is here, and from then on draws at once. Not React's `lazy`: its Suspense holds what has
 * arrived back for up to a third of a second, so that a row of fallbacks does not flicker, and there is no fallback here.
 */
export function fetched<Props extends object>(load: () => Promise<ComponentType<Props>>): Fetched<Props> {
  let Here: ComponentType<Props> | undefined;
  let coming: Promise<void> | undefined;
  const ahead = () => {
    coming ??= load().then(
      (part) => {
        Here = part;
      },
      (thrown) => {
        coming = undefined;
        throw thrown;
      },
    );
    return coming;
  };
  // biome-ignore lint/correctness/noComponentHookFactories: called once for each part, when its module is read.
  function Place(props: Props) {
    const [failed, setFailed] = useState<{ thrown: unknown } | null>(null);
    const [, setArrived] = useState(false);
    useEffect(() => {
      if (!Here)
        ahead().then(
          () => setArrived(true),
          (thrown) => setFailed({ thrown }),
        );
    }, []);
    if (failed) throw failed.thrown;
    return Here ? <Here {...props} /> : null;
  }
  return Object.assign(Place, { ahead });
}
