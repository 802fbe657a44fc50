import { createContext, useContext } from 'react';
import type { AppState, Profile } from '../backend/wire';

interface Here {
  state: AppState;
  profile: Profile;
}

const MeContext = createContext<Here | null>(null);
export const Me = MeContext.Provider;

/** Who works here and how the desk is; every screen inside the frame may ask. */
export function useMe(): Here {
  const here = useContext(MeContext);
  if (!here) throw new Error('outside the frame');
  return here;
}
