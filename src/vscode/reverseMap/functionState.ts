/**
 * How far Rmap Lens goes with a function, decided in this one place: simulated by the TypeScript model, interpreted from the
 * tree's own C as well, or only read.
 */
import {
  HELPER_FIDELITY,
  MEMORY_FIDELITY,
  RMAP_FIDELITY,
  TABLE_FIDELITY,
  VMA_FIDELITY,
} from '../../simulation/fidelity';

export type FunctionState = 'simulated' | 'simulated and interpreted' | 'read only';

export interface StateInput {
  /** Roles that some sample runs through, on the kernel of the tree. */
  readonly reached: ReadonlySet<string>;
  /** Roles whose function the interpreter takes from the C of the tree. */
  readonly interpreted: ReadonlySet<string>;
}

const MODELLED = [RMAP_FIDELITY, VMA_FIDELITY, MEMORY_FIDELITY, TABLE_FIDELITY, HELPER_FIDELITY];

/**
 * State of the function that plays `role`. The interpreter has the text of many functions that no scenario comes to: only
 * those that the model has are known to be run.
 */
export function functionState(role: string, { reached, interpreted }: StateInput): FunctionState {
  const isRun = reached.has(role) || MODELLED.some((table) => Object.hasOwn(table, role));
  if (!isRun) return 'read only';
  return interpreted.has(role) ? 'simulated and interpreted' : 'simulated';
}

/** What a state means, for tooltips. */
export const STATE_TEXT: Readonly<Record<FunctionState, string>> = {
  simulated: 'Simulated: the model runs it, step by step',
  'simulated and interpreted':
    'Simulated and interpreted: the model runs it, and the C of this tree can be run instead',
  'read only': 'Read only: found in the source, run by nothing',
};
