/**
 * Around each change of a VMA's range: lock its trees and take it out (vma_prepare), put it back, add the new VMA of a
 * split, drop the VMAs that a merge swallowed (vma_complete). mm/vma.c.
 */
import type { Kernel, vma_merge_struct, vma_prepare as vma_prepare_struct } from './kernel';
import { vma_start_write } from './locks';
import { anonVmaName, avcName, type file, type vm_area_struct, vmaName } from './objects';
import { mapping_rmap_tree_insert, mapping_rmap_tree_remove, vma_iter_store_new } from './vmaTree';

/** What changing the range of one VMA has to lock, and nothing more. */
export function init_vma_prep(vma: vm_area_struct): vma_prepare_struct {
  return {
    vma,
    adj_next: null,
    file: vma.vm_file,
    anon_vma: vma.anon_vma,
    insert: null,
    remove: null,
    remove2: null,
  };
}

/** As init_vma_prep(), for a merge: with the VMA that gives up pages and those that go. */
export function init_multi_vma_prep(
  k: Kernel,
  vma: vm_area_struct,
  vmg: vma_merge_struct,
): vma_prepare_struct {
  const vp = init_vma_prep(vma);
  const removed = [vmg.__remove_middle ? vmg.middle : null, vmg.__remove_next ? vmg.next : null].filter(
    (one) => one !== null,
  );
  vp.remove = removed[0] ?? null;
  vp.remove2 = removed[1] ?? null;
  const adjust = vmg.__adjust_middle_start ? vmg.middle : vmg.__adjust_next_start ? vmg.next : null;
  vp.adj_next = adjust;
  if (!adjust) return vp;

  k.enter(
    'init_multi_vma_prep',
    () => `what moving the border of ${vmaName(vma)} and ${vmaName(adjust)} locks`,
  );
  if (!vp.anon_vma) vp.anon_vma = adjust.anon_vma;
  const differ = vp.anon_vma !== null && adjust.anon_vma !== null && vp.anon_vma !== adjust.anon_vma;
  k.at('call:VM_WARN_ON', 'assert', () => 'both sides of the border share an anon_vma, or one has none');
  k.warn_on(
    'VM_WARN_ON',
    'vp->anon_vma && adjust && adjust->anon_vma && vp->anon_vma != adjust->anon_vma',
    differ,
  );
  k.leave('end');
  return vp;
}

/** Takes the i_mmap and anon_vma locks, and the VMAs whose keys will change out of the trees. */
export function vma_prepare(k: Kernel, vp: vma_prepare_struct): void {
  k.enter('vma_prepare', () => `lock the reverse maps of ${vmaName(vp.vma)} and take it out of them`);
  const { file, anon_vma, vma, adj_next, insert } = vp;
  if (file) {
    k.at('call:i_mmap_lock_write', 'lock', () => `lock the VMAs of file ${file.name}`);
    k.down_write(file, 'i_mmap_rwsem');
    if (insert?.vm_file) {
      k.at('call:__vma_link_file', 'tree', () => `${vmaName(insert)} joins the VMAs of file ${file.name}`);
      mapping_rmap_tree_insert(k, insert, insert.vm_file);
    }
  }
  if (anon_vma) {
    k.at('call:anon_vma_lock_write', 'lock', () => `lock the hierarchy of ${anonVmaName(anon_vma)}`);
    k.f.anon_vma_lock_write(k, anon_vma);
    anon_rmap_tree_pre_update_vma(k, vma);
    if (adj_next) anon_rmap_tree_pre_update_vma(k, adj_next);
  }
  if (file) {
    k.at(`${I_MMAP_REMOVE} #1`, 'tree', () => leavesFile(vma, file));
    mapping_rmap_tree_remove(k, vma, file);
    if (adj_next) {
      k.at(`${I_MMAP_REMOVE} #2`, 'tree', () => leavesFile(adj_next, file));
      mapping_rmap_tree_remove(k, adj_next, file);
    }
  }
  k.leave('end');
}

/** Undoes vma_prepare() with the new keys; then frees the VMAs that were swallowed. */
export function vma_complete(k: Kernel, vp: vma_prepare_struct, mm: vm_area_struct['vm_mm']): void {
  k.enter('vma_complete', () => `put ${vmaName(vp.vma)} back under its new range`);
  if (vp.file) putBackIntoFile(k, vp, vp.file);
  const { insert, anon_vma, file } = vp;
  if (insert && !(vp.remove && file)) {
    k.at('call:vma_iter_store_new|vma_iter_store', 'list', () => `${vmaName(insert)} enters the VMA tree`);
    vma_iter_store_new(k, mm, insert);
    k.at('set:mm->map_count #1', 'write', () => 'one VMA more');
    k.set(mm, 'map_count', mm.map_count + 1);
  }
  if (anon_vma) {
    anon_rmap_tree_post_update_vma(k, vp.vma);
    if (vp.adj_next) anon_rmap_tree_post_update_vma(k, vp.adj_next);
    k.at('call:anon_vma_unlock_write', 'unlock', () => `unlock the hierarchy of ${anonVmaName(anon_vma)}`);
    k.f.anon_vma_unlock_write(k, anon_vma);
  }
  if (file) {
    k.at('call:i_mmap_unlock_write', 'unlock', () => `unlock the VMAs of file ${file.name}`);
    k.up_write(file, 'i_mmap_rwsem');
  }
  if (vp.remove) dropRemoved(k, vp, vp.remove, vp.remove2 === null);
  if (vp.remove2) dropRemoved(k, vp, vp.remove2, true);
  k.leave('end');
}

const I_MMAP_REMOVE = 'call:mapping_rmap_tree_remove|vma_interval_tree_remove';
const I_MMAP_INSERT = 'call:mapping_rmap_tree_insert|vma_interval_tree_insert';

function putBackIntoFile(k: Kernel, vp: vma_prepare_struct, file: file): void {
  const { vma, adj_next, remove, remove2 } = vp;
  if (adj_next) {
    k.at(`${I_MMAP_INSERT} #1`, 'tree', () => `${vmaName(adj_next)} rejoins the VMAs of file ${file.name}`);
    mapping_rmap_tree_insert(k, adj_next, file);
  }
  k.at(`${I_MMAP_INSERT} #2`, 'tree', () => `${vmaName(vma)} rejoins the VMAs of file ${file.name}`);
  mapping_rmap_tree_insert(k, vma, file);
  if (remove) {
    k.at('call:__remove_shared_vm_struct #1', 'tree', () => leavesFile(remove, file));
    mapping_rmap_tree_remove(k, remove, file);
  }
  if (remove2) {
    k.at('call:__remove_shared_vm_struct #2', 'tree', () => leavesFile(remove2, file));
    mapping_rmap_tree_remove(k, remove2, file);
  }
}

/** A VMA whose pages another has taken over: detached, unlinked, freed. */
function dropRemoved(k: Kernel, vp: vma_prepare_struct, remove: vm_area_struct, last: boolean): void {
  const mm = remove.vm_mm;
  k.at('call:vma_mark_detached', 'write', () => `${vmaName(remove)} can no longer be found`);
  k.set(remove, 'attached', false);
  if (remove.anon_vma) {
    k.at(
      'call:unlink_anon_vmas|anon_vma_merge',
      'statement',
      () => `walks find its folios through ${vmaName(vp.vma)} now`,
    );
    k.f.anon_vma_merge(k, vp.vma, remove);
  }
  k.at('set:mm->map_count #2', 'write', () => 'one VMA less');
  k.set(mm, 'map_count', mm.map_count - 1);
  if (last) {
    k.at('call:WARN_ON_ONCE', 'assert', () => `${vmaName(vp.vma)} covers all of ${vmaName(remove)}`);
    k.warn_on('WARN_ON_ONCE', 'vp->vma->vm_end < vp->remove->vm_end', vp.vma.vm_end < remove.vm_end);
  }
  k.at('call:vm_area_free', 'statement', () => 'nothing refers to it any more');
  k.f.vm_area_free(k, remove);
}

/** Its links go; those of the VMA that swallows it find the same folios. 7.x has no function for it, hence no step. */
export function anon_vma_merge(k: Kernel, _vma: vm_area_struct, next: vm_area_struct): void {
  k.f.unlink_anon_vmas(k, next);
}

function leavesFile(vma: vm_area_struct, file: file): string {
  return `${vmaName(vma)} leaves the VMAs of file ${file.name}`;
}

/** Takes all AVCs of a VMA out of their trees: its range, which is their key, is about to change. */
export function anon_rmap_tree_pre_update_vma(k: Kernel, vma: vm_area_struct): void {
  if (vma.anon_vma_chain.length === 0) return;
  k.enter('anon_rmap_tree_pre_update_vma', () => `take ${vmaName(vma)} out of the trees of its chain`);
  for (const avc of vma.anon_vma_chain) {
    if (!avc.anon_vma) continue;
    k.at(
      'call:anon_rmap_tree_remove|anon_vma_interval_tree_remove',
      'tree',
      () => `${avcName(avc)} leaves the tree`,
    );
    k.f.anon_rmap_tree_remove(k, avc, avc.anon_vma);
  }
  k.leave('end');
}

/** Puts them back under the new key, behind those with the same start. */
export function anon_rmap_tree_post_update_vma(k: Kernel, vma: vm_area_struct): void {
  if (vma.anon_vma_chain.length === 0) return;
  k.enter('anon_rmap_tree_post_update_vma', () => `put ${vmaName(vma)} back into the trees of its chain`);
  for (const avc of vma.anon_vma_chain) {
    if (!avc.anon_vma) continue;
    k.at(
      'call:anon_rmap_tree_insert|anon_vma_interval_tree_insert',
      'tree',
      () => `${avcName(avc)} enters the tree`,
    );
    k.f.anon_rmap_tree_insert(k, avc, avc.anon_vma);
  }
  k.leave('end');
}

/** vma_start_write() as a step at `pattern`; none when the VMA is write-locked already, where it does nothing. */
export function start_write(k: Kernel, pattern: string, vma: vm_area_struct): void {
  if (vma.vm_lock === -1 || k.profile.noVmaLock) return;
  k.at(pattern, 'lock', () => `nobody else may use ${vmaName(vma)} until the mmap lock is released`);
  vma_start_write(k, vma);
}
