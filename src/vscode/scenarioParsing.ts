/**
 * What a scenario may name here. Whatever reads scenarios in the editor reads them with these, so that what is
 * underlined is what cannot be run.
 */
import { INVARIANT_IDS } from '../invariants/catalogue';
import type { ParseOptions } from '../scenario/syntax';
import type { Simulator } from './simulator';

export const SCENARIO_LANGUAGE = 'rmap';

export function parseOptions({ profiles }: Pick<Simulator, 'profiles'>): ParseOptions {
  return { profiles: profiles.map(({ id }) => id), invariants: INVARIANT_IDS };
}
