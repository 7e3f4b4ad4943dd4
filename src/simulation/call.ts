/**
 * `P: call FUNCTION(ARGS)`: one kernel function alone, on VMAs of a process, as a caller that holds the mmap lock for
 * writing would call it, also with arguments that break its rules.
 */
import type { CallArgument } from '../trace/engine';
import { EFAULT, EINVAL, ENOSYS } from './errno';
import type { Kernel, vma_operation } from './kernel';
import { mmap_write_lock, mmap_write_unlock } from './locks';
import type { mm_struct, vm_area_struct } from './objects';
import { vma_lookup } from './vmaTree';

/** A function that can be called alone. */
export interface Callable {
  /** For completion and hovers: `anon_vma_clone(DST, SRC, OPERATION)`. */
  readonly usage: string;
  /** Number of VMA arguments; a last argument that is not a VMA is named by `last`. */
  readonly vmas: 1 | 2;
  readonly last?: 'operation' | 'address';
  readonly run: (k: Kernel, vmas: readonly [vm_area_struct, vm_area_struct], last: Last) => number;
}

interface Last {
  readonly operation: vma_operation;
  readonly address: number;
}

const OPERATIONS: readonly vma_operation[] = [
  'VMA_OP_SPLIT',
  'VMA_OP_MERGE_UNFAULTED',
  'VMA_OP_REMAP',
  'VMA_OP_FORK',
];

/** Everything that `call` knows, by name. */
export const CALLABLE: ReadonlyMap<string, Callable> = new Map<string, Callable>([
  [
    'anon_vma_prepare',
    { usage: 'anon_vma_prepare(VMA)', vmas: 1, run: (k, [vma]) => k.f.anon_vma_prepare(k, vma) },
  ],
  [
    '__anon_vma_prepare',
    { usage: '__anon_vma_prepare(VMA)', vmas: 1, run: (k, [vma]) => k.f.__anon_vma_prepare(k, vma) },
  ],
  [
    'anon_vma_clone',
    {
      usage: 'anon_vma_clone(DST, SRC, OPERATION)',
      vmas: 2,
      last: 'operation',
      run: (k, [dst, src], { operation }) => k.f.anon_vma_clone(k, dst, src, operation),
    },
  ],
  [
    'check_anon_vma_clone',
    {
      usage: 'check_anon_vma_clone(DST, SRC, OPERATION)',
      vmas: 2,
      last: 'operation',
      run: (k, [dst, src], { operation }) => ok(k.f.check_anon_vma_clone(k, dst, src, operation)),
    },
  ],
  [
    'maybe_reuse_anon_vma',
    {
      usage: 'maybe_reuse_anon_vma(DST, VMA_OF_THE_ANON_VMA)',
      vmas: 2,
      run: (k, [dst, { anon_vma }]) => (anon_vma ? ok(k.f.maybe_reuse_anon_vma(k, dst, anon_vma)) : -EINVAL),
    },
  ],
  [
    'anon_vma_fork',
    {
      usage: 'anon_vma_fork(VMA, PARENT_VMA)',
      vmas: 2,
      run: (k, [vma, pvma]) => k.f.anon_vma_fork(k, vma, pvma),
    },
  ],
  [
    'cleanup_partial_anon_vmas',
    {
      usage: 'cleanup_partial_anon_vmas(VMA)',
      vmas: 1,
      run: (k, [vma]) => ok(k.f.cleanup_partial_anon_vmas(k, vma)),
    },
  ],
  [
    'unlink_anon_vmas',
    { usage: 'unlink_anon_vmas(VMA)', vmas: 1, run: (k, [vma]) => ok(k.f.unlink_anon_vmas(k, vma)) },
  ],
  [
    'find_mergeable_anon_vma',
    {
      usage: 'find_mergeable_anon_vma(VMA)',
      vmas: 1,
      run: (k, [vma]) => ok(k.f.find_mergeable_anon_vma(k, vma)),
    },
  ],
  [
    'dup_anon_vma',
    {
      usage: 'dup_anon_vma(DST, SRC)',
      vmas: 2,
      run: (k, [dst, src]) => k.f.dup_anon_vma(k, dst, src, { vma: null }),
    },
  ],
  [
    '__split_vma',
    {
      usage: '__split_vma(VMA, ADDRESS)',
      vmas: 1,
      last: 'address',
      run: (k, [vma], { address }) =>
        address > vma.vm_start && address < vma.vm_end ? k.f.__split_vma(k, vma, address, true) : -EINVAL,
    },
  ],
  [
    'copy_page_range',
    {
      usage: 'copy_page_range(DST, SRC)',
      vmas: 2,
      run: (k, [dst, src]) => k.f.copy_page_range(k, dst, src),
    },
  ],
]);

function ok(_: unknown): number {
  return 0;
}

/**
 * 0 or a negative errno: that of the function; EFAULT where nothing is mapped, EINVAL for arguments it does not take,
 * ENOSYS for a function that cannot be called alone.
 */
export function call_function(k: Kernel, mm: mm_struct, name: string, args: readonly CallArgument[]): number {
  const callable = CALLABLE.get(name);
  if (!callable || k.profile.absent.includes(name)) return -ENOSYS;
  const last = lastArgument(callable, args);
  if (args.length !== callable.vmas + (callable.last ? 1 : 0) || !last) return -EINVAL;
  const named = args.slice(0, callable.vmas);
  if (named.some((arg) => arg.type === 'page' && !vma_lookup(mm, arg.page))) return -EFAULT;

  k.enter('mmap_write_lock', () => `call ${name}() as somebody who may change ${mm.name}`);
  k.at('call:down_write', 'lock', () => `lock ${mm.name}`);
  mmap_write_lock(k, mm);
  k.leave('end');
  const fresh: vm_area_struct[] = [];
  const ret = call_locked(k, mm, callable, named, last, fresh);
  k.enter('mmap_write_unlock', () => `${name}() is done`);
  k.at('call:up_write', 'unlock', () => `unlock ${mm.name}`);
  for (const vma of fresh) if (!vma.freed && vma.vm_lock === -1) k.up_write(vma, 'vm_lock');
  mmap_write_unlock(k, mm);
  k.leave('end');
  return ret;
}

function lastArgument(callable: Callable, args: readonly CallArgument[]): Last | null {
  const last = args[callable.vmas];
  const operation = OPERATIONS.find((known) => last?.type === 'name' && last.name === known);
  const address = last?.type === 'page' ? last.page : undefined;
  if (callable.last === 'operation' && operation === undefined) return null;
  if (callable.last === 'address' && address === undefined) return null;
  return { operation: operation ?? 'VMA_OP_SPLIT', address: address ?? 0 };
}

function call_locked(
  k: Kernel,
  mm: mm_struct,
  callable: Callable,
  named: readonly CallArgument[],
  last: Last,
  fresh: vm_area_struct[],
): number {
  const vmas: vm_area_struct[] = [];
  for (const [i, arg] of named.entries()) {
    const vma =
      arg.type === 'page' ? vma_lookup(mm, arg.page) : freshCopy(k, mm, arg.name, named.slice(i + 1));
    if (!vma) return -EINVAL;
    if (arg.type === 'name') fresh.push(vma);
    vmas.push(vma);
  }
  const [first, second] = vmas;
  if (!first) return -EINVAL;
  for (const vma of vmas) k.f.vma_start_write(k, vma);
  const ret = callable.run(k, [first, second ?? first], last);
  for (const vma of fresh) if (!vma.anon_vma && vma.anon_vma_chain.length === 0) k.f.vm_area_free(k, vma);
  return ret;
}

/** `new`: a detached VMA that copies the next VMA argument, as vm_area_dup() does. */
function freshCopy(
  k: Kernel,
  mm: mm_struct,
  name: string,
  rest: readonly CallArgument[],
): vm_area_struct | null {
  const next = rest.find((arg) => arg.type === 'page');
  const orig = next?.type === 'page' ? vma_lookup(mm, next.page) : null;
  if (name !== 'new' || !orig) return null;
  return k.uncounted(() => k.f.vm_area_dup(k, orig));
}
