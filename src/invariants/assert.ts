/**
 * The kernel's own asserts as invariants, with ids made at run time: `assert/FUNCTION/EXPRESSION`.
 */
import type { InvariantInfo, Reason } from '../trace/evaluation';
import type { Step, StepEvent } from '../trace/step';

export type AssertEvent = StepEvent & { readonly type: 'assert' };

/** `assert/check_anon_vma_clone/!src->anon_vma && dst->anon_vma`. */
export function assertId(functionName: string, expression: string): string {
  return `assert/${functionName}/${expression.replace(/\s+/g, ' ').trim()}`;
}

/** An assert where it stands. */
export interface AssertPlace {
  readonly functionName: string;
  readonly macro: string;
  readonly expression: string;
}

/** What is known of an assert that a step in `functionName` evaluated. */
export function assertInfo(
  functionName: string,
  event: Pick<AssertEvent, 'macro' | 'expression'>,
): InvariantInfo {
  const warns = /WARN|BUG/.test(event.macro);
  return {
    id: assertId(functionName, event.expression),
    when: { rule: 'at-assert' },
    title: `${event.macro}(${event.expression})`,
    statement: warns
      ? `In ${functionName}(), ${event.expression} is not true.`
      : `${functionName}() runs with ${event.expression} as ${event.macro}() demands.`,
    why: 'The kernel’s own code says so: it warns, or stops, where this does not hold.',
    speaksOf: [],
    places: [
      {
        role: functionName,
        pattern: `call:${event.macro} has:${event.expression}`,
        comment: null,
        nature: 'assert',
      },
    ],
  };
}

/** Every assert that `steps` come past, once each, in the order in which an evaluation of them would list them. */
export function assertPlacesIn(steps: Iterable<Step>): AssertPlace[] {
  const found = new Map<string, AssertPlace>();
  for (const { function: functionName, events } of steps) {
    for (const event of events) {
      if (event.type !== 'assert') continue;
      const { macro, expression } = event;
      const id = assertId(functionName, expression);
      if (!found.has(id)) found.set(id, { functionName, macro, expression });
    }
  }
  return [...found.values()];
}

export function assertReason(functionName: string, event: AssertEvent): Reason {
  return {
    message: `${event.macro}(${event.expression}) fires in ${functionName}()`,
    objects: [],
    fields: [],
  };
}
