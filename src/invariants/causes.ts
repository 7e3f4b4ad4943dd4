/**
 * Finds the step that broke what is found broken only when an operation has ended: goes back through the operation to
 * the last step before which it still held.
 */
import type { Reason } from '../trace/evaluation';
import type { Step } from '../trace/step';
import type { StateInvariant } from './invariant';
import type { DirtyIndex } from './subjects';
import type { View } from './view';

/** An invariant and the new ways in which it is broken. */
export interface Finding {
  readonly invariant: StateInvariant;
  readonly reasons: readonly Reason[];
}

/** Reasons are the same while they are about the same objects, whatever the numbers. */
export function keyOf(reason: Reason): string {
  return reason.objects.join(' ');
}

/**
 * For each finding the step after which its first reason stood until the end of the operation; undefined if it stood
 * before. The view is taken back through `steps`, and forward again.
 */
export function findCauses(
  findings: readonly Finding[],
  steps: readonly Step[],
  view: View,
  index: DirtyIndex<StateInvariant>,
): (number | undefined)[] {
  const causes: (number | undefined)[] = findings.map(() => undefined);
  if (findings.length === 0) return causes;
  const open = new Set(findings.keys());
  let at = steps.length;
  while (at > 0 && open.size > 0) {
    at -= 1;
    const step = steps[at];
    if (!step) continue;
    const touched = undoStep(step, view, index);
    for (const finding of open) {
      const { invariant, reasons } = findings[finding] ?? {};
      if (!invariant || !reasons?.[0] || !touched.has(invariant)) continue;
      const key = keyOf(reasons[0]);
      if (invariant.check(view).some((reason) => keyOf(reason) === key)) continue;
      causes[finding] = step.number;
      open.delete(finding);
    }
  }
  for (const step of steps.slice(at)) for (const change of step.changes) view.apply(change);
  return causes;
}

/** Takes a step back. Returns what it may have broken. */
function undoStep(step: Step, view: View, index: DirtyIndex<StateInvariant>): Set<StateInvariant> {
  const touched = new Set<StateInvariant>();
  for (const change of [...step.changes].reverse()) {
    for (const invariant of index.touchedBy(change, view)) touched.add(invariant);
    view.undo(change);
  }
  return touched;
}

/** The last step that wrote the first field that the reasons speak of, if they speak of one. */
export function lastWriter(steps: readonly Step[], reasons: readonly Reason[]): number | undefined {
  const wanted = reasons[0]?.fields[0];
  if (!wanted) return undefined;
  return steps.findLast((step) =>
    step.changes.some(
      (change) =>
        change.object === wanted.object &&
        (change.op === 'create' || (change.op !== 'free' && change.field === wanted.field)),
    ),
  )?.number;
}
