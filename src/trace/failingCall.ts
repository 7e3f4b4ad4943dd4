/**
 * Which call of a function to show first: the one in which something fails tells more than the others.
 */
import type { Step } from './step';

/**
 * The step that enters the first call in which an allocation fails; null when there is none.
 * @param isFunction says of a step whether it stands in the function itself
 */
export function failingCall(steps: readonly Step[], isFunction: (step: Step) => boolean): Step | null {
  let entry: Step | null = null;
  for (const step of steps) {
    if (entry && (step.depth < entry.depth || step.operation !== entry.operation)) entry = null;
    if (step.kind === 'call' && isFunction(step)) entry = step;
    if (entry && step.events.some((event) => event.type === 'alloc' && !event.ok)) return entry;
  }
  return null;
}
