/** In which order the steps of a program (program.ts) are best run, so that paths have met before what comes behind is looked at. */
import { successorsOf } from './paths';
import type { Program } from './program';

/** Rank of each step: those that lead to it come before, but for the way back of a loop, and a loop comes before what is behind it. */
export function ranksOf({ nodes, entry }: Program): readonly number[] {
  const ranks = nodes.map(() => 0);
  const seen = new Set<number>([entry]);
  const open: { readonly node: number; readonly rest: number[] }[] = [];
  const enter = (node: number): void => {
    const step = nodes[node];
    // the way out of a loop is taken first and ranked last
    open.push({ node, rest: step ? [...successorsOf(step, undefined)] : [] });
  };
  enter(entry);
  let rank = nodes.length;
  for (let top = open.at(-1); top; top = open.at(-1)) {
    const next = top.rest.pop();
    if (next === undefined) {
      ranks[top.node] = rank--;
      open.pop();
    } else if (!seen.has(next)) {
      seen.add(next);
      enter(next);
    }
  }
  return ranks;
}
