/**
 * What can be done with what is pointed at or selected.
 */
import type { Frame } from '../model/frame';
import type { RunModel } from './runModel';
import type { Target } from './target';

/** The next step that changes it: writes the field, touches the object, alters the status of the invariant. */
export function nextChange(run: RunModel, target: Target | null, position: number): number | null {
  if (!target) return null;
  switch (target.type) {
    case 'field':
      return run.history.nextWriter(target.id, target.field, position);
    case 'object':
      return run.history.touched(target.id).find((step) => step > position) ?? null;
    case 'invariant':
      return run.spans.get(target.id)?.find(({ step }) => step > position)?.step ?? null;
  }
}

/** `A1.num_active_vmas`, `P@16-20`, or the title of an invariant. */
export function targetName(frame: Frame, target: Target): string {
  switch (target.type) {
    case 'field':
      return `${frame.label(target.id)}.${target.field}`;
    case 'object':
      return frame.label(target.id);
    case 'invariant':
      return target.id;
  }
}
