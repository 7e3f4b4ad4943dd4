/**
 * How far Rmap Lens goes with a function, decided in this one place: simulated by the TypeScript model, interpreted from the
 * tree's own C, or only read.
 */
import {
  HELPER_FIDELITY,
  MEMORY_FIDELITY,
  RMAP_FIDELITY,
  TABLE_FIDELITY,
  VMA_FIDELITY,
} from '../../simulation/fidelity';

export type FunctionState = 'simulated' | 'interpreted' | 'read only';

export interface StateInput {
  /** Roles that some sample runs through, on the kernel of the tree. */
  readonly reached: ReadonlySet<string>;
  /** Roles whose C the interpreter runs from the tree. */
  readonly interpreted: ReadonlySet<string>;
}

const MODELLED = [RMAP_FIDELITY, VMA_FIDELITY, MEMORY_FIDELITY, TABLE_FIDELITY, HELPER_FIDELITY];

/** State of the function that plays `role`. */
export function functionState(role: string, { reached, interpreted }: StateInput): FunctionState {
  if (interpreted.has(role)) return 'interpreted';
  if (reached.has(role) || MODELLED.some((table) => Object.hasOwn(table, role))) return 'simulated';
  return 'read only';
}

/** What a state means, for tooltips. */
export const STATE_TEXT: Readonly<Record<FunctionState, string>> = {
  simulated: 'Simulated: the model runs it, step by step',
  interpreted: 'Interpreted: the C of this tree is run',
  'read only': 'Read only: found in the source, run by nothing',
};
