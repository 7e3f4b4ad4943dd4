/**
 * vma_merge() and __vma_adjust() of Linux 6.1 (mm/mmap.c): one function decides about every merge, one function carries
 * every change of a VMA's range out, splits included. The case numbers are those of the comment above vma_merge().
 *
 * Running out of memory is no error of a merge here: it is as if nothing could be merged.
 */
import { ENOMEM } from '../errno';
import type { Kernel } from '../kernel';
import {
  anonVmaName,
  type file,
  type mm_struct,
  VM_SOFTDIRTY,
  type vm_area_struct,
  vmaName,
} from '../objects';
import { type Obstacle, vma_is_fork_child } from '../vmaMergeState';
import { anon_rmap_tree_post_update_vma, anon_rmap_tree_pre_update_vma } from '../vmaPrepare';
import { vma_end_pgoff } from '../vmaRange';
import {
  find_vma,
  mapping_rmap_tree_insert,
  mapping_rmap_tree_remove,
  vma_iter_store_new,
  vma_next,
} from '../vmaTree';

/** What a range is, or is going to be: the arguments of vma_merge(). */
export interface Range {
  readonly mm: mm_struct;
  readonly prev: vm_area_struct | null;
  readonly addr: number;
  readonly end: number;
  readonly vm_flags: number;
  readonly anon_vma: vm_area_struct['anon_vma'];
  readonly file: file | null;
  readonly pgoff: number;
}

/** Both use one anon_vma, or one has none and the neighbour has exactly one AVC. */
function is_mergeable_anon_vma(range: Range, vma: vm_area_struct): Obstacle {
  if (range.anon_vma === vma.anon_vma) return null;
  if ((!range.anon_vma || !vma.anon_vma) && vma.anon_vma_chain.length === 1) return null;
  if (vma_is_fork_child(vma)) return 'it has more than one AVC';
  if (!vma.anon_vma) return 'the range is faulted, it is not';
  return `${anonVmaName(range.anon_vma)} and ${anonVmaName(vma.anon_vma)} are two anon_vmas`;
}

function can_vma_merge(range: Range, vma: vm_area_struct): Obstacle {
  if ((vma.vm_flags ^ range.vm_flags) & ~VM_SOFTDIRTY) return 'its flags differ';
  if (vma.vm_file !== range.file) return 'it maps another file, or none';
  return is_mergeable_anon_vma(range, vma);
}

/** May the range be joined to `vma` above it? */
export function can_vma_merge_before(range: Range, vma: vm_area_struct): Obstacle {
  const pgoff = range.pgoff + (range.end - range.addr);
  return can_vma_merge(range, vma) ?? (vma.vm_pgoff === pgoff ? null : 'offsets do not continue');
}

/** May the range be joined to `vma` below it? */
export function can_vma_merge_after(range: Range, vma: vm_area_struct): Obstacle {
  return can_vma_merge(range, vma) ?? (vma_end_pgoff(vma) === range.pgoff ? null : 'offsets do not continue');
}

/** The VMA that covers the range after a merge, or null. */
export function vma_merge(k: Kernel, range: Range): vm_area_struct | null {
  const { mm, prev, addr, end } = range;
  k.enter('vma_merge', () => `can ${addr}-${end} of ${mm.name} join its neighbours`);
  const mid = find_vma(mm, prev ? prev.vm_end : 0);
  const next = mid?.vm_end === end ? vma_next(mid) : mid;
  const merge_prev = ask(
    k,
    'if call:can_vma_merge_after',
    'below',
    prev?.vm_end === addr ? prev : null,
    (vma) => can_vma_merge_after(range, vma),
  );
  const merge_next = ask(
    k,
    'if call:can_vma_merge_before',
    'above',
    next?.vm_start === end ? next : null,
    (vma) => can_vma_merge_before(range, vma),
  );
  const res = merge_prev ?? merge_next;
  const err = res ? adjust_for_merge(k, range, mid, merge_prev, merge_next) : -1;
  if (err || !res) {
    k.leave('return:NULL #2', () => (res ? 'out of memory: no merge' : 'no merge'));
    return null;
  }
  k.leave('return:res', () => `merged into ${vmaName(res)}`);
  return res;
}

/** One question of vma_merge(), as a step: the neighbour if it can merge, else null. */
function ask(
  k: Kernel,
  pattern: string,
  side: string,
  vma: vm_area_struct | null,
  obstacleOf: (vma: vm_area_struct) => Obstacle,
): vm_area_struct | null {
  const obstacle = vma ? obstacleOf(vma) : 'nothing touches the range';
  k.at(pattern, 'statement', () => {
    if (!vma) return `no merge ${side}: nothing touches the range there`;
    return `${obstacle === null ? 'can' : 'cannot'} merge with ${vmaName(vma)} ${side}${obstacle ? `: ${obstacle}` : ''}`;
  });
  return obstacle === null ? vma : null;
}

/** The branches of vma_merge() that call __vma_adjust(). */
function adjust_for_merge(
  k: Kernel,
  range: Range,
  mid: vm_area_struct | null,
  merge_prev: vm_area_struct | null,
  merge_next: vm_area_struct | null,
): number {
  const { prev, addr, end, pgoff } = range;
  const call = (which: number): void =>
    k.at(`call:__vma_adjust #${which}`, 'statement', () => 'they become one');
  if (merge_prev) {
    const anon_vmas = [merge_prev.anon_vma, merge_next?.anon_vma ?? null];
    const both = merge_next && (anon_vmas[0] === anon_vmas[1] || anon_vmas.includes(null));
    call(both ? 1 : 2);
    const new_end = both ? merge_next.vm_end : end;
    return __vma_adjust(k, merge_prev, merge_prev.vm_start, new_end, merge_prev.vm_pgoff, null, merge_prev);
  }
  if (!merge_next || !mid) return -1;
  if (prev && addr < prev.vm_end) {
    call(3);
    return __vma_adjust(k, prev, prev.vm_start, addr, prev.vm_pgoff, null, merge_next);
  }
  call(4);
  return __vma_adjust(k, mid, addr, merge_next.vm_end, pgoff, null, merge_next);
}

/** What __vma_adjust() finds out about the VMAs around before it changes anything. */
interface Plan {
  /** The VMA whose range becomes [start, end). */
  readonly vma: vm_area_struct;
  readonly next: vm_area_struct | null;
  readonly next_next: vm_area_struct | null;
  /** Pages by which the start of `next` moves. */
  readonly adjust_next: number;
  /** 0, or how many VMAs go (3: `vma` and `next` were swapped). */
  readonly remove_next: 0 | 1 | 2 | 3;
  readonly exporter: vm_area_struct | null;
  readonly importer: vm_area_struct | null;
}

function plan_adjust(vma: vm_area_struct, end: number, expand: vm_area_struct | null, insert: boolean): Plan {
  const next = vma_next(vma);
  const nothing = { next_next: null, adjust_next: 0, exporter: null, importer: null } as const;
  if (!next || insert) return { ...nothing, vma, next, remove_next: 0 };
  if (end >= next.vm_end) {
    if (next === expand)
      return { ...nothing, vma: next, next: vma, remove_next: 3, exporter: vma, importer: next };
    const two = end > next.vm_end;
    const next_next = two ? vma_next(next) : null;
    const exporter = two && !next.anon_vma ? next_next : next;
    return { ...nothing, vma, next, next_next, remove_next: two ? 2 : 1, exporter, importer: vma };
  }
  if (end > next.vm_start)
    return {
      ...nothing,
      vma,
      next,
      adjust_next: end - next.vm_start,
      remove_next: 0,
      exporter: next,
      importer: vma,
    };
  if (end < vma.vm_end)
    return {
      ...nothing,
      vma,
      next,
      adjust_next: end - vma.vm_end,
      remove_next: 0,
      exporter: vma,
      importer: next,
    };
  return { ...nothing, vma, next, remove_next: 0 };
}

/**
 * Gives `vma` the range [start, end) and the offset, together with what has to follow: the start of the next VMA, VMAs
 * that are swallowed, or `insert`, which a split has cut off. 0 or -ENOMEM.
 */
export function __vma_adjust(
  k: Kernel,
  orig_vma: vm_area_struct,
  start: number,
  end: number,
  pgoff: number,
  insert: vm_area_struct | null,
  expand: vm_area_struct | null,
): number {
  k.enter('__vma_adjust', () => `${vmaName(orig_vma)} becomes ${start}-${end}`);
  const plan = plan_adjust(orig_vma, end, expand, insert !== null);
  if (import_anon_vma(k, plan)) {
    k.leave('return:error', () => 'out of memory: nothing has changed');
    return -ENOMEM;
  }
  const { vma, next, adjust_next } = plan;
  const { vm_file: file } = orig_vma;
  const moved = adjust_next ? next : null;
  const anon_vma = vma.anon_vma ?? moved?.anon_vma ?? null;
  if (file) lock_file(k, file, insert);
  if (anon_vma) lock_anon(k, anon_vma, vma, moved);
  if (file) leave_file(k, file, vma, moved);

  set_range(k, plan, start, end, pgoff);

  if (file) rejoin_file(k, file, plan);
  if (insert && !(plan.remove_next && file)) {
    k.at('call:vma_mas_store has:insert', 'list', () => `${vmaName(insert)} enters the VMA tree`);
    vma_iter_store_new(k, vma.vm_mm, insert);
    k.at('set:mm->map_count #1', 'write', () => 'one VMA more');
    k.set(vma.vm_mm, 'map_count', vma.vm_mm.map_count + 1);
  }
  if (anon_vma) {
    anon_rmap_tree_post_update_vma(k, vma);
    if (moved) anon_rmap_tree_post_update_vma(k, moved);
    k.at('call:anon_vma_unlock_write', 'unlock', () => `unlock the hierarchy of ${anonVmaName(anon_vma)}`);
    k.f.anon_vma_unlock_write(k, anon_vma);
  }
  if (file) {
    k.at('call:i_mmap_unlock_write', 'unlock', () => `unlock the VMAs of file ${file.name}`);
    k.up_write(file, 'i_mmap_rwsem');
  }
  if (plan.remove_next && next) {
    drop(k, vma, next, plan.remove_next !== 2);
    if (plan.next_next && plan.remove_next === 2) drop(k, vma, plan.next_next, true);
  }
  k.leave('return:0');
  return 0;
}

/** An unfaulted VMA that takes pages over needs the anon_vmas of those that give them away. */
function import_anon_vma(k: Kernel, { exporter, importer }: Plan): number {
  if (!exporter?.anon_vma || !importer || importer.anon_vma) return 0;
  k.at(
    'set:importer->anon_vma',
    'write',
    () => `${vmaName(importer)} takes ${anonVmaName(exporter.anon_vma)} over`,
  );
  k.set(importer, 'anon_vma', exporter.anon_vma);
  k.at(
    'call:anon_vma_clone',
    'statement',
    () => `and is linked to all that ${vmaName(exporter)} is linked to`,
  );
  return k.f.anon_vma_clone(k, importer, exporter, 'VMA_OP_MERGE_UNFAULTED');
}

function lock_file(k: Kernel, file: file, insert: vm_area_struct | null): void {
  k.at('call:i_mmap_lock_write', 'lock', () => `lock the VMAs of file ${file.name}`);
  k.down_write(file, 'i_mmap_rwsem');
  if (!insert?.vm_file) return;
  k.at('call:__vma_link_file', 'tree', () => `${vmaName(insert)} joins the VMAs of file ${file.name}`);
  mapping_rmap_tree_insert(k, insert, insert.vm_file);
}

function lock_anon(
  k: Kernel,
  anon_vma: NonNullable<vm_area_struct['anon_vma']>,
  vma: vm_area_struct,
  moved: vm_area_struct | null,
): void {
  const differ = moved?.anon_vma != null && moved.anon_vma !== anon_vma;
  if (moved) {
    k.at('call:VM_WARN_ON has:anon_vma', 'assert', () => 'both sides of the border share an anon_vma');
    k.warn_on('VM_WARN_ON', 'adjust_next && next->anon_vma && anon_vma != next->anon_vma', differ);
  }
  k.at('call:anon_vma_lock_write', 'lock', () => `lock the hierarchy of ${anonVmaName(anon_vma)}`);
  k.f.anon_vma_lock_write(k, anon_vma);
  anon_rmap_tree_pre_update_vma(k, vma);
  if (moved) anon_rmap_tree_pre_update_vma(k, moved);
}

function leave_file(k: Kernel, file: file, vma: vm_area_struct, moved: vm_area_struct | null): void {
  k.at(
    'call:vma_interval_tree_remove #1',
    'tree',
    () => `${vmaName(vma)} leaves the VMAs of file ${file.name}`,
  );
  mapping_rmap_tree_remove(k, vma, file);
  if (!moved) return;
  k.at(
    'call:vma_interval_tree_remove #2',
    'tree',
    () => `${vmaName(moved)} leaves the VMAs of file ${file.name}`,
  );
  mapping_rmap_tree_remove(k, moved, file);
}

function set_range(k: Kernel, plan: Plan, start: number, end: number, pgoff: number): void {
  const { vma, next, next_next, adjust_next, remove_next } = plan;
  if (start !== vma.vm_start) {
    k.at('set:vma->vm_start', 'write', () => `${vmaName(vma)} starts at ${start}`);
    k.set(vma, 'vm_start', start);
  }
  if (end !== vma.vm_end) {
    k.at('set:vma->vm_end', 'write', () => `${vmaName(vma)} ends at ${end}`);
    k.set(vma, 'vm_end', end);
  }
  if (remove_next && next) {
    k.at('call:vma_mas_store has:vma', 'list', () => `the VMA tree has ${vmaName(vma)} there`);
    for (const gone of remove_next === 2 && next_next ? [next, next_next] : [next]) {
      k.remove(vma.vm_mm, 'mm_mt', gone);
      k.set(gone, 'attached', false);
    }
  }
  if (vma.vm_pgoff !== pgoff) {
    k.at('set:vma->vm_pgoff', 'write', () => `and its offset is ${pgoff}`);
    k.set(vma, 'vm_pgoff', pgoff);
  }
  if (!adjust_next || !next) return;
  k.at('set:next->vm_start', 'write', () => `${vmaName(next)} starts at ${next.vm_start + adjust_next}`);
  k.set(next, 'vm_start', next.vm_start + adjust_next);
  k.at('set:next->vm_pgoff', 'write', () => 'and its offset moves along');
  k.set(next, 'vm_pgoff', next.vm_pgoff + adjust_next);
}

function rejoin_file(k: Kernel, file: file, plan: Plan): void {
  const { vma, next, next_next, adjust_next, remove_next } = plan;
  if (adjust_next && next) {
    k.at(
      'call:vma_interval_tree_insert #1',
      'tree',
      () => `${vmaName(next)} rejoins the VMAs of file ${file.name}`,
    );
    mapping_rmap_tree_insert(k, next, file);
  }
  k.at(
    'call:vma_interval_tree_insert #2',
    'tree',
    () => `${vmaName(vma)} rejoins the VMAs of file ${file.name}`,
  );
  mapping_rmap_tree_insert(k, vma, file);
  const gone = remove_next === 2 ? [next, next_next] : remove_next ? [next] : [];
  for (const [i, one] of gone.entries()) {
    if (!one) continue;
    k.at(
      `call:__remove_shared_vm_struct #${i + 1}`,
      'tree',
      () => `${vmaName(one)} leaves the VMAs of the file`,
    );
    mapping_rmap_tree_remove(k, one, file);
  }
}

function drop(k: Kernel, vma: vm_area_struct, gone: vm_area_struct, last: boolean): void {
  if (gone.anon_vma) {
    k.at('call:anon_vma_merge', 'statement', () => `walks find its folios through ${vmaName(vma)} now`);
    k.f.anon_vma_merge(k, vma, gone);
  }
  k.at('set:mm->map_count #2', 'write', () => 'one VMA less');
  k.set(vma.vm_mm, 'map_count', vma.vm_mm.map_count - 1);
  if (last) {
    k.at('call:BUG_ON', 'assert', () => `${vmaName(vma)} covers all of ${vmaName(gone)}`);
    k.warn_on('BUG_ON', 'vma->vm_end < next->vm_end', vma.vm_end < gone.vm_end);
  }
  k.at('call:vm_area_free', 'statement', () => 'nothing refers to it any more');
  k.f.vm_area_free(k, gone);
}
