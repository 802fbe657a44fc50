import { useT } from '../text';

/** The portal that lives on this PC is known to the desk by this name. */
const PRACTICE = 'practice';

/** A portal as people call it. */
export function usePortalName(): (name: string) => string {
  const t = useT();
  return (name) => (name === PRACTICE ? t('settings.portal.practice') : name);
}
