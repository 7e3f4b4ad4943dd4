/**
 * What the text of a function shows wrong about locks and AVCs. Each finding has a code, by which it can be switched off
 * and under which docs/diagnostics.md explains it. Nothing is reported that is only possible: where the analysis says
 * "maybe" it stays silent.
 */

import type { Exit } from './flow';
import type { FunctionLocks, LockAnalysis } from './lockAnalysis';
import type { LockClass } from './lockClasses';
import { LOCK_TITLES } from './lockClasses';
import { readable } from './lockSets';
import { type AllocationLost, lostAllocations } from './lostAllocations';
import { type UnevenCounter, unevenCounters } from './unevenCounters';
import { type Held, lockKey, plainTruth, truthOf } from './world';

export const DIAGNOSTIC_CODES = [
  'alloc-under-root-lock',
  'lock-unbalanced',
  'lock-order',
  'allocation-lost',
  'counter-on-one-path',
  'clone-without-operation',
] as const;

export type DiagnosticCode = (typeof DIAGNOSTIC_CODES)[number];

/** One finding. Offsets count from the function's first character. */
export interface Finding {
  readonly code: DiagnosticCode;
  readonly start: number;
  readonly end: number;
  /** One sentence: what is wrong and why it matters. */
  readonly message: string;
}

/** Kinds of lock of which the kernel fixes the order (the comment at the head of mm/rmap.c), outermost first. */
const ORDER: readonly LockClass[] = ['mmap', 'i_mmap', 'root', 'ptl'];

/** Findings in one function, in the order of the text. */
export function findingsIn(locks: FunctionLocks, analysis: LockAnalysis): readonly Finding[] {
  const findings = [
    ...sleepingAllocations(locks, analysis),
    ...unbalanced(locks),
    ...wrongOrder(locks),
    ...lostAllocations(locks.run.program).map(lost),
    ...countersOnOnePath(locks, analysis),
    ...clonesWithoutOperation(locks, analysis),
  ];
  const seen = new Set<string>();
  return findings
    .filter(({ code, start }) => !seen.has(`${code} ${start}`) && seen.add(`${code} ${start}`))
    .sort((a, b) => a.start - b.start);
}

/** `GFP_KERNEL` while the root's lock is held: reclaim takes the same lock in its rmap walks. */
function sleepingAllocations({ run, path }: FunctionLocks, analysis: LockAnalysis): Finding[] {
  const { graph } = analysis.engine;
  return [...run.calls.values()].flatMap(({ call, sets }): Finding[] => {
    const isUnderLock = [...sets.values()].some((set) =>
      [...set.values()].some((held) => held.lock === 'root' && isSure(held)),
    );
    if (!isUnderLock || call.isIndirect) {
      return [];
    }
    const callee = graph.resolve(call.callee, path);
    const inside = callee ? graph.reached(callee).sleeping : undefined;
    const isDirect = call.texts.some((text) => /\bGFP_KERNEL(?:_ACCOUNT)?\b/.test(text));
    // what a function allocates far below it may well depend on what it was asked for
    if (!isDirect && inside?.length !== 2) {
      return [];
    }
    const how = isDirect
      ? `${call.callee}() with GFP_KERNEL`
      : `${call.callee}(), which allocates with GFP_KERNEL,`;
    return [
      {
        code: 'alloc-under-root-lock',
        ...call.extent,
        message: `${how} may sleep and reclaim while the ${LOCK_TITLES.root} is held: reclaim's rmap walks take that lock.`,
      },
    ];
  });
}

/** False for a lock that may be given back already, and for one that a call leaves held on some of its returns only. */
function isSure({ isDoubtful, isOnSomeReturns }: Held): boolean {
  return !isDoubtful && !isOnSomeReturns;
}

function nameOf(lock: LockClass, object: string): string {
  const whose = readable(object);
  return whose === '' || whose === '?' ? LOCK_TITLES[lock] : `${LOCK_TITLES[lock]} (${whose})`;
}

/** Taken twice, released twice, or kept on one return and released on another that gives back the same. */
function unbalanced({ run, entry }: FunctionLocks): Finding[] {
  const findings: Finding[] = [];
  for (const { kind, lock, object, world, offset, via, isTry } of run.events) {
    const [callee = ''] = via;
    const extent = { start: offset, end: offset + callee.length };
    const held = world.locks.get(lockKey(lock, object));
    // what only some paths expect on entry may as well not be held
    const isCertain =
      held?.origins.some((origin) => origin.kind === 'taken') ||
      !entry.expected.some((one) => one.lock === lock && one.object === object && !one.isCertain);
    if (kind === 'taken twice' && !isTry && isCertain && !held?.isOnSomeReturns && via.length <= 2) {
      const message = `The ${nameOf(lock, object)} is held here already: ${callee}() waits for ever.`;
      findings.push({ code: 'lock-unbalanced', ...extent, message });
    }
    if (kind === 'released twice' && via.length <= 2) {
      const message = `The ${nameOf(lock, object)} was released on this path before.`;
      findings.push({ code: 'lock-unbalanced', ...extent, message });
    }
  }
  return [...findings, ...keptOnSomeReturns(run.exits)];
}

function kindOfValue({ world, value }: Exit): string | undefined {
  if (value === undefined) {
    return 'nothing';
  }
  return value === '0' || value.startsWith('#') ? value : plainTruth(truthOf(world, value));
}

/** True for returns that the caller chooses between by an argument (`vma_link_file(vma, hold_rmap_lock)`). */
function areAskedFor(one: Exit, other: Exit): boolean {
  return [...one.world.truths].some(([value, truth]) => {
    const opposite = other.world.truths.get(value);
    const isArgument = /^⟨\w+⟩$/.test(value);
    return isArgument && opposite !== undefined && (opposite === 'zero') !== (truth === 'zero');
  });
}

function keptOnSomeReturns(exits: readonly Exit[]): Finding[] {
  return exits.flatMap((exit) => {
    const kind = kindOfValue(exit);
    return [...exit.world.locks].flatMap(([key, held]): Finding[] => {
      const isOwn = held.origins.every((origin) => origin.kind === 'taken') && isSure(held);
      const isReleasedElsewhere = exits.some(
        (other) =>
          kindOfValue(other) === kind &&
          !areAskedFor(exit, other) &&
          !other.world.locks.has(key) &&
          other.world.locals.has(`%released ${key}`),
      );
      if (kind === undefined || held.lock === 'vma' || !isOwn || !isReleasedElsewhere) {
        return [];
      }
      const message = `The ${nameOf(held.lock, held.object)} is still held on this return, and released on another that returns the same.`;
      return [{ code: 'lock-unbalanced', start: exit.offset, end: exit.offset + 'return'.length, message }];
    });
  });
}

/** A lock taken while one is held that nests inside of it. */
function wrongOrder({ run }: FunctionLocks): Finding[] {
  return run.events.flatMap(({ kind, lock, world, offset, via, isTry }): Finding[] => {
    const rank = ORDER.indexOf(lock);
    if (kind !== 'taken' || isTry || rank < 0) {
      return [];
    }
    const inner = [...world.locks.values()].find(
      (held) =>
        ORDER.indexOf(held.lock) > rank &&
        isSure(held) &&
        held.origins.every((origin) => origin.kind === 'taken'),
    );
    if (!inner) {
      return [];
    }
    const [callee = ''] = via;
    const message = `The ${LOCK_TITLES[lock]} is taken while the ${nameOf(inner.lock, inner.object)} is held; the kernel nests them the other way round.`;
    return [{ code: 'lock-order', start: offset, end: offset + callee.length, message }];
  });
}

function lost({ variable, allocator, extent, leavesAt }: AllocationLost): Finding {
  return {
    code: 'allocation-lost',
    ...extent,
    message: `What ${allocator}() gives to ${variable} here is neither linked nor freed on a path that returns ${leavesAt}.`,
  };
}

function countersOnOnePath({ run, path }: FunctionLocks, { engine: { graph } }: LockAnalysis): Finding[] {
  const writes = (callee: string): ReadonlySet<string> => {
    const target = graph.resolve(callee, path);
    return target ? graph.reached(target).writes : new Set();
  };
  return unevenCounters(run.program, writes).map(uneven);
}

function uneven({ counter, pointer, kind, extent, returns }: UnevenCounter): Finding {
  const message =
    kind === 'not counted'
      ? `${pointer} is set here, and ${counter} counted with it on one path, but not on another that returns ${returns}.`
      : `${counter} is counted up here and not taken back on a path that returns ${returns}.`;
  return { code: 'counter-on-one-path', ...extent, message };
}

/** Calls of anon_vma_clone() with fewer arguments than the tree's own takes. */
function clonesWithoutOperation({ run, path }: FunctionLocks, analysis: LockAnalysis): Finding[] {
  const clone = analysis.engine.graph.resolve('anon_vma_clone', path);
  const last = clone?.function.parameters.at(-1);
  if (!clone || !last?.text.startsWith('enum ')) {
    return [];
  }
  const wanted = clone.function.parameters.length;
  return [...run.calls.values()]
    .filter(({ call }) => call.callee === 'anon_vma_clone' && call.arguments.length < wanted)
    .map(({ call }) => ({
      code: 'clone-without-operation',
      ...call.extent,
      message: `anon_vma_clone() of this tree takes ${last.text}: without it a fork cannot be told from the rest, and anon_vmas are reused wrongly.`,
    }));
}
