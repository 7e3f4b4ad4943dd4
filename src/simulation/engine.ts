/**
 * The simulation as an engine: takes operations of a scenario, checks their arguments as the contract says, and enters
 * the kernel where the system call or the page fault does.
 */
import type {
  Engine,
  EngineName,
  Observer,
  Operation,
  OperationResult,
  OperationVerb,
  Prot,
  Visit,
} from '../trace/engine';
import type { Snapshot } from '../trace/snapshot';
import { call_function } from './call';
import { EFAULT, EINVAL, ENOMEM, ESRCH, errnoName } from './errno';
import { touch_page } from './fault';
import { Kernel, type Profile } from './kernel';
import { KINDS } from './kinds';
import { type mm_struct, VM_READ, VM_WRITE, vmaName } from './objects';
import { findProfile } from './profiles';
import { takeSnapshot } from './snapshot';
import { vma_lookup } from './vmaTree';
import { page_idle_clear_pte_refs } from './walk';

/** Pages of an address space of 47 bits. */
const ADDRESS_PAGES = 2 ** 35;

const PROT_FLAGS: Readonly<Record<Prot, number>> = { none: 0, r: VM_READ, rw: VM_READ | VM_WRITE };

/** A simulation of the kernel profile, or one sentence saying why there is none. */
export function createSimulation(profile: string): Simulation | { readonly problem: string } {
  const found = findProfile(profile);
  return typeof found === 'string' ? { problem: found } : new Simulation(found);
}

export class Simulation implements Engine {
  readonly name: EngineName = 'simulation';
  readonly kinds = KINDS;
  readonly profile: string;
  /** The machine, for the checker and for tests; operations go through `apply`. */
  readonly kernel: Kernel;
  private started = false;

  constructor(profile: Profile, kernel: Kernel = new Kernel(profile)) {
    this.profile = profile.id;
    this.kernel = kernel;
  }

  apply(operation: Operation, observer: Observer | null): OperationResult {
    const k = this.kernel;
    k.begin(operation.faults, observer);
    const mm = this.process(operation.process);
    if (!mm) return result(-ESRCH);
    this.running(mm);
    if (operation.verb === 'walk') return walk(k, mm, operation.page);
    return result(run(k, mm, operation));
  }

  /** The process that an operation names begins to run. */
  protected running(_mm: mm_struct): void {}

  snapshot(): Snapshot {
    return takeSnapshot(this.kernel);
  }

  /** The first process that is named exists from the start, as if it had just been executed. */
  private process(name: string): mm_struct | null {
    const k = this.kernel;
    if (this.started) return k.mms.find((mm) => mm.name === name) ?? null;
    this.started = true;
    k.enter('mm_alloc', () => `${name} begins with an empty address space`);
    k.at('call:allocate_mm', 'alloc', () => `make it`);
    const mm = k.create_mm(name);
    k.leave('call:mm_init');
    return mm;
  }
}

function result(ret: number, visits: readonly Visit[] | null = null): OperationResult {
  return ret < 0
    ? { status: 'error', errno: errnoName(-ret), visits: null }
    : { status: 'ok', errno: null, visits };
}

/** 0 or a negative errno. */
function run(k: Kernel, mm: mm_struct, operation: Exclude<Operation, { readonly verb: 'walk' }>): number {
  switch (operation.verb) {
    case 'mmap':
      return checkRange(operation.addr, operation.len) || ksys_mmap_pgoff(k, mm, operation);
    case 'munmap':
      return (
        checkRange(operation.addr, operation.len) || k.f.__vm_munmap(k, mm, operation.addr, operation.len)
      );
    case 'mprotect': {
      const { addr, len, prot } = operation;
      return checkRange(addr, len) || k.f.do_mprotect_pkey(k, mm, addr, len, PROT_FLAGS[prot]);
    }
    case 'mremap': {
      const { old, len, new: to, dontunmap } = operation;
      return checkMove(mm, old, len, to) || k.f.do_mremap(k, mm, old, len, to, dontunmap);
    }
    case 'madvise': {
      const { addr, len, advice } = operation;
      return checkRange(addr, len) || k.f.do_madvise(k, mm, addr, len, advice);
    }
    case 'read':
      return touch_page(k, mm, operation.page, false);
    case 'write':
      return touch_page(k, mm, operation.page, true);
    case 'fork':
      return k.f.dup_mm(k, mm, operation.child) ? 0 : -ENOMEM;
    case 'exit':
      k.f.__mmput(k, mm);
      return 0;
    case 'call':
      return call_function(k, mm, operation.function, operation.args);
  }
}

/** A length of 0: EINVAL; beyond the address space: ENOMEM. */
function checkRange(start: number, len: number): number {
  if (len === 0) return -EINVAL;
  return start + len > ADDRESS_PAGES ? -ENOMEM : 0;
}

/** mremap: overlapping ranges: EINVAL; a source that is not inside one VMA: EFAULT. */
function checkMove(mm: mm_struct, old: number, len: number, to: number): number {
  const range = checkRange(old, len) || checkRange(to, len);
  if (range) return range;
  if (old + len > to && to + len > old) return -EINVAL;
  const vma = vma_lookup(mm, old);
  return vma && old + len <= vma.vm_end ? 0 : -EFAULT;
}

/** mmap(2): a file has to be looked up first. */
function ksys_mmap_pgoff(
  k: Kernel,
  mm: mm_struct,
  { addr, len, prot, file }: Extract<OperationVerb, { readonly verb: 'mmap' }>,
): number {
  const flags = PROT_FLAGS[prot];
  if (!file) return k.f.vm_mmap_pgoff(k, mm, addr, len, flags, null, addr);
  k.enter('ksys_mmap_pgoff', () => `${mm.name} maps ${file.name}`);
  k.at('call:fget', 'statement', () => `look up ${file.name}`);
  const mapped = k.open_file(file.name);
  k.at('call:vm_mmap_pgoff', 'statement', () => 'map it');
  const ret = k.f.vm_mmap_pgoff(k, mm, addr, len, flags, mapped, file.pgoff);
  k.leave('return:retval');
  return ret;
}

function walk(k: Kernel, mm: mm_struct, page: number): OperationResult {
  const entry = vma_lookup(mm, page) ? mm.ptes.get(page) : undefined;
  if (!entry) return result(-EFAULT);
  if (typeof entry.folio === 'string') return result(0, []);
  const visits = page_idle_clear_pte_refs(k, entry.folio);
  return result(
    0,
    visits.map(({ vma, mapped }) => ({ vma: vma.freed ? 'dead' : vmaName(vma), mapped })),
  );
}
