/**
 * The allocations that an operation makes, as choices for `! fail`: what happens if the n-th of them fails?
 */
import type { AllocationFault, FaultKind } from './engine';
import type { Trace } from './trace';

export interface AllocationChoice {
  readonly kind: FaultKind;
  /** Among those of its kind in the operation, from 1: as `! fail KIND:N` counts. */
  readonly nth: number;
  /** Step of its first try. */
  readonly step: number;
  /** Function that allocates, and the one that called it; null when the operation itself does. */
  readonly function: string;
  readonly caller: string | null;
  /** What the step says, for people. */
  readonly text: string;
  /** Flags of each try, in order: `GFP_NOWAIT`, then `GFP_KERNEL` where the first one failed. */
  readonly flags: readonly string[];
  /** The first try may not sleep: it can fail alone, and the kernel has to try again. */
  readonly nowait: boolean;
  /** It failed in this run. */
  readonly failed: boolean;
}

/** Names that engines give to what the language calls `anon_vma`, `avc`, `vma` and `folio`. */
const KINDS: Readonly<Record<string, FaultKind>> = {
  anon_vma: 'anon_vma',
  avc: 'avc',
  anon_vma_chain: 'avc',
  vma: 'vma',
  vm_area_struct: 'vma',
  // only where an old kernel lets the nodes of a VMA tree run out, and allocates no VMA
  maple_node: 'vma',
  folio: 'folio',
};

/** Allocations of one operation of a run, in the order in which they are first tried. */
export function allocationsOf(trace: Trace, operation: number): AllocationChoice[] {
  const record = trace.operations[operation];
  if (!record) return [];
  const found = new Map<string, AllocationChoice & { flags: string[] }>();
  const stack: string[] = [];
  for (let at = record.firstStep; at < record.endStep; at += 1) {
    const step = trace.steps[at];
    if (!step) continue;
    stack.length = step.depth;
    stack[step.depth] = step.function;
    for (const event of step.events) {
      const kind = event.type === 'alloc' ? KINDS[event.what] : undefined;
      if (event.type !== 'alloc' || kind === undefined) continue;
      const key = `${kind}:${event.nth}`;
      const before = found.get(key);
      if (before) {
        found.set(key, { ...before, flags: [...before.flags, event.flags], failed: !event.ok });
        continue;
      }
      found.set(key, {
        kind,
        nth: event.nth,
        step: step.number,
        function: step.function,
        caller: stack[step.depth - 1] ?? null,
        text: step.text,
        flags: [event.flags],
        nowait: !event.sleeps,
        failed: !event.ok,
      });
    }
  }
  return [...found.values()];
}

export function sameFault(a: AllocationFault, b: AllocationFault): boolean {
  return a.kind === b.kind && a.nth === b.nth && a.nowait === b.nowait;
}

/** `avc:2`, `avc:2/nowait`: as the language writes it. */
export function faultText({ kind, nth, nowait }: AllocationFault): string {
  return `${kind}:${nth}${nowait ? '/nowait' : ''}`;
}
