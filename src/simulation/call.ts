/**
 * `P: call FUNCTION(ARGS)`: one kernel function alone, on VMAs of a process, as a caller that holds the mmap lock for
 * writing would call it, also with arguments that break its rules.
 */
import type { CallArgument } from '../trace/engine';
import { EFAULT, EINVAL, ENOMEM, ENOSYS } from './errno';
import type { Kernel, rmap_walk_control, vma_operation } from './kernel';
import { mmap_write_lock, mmap_write_unlock } from './locks';
import {
  type anon_vma,
  anonVmaName,
  type folio,
  folioName,
  type mm_struct,
  type vm_area_struct,
} from './objects';
import { find_vma_intersection, vma_lookup } from './vmaTree';

/** A function that can be called alone. */
export interface Callable {
  /** For completion and hovers: `anon_vma_clone(DST, SRC, OPERATION)`. */
  readonly usage: string;
  /** Number of VMA arguments; a last argument that is not a VMA is named by `last`. */
  readonly vmas: 1 | 2 | 3;
  readonly last?: 'operation' | 'address';
  /** It is about the anonymous folio that is mapped at the page named, and runs with that locked. */
  readonly folio?: true;
  readonly run: (k: Kernel, vmas: Vmas, last: Last) => number;
}

/** The VMA arguments; one that the function does not take is the one before it. */
type Vmas = readonly [vm_area_struct, vm_area_struct, vm_area_struct];

interface Last {
  readonly operation: vma_operation;
  readonly address: number;
  readonly folio: folio | null;
  /** What the caller does when the function has returned, with the sentence for it. */
  readonly after: { readonly text: () => string; readonly run: () => void }[];
}

/** Pages of an address space, 47 bits. */
const ADDRESS_PAGES = 2 ** 35;

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
    'reusable_anon_vma',
    {
      usage: 'reusable_anon_vma(OLD, A, B)',
      vmas: 3,
      run: (k, [old, a, b]) => ok(k.f.reusable_anon_vma(k, old, a, b)),
    },
  ],
  [
    'copy_vma',
    {
      usage: 'copy_vma(VMA, ADDRESS)',
      vmas: 1,
      last: 'address',
      run: (k, [vma], { address }) => copyWhole(k, vma, address),
    },
  ],
  [
    'get_anon_vma',
    {
      usage: 'get_anon_vma(VMA_OF_THE_ANON_VMA)',
      vmas: 1,
      run: (k, [{ anon_vma }]) => (anon_vma ? reference(k, anon_vma) : -EINVAL),
    },
  ],
  [
    'put_anon_vma',
    {
      usage: 'put_anon_vma(VMA_OF_THE_ANON_VMA)',
      vmas: 1,
      run: (k, [{ anon_vma }]) => (anon_vma ? drop(k, anon_vma) : -EINVAL),
    },
  ],
  [
    '__put_anon_vma',
    {
      usage: '__put_anon_vma(VMA_OF_THE_ANON_VMA)',
      vmas: 1,
      run: (k, [{ anon_vma }]) => (anon_vma ? ok(k.f.__put_anon_vma(k, anon_vma)) : -EINVAL),
    },
  ],
  [
    'folio_get_anon_vma',
    {
      usage: 'folio_get_anon_vma(PAGE)',
      vmas: 1,
      folio: true,
      run: (k, _, { folio, after }) => {
        const anon = folio && k.f.folio_get_anon_vma(k, folio);
        if (anon)
          after.push({ text: () => `drop ${anonVmaName(anon)}`, run: () => k.f.put_anon_vma(k, anon) });
        return 0;
      },
    },
  ],
  [
    'folio_lock_anon_vma_read',
    {
      usage: 'folio_lock_anon_vma_read(PAGE)',
      vmas: 1,
      folio: true,
      run: (k, _, { folio, after }) => {
        const anon = folio && k.f.folio_lock_anon_vma_read(k, folio, null);
        if (anon)
          after.push({
            text: () => `release the root of ${anonVmaName(anon)}`,
            run: () => k.up_read(anon.root, 'rwsem'),
          });
        return 0;
      },
    },
  ],
  [
    'rmap_walk_anon',
    {
      usage: 'rmap_walk_anon(PAGE)',
      vmas: 1,
      folio: true,
      run: (k, _, { folio }) => {
        if (folio) k.f.rmap_walk_anon(k, folio, visitAll(k, folio));
        return 0;
      },
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

/** A walk that looks at every VMA, and does nothing. */
function visitAll(k: Kernel, folio: folio): rmap_walk_control {
  return {
    try_lock: false,
    contended: false,
    rmap_one: (vma, address) => {
      k.visit(vma, vma.vm_mm.ptes.get(address)?.folio === folio);
      return true;
    },
  };
}

function ok(_: unknown): number {
  return 0;
}

/** Inline, and without a step of its own elsewhere: the caller's statement is the step there. */
function reference(k: Kernel, anon: anon_vma): number {
  k.enter('get_anon_vma', () => `keep ${anonVmaName(anon)}`);
  k.at('call:atomic_inc', 'write', () => `one reference to ${anonVmaName(anon)} more, which nobody drops`);
  k.f.get_anon_vma(k, anon);
  k.leave('end');
  return 0;
}

/** As reference(). The reference may well be that of the VMAs that are linked to it. */
function drop(k: Kernel, anon: anon_vma): number {
  k.enter('put_anon_vma', () => `drop a reference to ${anonVmaName(anon)}`);
  k.at('if', 'write', () => `one reference to ${anonVmaName(anon)} less`);
  k.f.put_anon_vma(k, anon);
  k.leave('end');
  return 0;
}

/** The whole VMA, to where nothing is mapped, as mremap() with MREMAP_DONTUNMAP unset asks for it. */
function copyWhole(k: Kernel, vma: vm_area_struct, address: number): number {
  const len = vma.vm_end - vma.vm_start;
  if (address + len > ADDRESS_PAGES || find_vma_intersection(vma.vm_mm, address, address + len))
    return -EINVAL;
  const pmc = { need_rmap_locks: false };
  const anon_pgoff = k.f.anon_rmap_start(vma);
  return k.f.copy_vma(k, { vma }, address, len, vma.vm_pgoff, anon_pgoff, pmc, false) ? 0 : -ENOMEM;
}

/**
 * 0 or a negative errno: that of the function; EFAULT where nothing is mapped, EINVAL for arguments it does not take,
 * ENOSYS for a function that cannot be called alone.
 */
export function call_function(k: Kernel, mm: mm_struct, name: string, args: readonly CallArgument[]): number {
  const callable = CALLABLE.get(name);
  if (!callable || k.profile.absent.includes(name)) return -ENOSYS;
  const folio = callable.folio ? folioAt(mm, args[0]) : null;
  const last = lastArgument(callable, args, folio);
  if (args.length !== callable.vmas + (callable.last ? 1 : 0) || !last) return -EINVAL;
  const named = args.slice(0, callable.vmas);
  if (named.some((arg) => arg.type === 'page' && !vma_lookup(mm, arg.page))) return -EFAULT;
  if (callable.folio && !folio) return -EFAULT;

  k.enter('mmap_write_lock', () => `call ${name}() as somebody who may change ${mm.name}`);
  k.at('call:down_write', 'lock', () => `lock ${mm.name}${folio ? ` and ${folioName(folio)}` : ''}`);
  mmap_write_lock(k, mm);
  if (folio) k.set(folio, 'locked', true);
  k.leave('end');
  const fresh: vm_area_struct[] = [];
  const ret = call_locked(k, mm, callable, named, last, fresh);
  k.enter('mmap_write_unlock', () => `${name}() is done`);
  k.at('call:up_write', 'unlock', () =>
    [...last.after.map(({ text }) => text()), `unlock ${mm.name}`].join(', and '),
  );
  for (const { run } of last.after) run();
  if (folio) k.set(folio, 'locked', false);
  for (const vma of fresh) if (!vma.freed && vma.vm_lock === -1) k.up_write(vma, 'vm_lock');
  mmap_write_unlock(k, mm);
  k.leave('end');
  return ret;
}

/** The anonymous folio mapped at the page that an argument names, or null. */
function folioAt(mm: mm_struct, arg: CallArgument | undefined): folio | null {
  const mapped = arg?.type === 'page' ? mm.ptes.get(arg.page)?.folio : null;
  return mapped && typeof mapped !== 'string' ? mapped : null;
}

function lastArgument(callable: Callable, args: readonly CallArgument[], folio: folio | null): Last | null {
  const last = args[callable.vmas];
  const operation = OPERATIONS.find((known) => last?.type === 'name' && last.name === known);
  const address = last?.type === 'page' ? last.page : undefined;
  if (callable.last === 'operation' && operation === undefined) return null;
  if (callable.last === 'address' && address === undefined) return null;
  return { operation: operation ?? 'VMA_OP_SPLIT', address: address ?? 0, folio, after: [] };
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
  const [first, second = first, third = second] = vmas;
  if (!first || !second || !third) return -EINVAL;
  for (const vma of vmas) k.f.vma_start_write(k, vma);
  const ret = callable.run(k, [first, second, third], last);
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
