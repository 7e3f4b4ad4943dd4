/**
 * May a VMA that is faulted for the first time share a neighbour's anon_vma? find_mergeable_anon_vma() and the two
 * questions behind it, mm/vma.c. Sharing keeps a later merge of the two possible.
 */
import type { Kernel } from './kernel';
import {
  type anon_vma,
  anonVmaName,
  VM_READ,
  VM_SOFTDIRTY,
  VM_WRITE,
  type vm_area_struct,
  vmaName,
} from './objects';
import { vma_end_anon_pgoff, vma_end_pgoff } from './vmaRange';
import { vma_next, vma_prev } from './vmaTree';

/** The flags that mprotect() changes, and those that no merge looks at. */
const IGNORED_FLAGS = VM_READ | VM_WRITE | VM_SOFTDIRTY;

/** Could `a` and `b`, which comes next, be one VMA but for their access rights? No step of its own. */
export function anon_vma_compatible(k: Kernel, a: vm_area_struct, b: vm_area_struct): boolean {
  return (
    a.vm_end === b.vm_start &&
    a.vm_file === b.vm_file &&
    ((a.vm_flags ^ b.vm_flags) & ~IGNORED_FLAGS) === 0 &&
    vma_end_pgoff(a) === b.vm_pgoff &&
    vma_end_anon_pgoff(k, a) === k.f.anon_rmap_start(b)
  );
}

/** The anon_vma of `old`, which is `a` or `b`, if the other one may use it too. */
export function reusable_anon_vma(
  k: Kernel,
  old: vm_area_struct,
  a: vm_area_struct,
  b: vm_area_struct,
): anon_vma | null {
  k.enter('reusable_anon_vma', () => `may the anon_vma of ${vmaName(old)} be shared`);
  const compatible = k.f.anon_vma_compatible(k, a, b);
  k.at('if call:anon_vma_compatible', 'statement', () =>
    compatible
      ? `${vmaName(a)} and ${vmaName(b)} differ in access rights at most`
      : `no: ${vmaName(a)} and ${vmaName(b)} could not be one mapping`,
  );
  if (!compatible) {
    k.leave('return:NULL');
    return null;
  }
  const { anon_vma } = old;
  if (anon_vma && old.anon_vma_chain.length === 1) {
    k.leave('return:anon_vma', () => `yes, ${anonVmaName(anon_vma)}: it is the only one of ${vmaName(old)}`);
    return anon_vma;
  }
  k.leave('return:NULL', () =>
    anon_vma ? 'no: fork has given that VMA several' : 'no: that VMA is unfaulted too',
  );
  return null;
}

/** Next is asked first, then prev. null when neither has an anon_vma to share. */
export function find_mergeable_anon_vma(k: Kernel, vma: vm_area_struct): anon_vma | null {
  k.enter('find_mergeable_anon_vma', () => `a neighbour of ${vmaName(vma)} with an anon_vma to share`);
  const next = touching(vma, vma_next(vma));
  if (next) {
    k.at('call:reusable_anon_vma #1', 'statement', () => `ask ${vmaName(next)}, which follows`);
    const anon_vma = k.f.reusable_anon_vma(k, next, vma, next);
    if (anon_vma) {
      k.leave('return:anon_vma #1', () => `share ${anonVmaName(anon_vma)} with ${vmaName(next)}`);
      return anon_vma;
    }
  }
  const prev = vma_prev(vma);
  let anon_vma: anon_vma | null = null;
  if (prev) {
    k.at('call:reusable_anon_vma #2', 'statement', () => `ask ${vmaName(prev)}, which comes before`);
    anon_vma = k.f.reusable_anon_vma(k, prev, prev, vma);
  }
  k.leave('return:anon_vma #2', () =>
    anon_vma && prev ? `share ${anonVmaName(anon_vma)} with ${vmaName(prev)}` : 'there is none',
  );
  return anon_vma;
}

/** The iterator looks at the page after the VMA, where nothing may be mapped. */
function touching(vma: vm_area_struct, next: vm_area_struct | null): vm_area_struct | null {
  return next?.vm_start === vma.vm_end ? next : null;
}
