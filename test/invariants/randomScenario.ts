/**
 * Random scenarios that get into the corners: few processes, few pages, forks of forks, exits in the middle, splits and
 * merges beside faulted and unfaulted VMAs, moves, failing allocations.
 */
import fc from 'fast-check';
import type { AllocationFault, Operation } from '../../src/trace/engine';

/** Base of the little address space that the scenarios use, in pages. */
const BASE = 0x10;
const PAGES = 12;

/** Numbers from which one operation is made; plain, so that shrinking works well. */
interface Choice {
  readonly what: number;
  readonly who: number;
  readonly where: number;
  readonly long: number;
  readonly how: number;
  readonly fault: number;
}

const choice: fc.Arbitrary<Choice> = fc.record({
  what: fc.nat(99),
  who: fc.nat(9),
  where: fc.nat(PAGES - 1),
  long: fc.integer({ min: 1, max: 6 }),
  how: fc.nat(11),
  fault: fc.nat(99),
});

/** What is mapped where, as far as can be told without running. It may be wrong after a failure; that does no harm. */
type Picture = Map<string, Set<number>>;

/** Operations on processes that exist, mostly on pages that are mapped. */
export function randomOperations(maxLength: number, faults: boolean): fc.Arbitrary<readonly Operation[]> {
  return fc.array(choice, { minLength: 2, maxLength }).map((choices) => {
    const picture: Picture = new Map([['P', new Set()]]);
    let forks = 0;
    return choices.map((one) => {
      const operation = make(one, picture, () => {
        forks += 1;
        return `C${forks}`;
      });
      return { ...operation, faults: faults ? faultsOf(one) : [] };
    });
  });
}

function make(one: Choice, picture: Picture, childName: () => string): Operation {
  const processes = [...picture.keys()];
  const process = processes[one.who % processes.length] ?? 'P';
  const mapped = picture.get(process) ?? new Set<number>();
  const base = { process, faults: [] as readonly AllocationFault[] };
  const { what, how } = one;
  if (mapped.size === 0 || what < 12) return mmap(one, base, mapped);
  // one in ten looks where it may hit nothing
  const targets = [...mapped].sort((a, b) => a - b);
  const page = how === 11 ? BASE + one.where : (targets[one.where % targets.length] ?? BASE);
  const long = runLength(mapped, page, one.long);
  if (what < 42) return { ...base, verb: 'write', page };
  if (what < 46) return { ...base, verb: 'read', page };
  if (what < 53) {
    for (let at = page; at < page + long; at += 1) mapped.delete(at);
    return { ...base, verb: 'munmap', addr: page, len: long };
  }
  if (what < 65) {
    const prot = how < 4 ? 'r' : how === 4 ? 'none' : 'rw';
    return { ...base, verb: 'mprotect', addr: page, len: long, prot };
  }
  if (what < 75) {
    const to = freePlace(mapped, page, long, how);
    for (let at = 0; at < long; at += 1) {
      mapped.add(to + at);
      if (how % 3 !== 0) mapped.delete(page + at);
    }
    return { ...base, verb: 'mremap', old: page, len: long, new: to, dontunmap: how % 3 === 0 };
  }
  if (what < 78) {
    const advice = (['dontfork', 'dofork', 'wipeonfork', 'keeponfork'] as const)[how % 4] ?? 'dofork';
    return { ...base, verb: 'madvise', addr: page, len: long, advice };
  }
  if (what < 89 || processes.length < 2) {
    if (processes.length >= 5) return { ...base, verb: 'write', page };
    const child = childName();
    picture.set(child, new Set(mapped));
    return { ...base, verb: 'fork', child };
  }
  if (what < 95) {
    picture.delete(process);
    return { ...base, verb: 'exit' };
  }
  return { ...base, verb: 'walk', page };
}

function mmap(
  one: Choice,
  base: { process: string; faults: readonly AllocationFault[] },
  mapped: Set<number>,
): Operation {
  const { how } = one;
  const holes = Array.from({ length: PAGES }, (_, at) => BASE + at).filter((page) => !mapped.has(page));
  const addr = holes[one.where % Math.max(1, holes.length)] ?? BASE;
  let len = 1;
  while (len < one.long && !mapped.has(addr + len)) len += 1;
  for (let at = 0; at < len; at += 1) mapped.add(addr + at);
  const file = how % 4 === 0 ? { name: 'data', pgoff: how === 0 ? 7 : addr } : null;
  return { ...base, verb: 'mmap', addr, len, prot: how === 5 ? 'r' : 'rw', file };
}

function runLength(mapped: ReadonlySet<number>, page: number, wanted: number): number {
  let length = 1;
  while (length < wanted && mapped.has(page + length)) length += 1;
  return length;
}

/** A place to move to: right beside what is mapped, or anywhere. */
function freePlace(mapped: ReadonlySet<number>, page: number, long: number, how: number): number {
  for (let to = BASE + how; to < BASE + PAGES + 20; to += 1) {
    const free = Array.from({ length: long }, (_, at) => to + at).every((at) => !mapped.has(at));
    if (free && (to + long <= page || to >= page + long)) return to;
  }
  return BASE + 40;
}

function faultsOf(one: Choice): AllocationFault[] {
  if (one.fault >= 15) return [];
  const kind = (['avc', 'anon_vma', 'vma', 'folio', 'avc'] as const)[one.fault % 5] ?? 'avc';
  return [{ kind, nth: 1 + (one.how % 4), nowait: one.fault === 7 }];
}
