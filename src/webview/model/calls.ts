/**
 * The calls of a run: which steps belong to which call of a function, and what the call stack is at a step.
 */
import type { Step } from '../../trace/step';
import type { Trace } from '../../trace/trace';

export interface Call {
  /** The step that enters the function. */
  readonly first: number;
  /** One past the last step before control is back with the caller. */
  readonly end: number;
  readonly function: string;
  readonly depth: number;
  readonly operation: number;
  /** Index of the caller in `Calls.all`, or null for the function that the operation enters. */
  readonly parent: number | null;
}

export interface Calls {
  /** In order of their first steps. */
  readonly all: readonly Call[];
  /** Index in `all` of the innermost call that a step belongs to. */
  readonly ofStep: readonly number[];
}

export function callsOf(trace: Trace): Calls {
  const all: (Call & { end: number })[] = [];
  const ofStep: number[] = [];
  let stack: number[] = [];
  let operation = -1;
  for (const step of trace.steps) {
    if (step.operation !== operation) {
      operation = step.operation;
      stack = [];
    }
    const top = stack[step.depth];
    stack.length = Math.min(stack.length, step.depth + 1);
    if (top === undefined || step.kind === 'call' || all[top]?.function !== step.function) {
      stack.length = Math.min(stack.length, step.depth);
      stack.push(all.length);
      all.push({
        first: step.number,
        end: step.number + 1,
        function: step.function,
        depth: step.depth,
        operation,
        parent: stack.at(-2) ?? null,
      });
    }
    for (const index of stack) {
      const call = all[index];
      if (call) call.end = step.number + 1;
    }
    ofStep.push(stack.at(-1) as number);
  }
  return { all, ofStep };
}

/** The call stack at a step, outermost first. */
export function stackAt(calls: Calls, position: number): Call[] {
  const stack: Call[] = [];
  let index: number | null = calls.ofStep[position] ?? null;
  while (index !== null) {
    const call: Call | undefined = calls.all[index];
    if (!call) break;
    stack.unshift(call);
    index = call.parent;
  }
  return stack;
}

/** Steps of one function call without those of the functions it calls, of which only the entry is kept. */
export function ownSteps(trace: Trace, calls: Calls, call: Call): Step[] {
  const own = calls.all.indexOf(call);
  return trace.steps.slice(call.first, call.end).filter(({ number, kind }) => {
    const index = calls.ofStep[number];
    return index === own || (kind === 'call' && index !== undefined && calls.all[index]?.parent === own);
  });
}
