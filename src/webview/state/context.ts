/**
 * Gives components the session that they show. Two explorers side by side are two of these.
 */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { BuildingState } from '../build/buildingState';
import type { Moment } from './moment';
import type { Player } from './player';
import type { RunModel } from './runModel';
import type { Session } from './session';

export interface Explorer {
  readonly session: Session;
  readonly player: Player;
  readonly building: BuildingState;
}

export const ExplorerContext = createContext<Explorer | null>(null);

export function useExplorer(): Explorer {
  const explorer = useContext(ExplorerContext);
  if (!explorer) throw new Error('a component outside the explorer');
  return explorer;
}

export function useSession(): Session {
  return useExplorer().session;
}

/** For what stands beside the pictures. */
export const MomentContext = createContext<Moment | null>(null);

/** What is seen from the position that this part of the page shows. */
export function useMoment(): Moment {
  const { now } = useSession();
  return useContext(MomentContext) ?? now;
}

export function useBuilding(): BuildingState {
  return useExplorer().building;
}

/** The run on show; only for components that are drawn when there is one. */
export function useRun(): RunModel {
  const run = useSession().run.value;
  if (!run) throw new Error('no run to show');
  return run;
}
