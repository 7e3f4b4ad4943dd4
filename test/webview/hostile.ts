/**
 * A run in which every text that people or sources can write is hostile.
 */
import type { RunData } from '../../src/protocol/messages';

export const EVIL = `<img src=x onerror="window.hit=1"><script>window.hit=1</script>"'&lt;\u202e${'W'.repeat(300)}`;

/** Every text of a run made hostile. */
export function hostile(run: RunData): RunData {
  const { trace } = run;
  return {
    ...run,
    profile: { id: EVIL, title: EVIL },
    tree: EVIL,
    trace: {
      ...trace,
      title: EVIL,
      truncated: EVIL,
      operations: trace.operations.map((operation) => ({ ...operation, text: EVIL, errno: EVIL })),
      steps: trace.steps.map((step) => ({
        ...step,
        text: EVIL,
        function: EVIL,
        changes: step.changes.map((change) =>
          change.op === 'set' && (change.field === 'label' || change.field === 'name')
            ? { ...change, new: EVIL }
            : change,
        ),
        events: [...step.events, { type: 'assert' as const, macro: EVIL, expression: EVIL, holds: false }],
      })),
    },
    invariants: run.invariants.map((info) => ({
      ...info,
      group: EVIL,
      title: EVIL,
      statement: EVIL,
      why: EVIL,
      when: EVIL,
    })),
    timelines: run.timelines.map(({ id, spans }) => ({
      id,
      spans: spans.map((span) => ({
        ...span,
        until: EVIL,
        reasons: span.reasons.map((reason) => ({ ...reason, message: EVIL })),
      })),
    })),
    violations: [{ invariant: EVIL, step: 340, message: EVIL, objects: [1] }],
    expectations: [{ line: 1, text: EVIL, met: false, found: EVIL }],
    places: trace.steps.map(() => ({ missing: EVIL })),
  };
}
