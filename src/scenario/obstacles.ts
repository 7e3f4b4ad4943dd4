/**
 * What stands in the way of an operation in a state, said before it is run: the errno that it would fail with, and why,
 * in words about what is mapped there. Allocation failures are chosen, not foreseen: `! fail` is not looked at.
 * Contract: docs/scenario-language.md, section 3.
 */
import { CALLABLE } from '../simulation/call';
import { NOT_CALLABLE } from '../simulation/notCallable';
import type { Operation, OperationVerb } from '../trace/engine';
import type { Snapshot, SnapshotVma } from '../trace/snapshot';
import { hex, rangeText, vmasOf } from './addresses';
import { NAME } from './language';

/** Pages of an address space of 47 bits. */
export const ADDRESS_PAGES = 2 ** 35;

export interface Obstacle {
  /** What the operation fails with when it is run all the same; null when it cannot be written down. */
  readonly errno: string | null;
  /** One clause about the state, without a full stop. */
  readonly reason: string;
}

/** A moment of a scenario, as far as obstacles depend on it. */
export interface Situation {
  readonly snapshot: Snapshot;
  /** Nothing has run yet: the first process that is named exists, with an empty address space. */
  readonly atStart: boolean;
  /** Functions that this kernel does not have, of those that `call` knows. */
  readonly absent: readonly string[];
}

/** Why the operation does not go through, or null when nothing is in its way. */
export function obstacleOf(situation: Situation, operation: Operation): Obstacle | null {
  const { process } = operation;
  if (!NAME.test(process)) return unwritable(`${process} is no name: letters, digits and _`);
  const exists = situation.atStart || situation.snapshot.mms.some(({ name }) => name === process);
  if (!exists) return failing('ESRCH', `there is no process ${process}`);
  return obstacleInProcess(new Place(situation, process), operation);
}

function obstacleInProcess(place: Place, operation: OperationVerb): Obstacle | null {
  switch (operation.verb) {
    case 'mmap':
      return badRange(operation.addr, operation.len) ?? place.taken(operation.addr, operation.len);
    case 'munmap':
      return badRange(operation.addr, operation.len);
    case 'mprotect':
      return badRange(operation.addr, operation.len) ?? place.hole(operation.addr, operation.len);
    case 'madvise':
      return (
        badRange(operation.addr, operation.len) ??
        (operation.advice === 'wipeonfork' ? place.file(operation.addr, operation.len) : null) ??
        place.hole(operation.addr, operation.len)
      );
    case 'mremap':
      return badMove(place, operation);
    case 'read':
    case 'write':
      return place.untouchable(operation.page, operation.verb);
    case 'walk':
      return place.notPresent(operation.page);
    case 'fork':
      return place.badChild(operation.child);
    case 'exit':
      return null;
    case 'call':
      return badCall(place, operation);
  }
}

function failing(errno: string, reason: string): Obstacle {
  return { errno, reason };
}

function unwritable(reason: string): Obstacle {
  return { errno: null, reason };
}

/** A length of 0: EINVAL; beyond the address space: ENOMEM. */
function badRange(start: number, len: number): Obstacle | null {
  if (len === 0) return failing('EINVAL', 'the length is 0');
  if (start + len > ADDRESS_PAGES)
    return failing('ENOMEM', `${span(start, len)} lies beyond the address space of 47 bits`);
  return null;
}

function badMove(
  place: Place,
  { old, len, new: to }: Extract<OperationVerb, { verb: 'mremap' }>,
): Obstacle | null {
  const range = badRange(old, len) ?? badRange(to, len);
  if (range) return range;
  if (old + len > to && to + len > old)
    return failing('EINVAL', `${span(old, len)} and ${span(to, len)} overlap`);
  const vma = place.at(old);
  if (!vma) return failing('EFAULT', place.nothingAt(old));
  if (old + len > vma.end)
    return failing('EFAULT', `${span(old, len)} does not lie inside one VMA: ${place.name(vma)} ends before`);
  return null;
}

function badCall(
  place: Place,
  { function: name, args }: Extract<OperationVerb, { verb: 'call' }>,
): Obstacle | null {
  const callable = CALLABLE.get(name);
  if (!callable) return failing('ENOSYS', `${name}() cannot be called alone${whyNot(name)}`);
  if (place.situation.absent.includes(name)) return failing('ENOSYS', `this kernel has no ${name}()`);
  const usage = `call it as ${callable.usage}`;
  if (args.length !== callable.vmas + (callable.last ? 1 : 0)) return failing('EINVAL', usage);
  const last = args[callable.vmas];
  if (callable.last === 'operation' && (last?.type !== 'name' || !last.name.startsWith('VMA_OP_')))
    return failing('EINVAL', usage);
  if (callable.last === 'address' && last?.type !== 'page') return failing('EINVAL', usage);
  for (const arg of args.slice(0, callable.vmas))
    if (arg.type === 'page' && !place.at(arg.page)) return failing('EFAULT', place.nothingAt(arg.page));
  const [first] = args;
  return callable.folio && first?.type === 'page' ? place.notPresent(first.page) : null;
}

/** For functions that are modelled. */
function whyNot(name: string): string {
  const reason = NOT_CALLABLE.get(name);
  return reason === undefined ? '' : `: ${reason.replaceAll('`', '')}`;
}

/** The address space of one process at a moment. */
class Place {
  private readonly vmas: readonly SnapshotVma[];

  constructor(
    readonly situation: Situation,
    private readonly process: string,
  ) {
    this.vmas = vmasOf(situation.snapshot, process);
  }

  at(page: number): SnapshotVma | undefined {
    return this.vmas.find((vma) => vma.start <= page && page < vma.end);
  }

  name(vma: SnapshotVma): string {
    return `${this.process}@${rangeText(vma)}`;
  }

  nothingAt(page: number): string {
    return this.vmas.length === 0
      ? `${this.process} has nothing mapped`
      : `nothing of ${this.process} is mapped at ${hex(page)}`;
  }

  taken(addr: number, len: number): Obstacle | null {
    const vma = this.within(addr, len)[0];
    return vma ? failing('EEXIST', `${this.name(vma)} is mapped there already`) : null;
  }

  /** A page of the range that is not mapped. */
  hole(addr: number, len: number): Obstacle | null {
    let page = addr;
    for (const vma of this.within(addr, len)) {
      if (vma.start > page) break;
      page = vma.end;
    }
    return page < addr + len ? failing('ENOMEM', this.nothingAt(page)) : null;
  }

  file(addr: number, len: number): Obstacle | null {
    const vma = this.within(addr, len).find((one) => one.file !== null);
    if (!vma) return null;
    return failing('EINVAL', `${this.name(vma)} maps file ${vma.file}: only anonymous memory can be wiped`);
  }

  untouchable(page: number, verb: 'read' | 'write'): Obstacle | null {
    const vma = this.at(page);
    if (!vma) return failing('EFAULT', this.nothingAt(page));
    if (vma.prot === 'rw' || (vma.prot === 'r' && verb === 'read')) return null;
    const rights = vma.prot === 'r' ? 'read-only' : 'neither readable nor writable';
    return failing('EFAULT', `${this.name(vma)} is ${rights}`);
  }

  notPresent(page: number): Obstacle | null {
    const vma = this.at(page);
    if (!vma) return failing('EFAULT', this.nothingAt(page));
    if (vma.ptes[String(page)]) return null;
    return failing('EFAULT', `no page is present at ${hex(page)} of ${this.name(vma)}: write it first`);
  }

  badChild(child: string): Obstacle | null {
    if (!NAME.test(child)) return unwritable(`“${child}” is no name: use letters, digits and _`);
    const runs = child === this.process || this.situation.snapshot.mms.some(({ name }) => name === child);
    return runs ? unwritable(`a process ${child} runs already: choose another name`) : null;
  }

  /** VMAs that have a page in the range, by address. */
  private within(addr: number, len: number): readonly SnapshotVma[] {
    return this.vmas.filter((vma) => vma.start < addr + len && vma.end > addr);
  }
}

function span(start: number, len: number): string {
  return `${hex(start)}-${hex(start + len)}`;
}
