/**
 * The read side of mm/rmap.c: from a folio to its anon_vma, safely against it being freed, and from there through the
 * interval tree to every VMA that may map the folio. As in Linux 7.3.
 */

import { EFAULT } from './errno';
import type { Kernel, rmap_walk_control } from './kernel';
import { type anon_vma, anonVmaName, type folio, folioName, type vm_area_struct, vmaName } from './objects';

/** Takes a reference on the anon_vma of a folio that may be unmapped meanwhile. null when there is nothing to take. */
export function folio_get_anon_vma(k: Kernel, folio: folio): anon_vma | null {
  k.enter('folio_get_anon_vma', () => `pin the anon_vma of ${folioName(folio)}`);
  k.f.assert_folio_locked(k, folio);
  k.at('call:rcu_read_lock', 'lock', () => 'under RCU the memory of an anon_vma stays an anon_vma');
  k.at(
    'set:anon_mapping',
    'statement',
    () => `read what ${folioName(folio)} belongs to: ${anonVmaName(folio.mapping)}`,
  );
  let anon = folio.mapping;
  if (anon && folio.mapcount > 0) {
    k.at('call:atomic_inc_not_zero', 'write', () => `pin ${anonVmaName(anon)}, unless it is being freed`);
    k.deref(anon, 'refcount');
    if (anon.refcount === 0) anon = null;
    else k.set(anon, 'refcount', anon.refcount + 1);
  } else {
    anon = null;
  }
  k.at('call:rcu_read_unlock !in:if', 'unlock', () => 'leave the RCU section');
  k.leave('return:anon_vma');
  return anon;
}

/**
 * The anon_vma of a folio with its root read-locked, or null when the folio is not mapped, or when `rwc` only wants to
 * try and the lock is held.
 */
export function folio_lock_anon_vma_read(
  k: Kernel,
  folio: folio,
  rwc: rmap_walk_control | null,
): anon_vma | null {
  k.enter('folio_lock_anon_vma_read', () => `read-lock the anon_vma of ${folioName(folio)}`);
  k.f.assert_folio_locked(k, folio);
  k.at('call:rcu_read_lock', 'lock', () => 'under RCU the memory of an anon_vma stays an anon_vma');
  k.at(
    'set:anon_mapping',
    'statement',
    () => `read what ${folioName(folio)} belongs to: ${anonVmaName(folio.mapping)}`,
  );
  const anon = folio.mapping;
  if (!anon || folio.mapcount === 0) return leave_rcu(k, null);

  k.at('call:down_read_trylock', 'lock', () => `try to read-lock the root of ${anonVmaName(anon)}`);
  k.deref(anon, 'root');
  if (k.down_read_trylock(anon.root, 'rwsem')) return leave_rcu(k, anon);
  if (rwc?.try_lock) {
    k.at('set:contended', 'statement', () => 'the lock is held, and the walk does not want to wait');
    rwc.contended = true;
    return leave_rcu(k, null);
  }
  return lock_pinned(k, anon);
}

function leave_rcu(k: Kernel, anon: anon_vma | null): anon_vma | null {
  k.at('call:rcu_read_unlock !in:if #2', 'unlock', () => 'leave the RCU section');
  k.leave('return:anon_vma #2', () =>
    anon ? `${anonVmaName(anon)} cannot go away while its root is held` : 'nothing is locked',
  );
  return anon;
}

/** The slow path: a reference keeps the anon_vma alive while the walk sleeps for the lock. */
function lock_pinned(k: Kernel, anon: anon_vma): anon_vma | null {
  k.at('call:atomic_inc_not_zero', 'write', () => `pin ${anonVmaName(anon)} to wait for its root`);
  if (anon.refcount === 0) return leave_rcu(k, null);
  k.set(anon, 'refcount', anon.refcount + 1);
  k.at('call:rcu_read_unlock !in:if #1', 'unlock', () => 'pinned: leave the RCU section to sleep');
  k.at('call:anon_vma_lock_read', 'lock', () => 'wait for the root');
  k.down_read(anon.root, 'rwsem');
  k.at('call:atomic_dec_and_test', 'write', () => 'the lock keeps it alive now: drop the pin');
  k.set(anon, 'refcount', anon.refcount - 1);
  if (anon.refcount === 0) {
    k.at('call:anon_vma_unlock_read', 'unlock', () => 'the pin was the last reference: release the root');
    k.up_read(anon.root, 'rwsem');
    k.at('call:__put_anon_vma', 'statement', () => `and free ${anonVmaName(anon)}`);
    k.f.__put_anon_vma(k, anon);
    k.leave('return:anon_vma #1', () => 'nothing is locked');
    return null;
  }
  k.leave('return:anon_vma #1');
  return anon;
}

/** A folio stays with its anon_vma while it is locked. Step in the function entered last. */
export function assert_folio_locked(k: Kernel, folio: folio): void {
  k.at(
    'call:VM_WARN_ON_FOLIO',
    'assert',
    () => `${folioName(folio)} must be locked, so that it stays with its anon_vma`,
  );
  k.warn_on('VM_WARN_ON_FOLIO', '!folio_test_locked(folio)', !folio.locked);
}

/** Anonymous folios only: those of the page cache are found through their file. */
export function rmap_walk(k: Kernel, folio: folio, rwc: rmap_walk_control): void {
  k.enter('rmap_walk', () => `find every VMA that may map ${folioName(folio)}`);
  k.at('call:rmap_walk_anon', 'statement', () => `${folioName(folio)} is anonymous`);
  k.f.rmap_walk_anon(k, folio, rwc);
  k.leave('end');
}

/** Calls `rwc.rmap_one` for every VMA that the tree of the folio's anon_vma has for the folio's index. */
export function rmap_walk_anon(k: Kernel, folio: folio, rwc: rmap_walk_control): void {
  k.enter(
    'rmap_walk_anon',
    () => `walk the tree of ${anonVmaName(folio.mapping)} for page offset ${folio.index}`,
  );
  k.f.assert_folio_locked(k, folio);
  k.at('call:rmap_walk_anon_lock', 'statement', () => 'lock the anon_vma');
  const anon = k.f.folio_lock_anon_vma_read(k, folio, rwc);
  if (!anon) {
    k.leave('return', () => 'nothing to walk');
    return;
  }
  for (const avc of anon.rb_root.filter((entry) => holds(entry, folio.index))) {
    const { vma } = avc;
    if (!vma) continue;
    k.at('call:anon_rmap_tree_foreach', 'tree', () => `the tree has ${vmaName(vma)} for it`);
    k.deref(vma, 'vm_start');
    const address = vma_anon_address(k, vma, folio.index);
    k.f.assert_vma_anon_address(k, vma, address);
    k.at('if has:rmap_one', 'statement', () => `look whether page ${address} of ${vma.vm_mm.name} maps it`);
    if (!rwc.rmap_one(vma, address)) break;
  }
  k.at('call:anon_vma_unlock_read', 'unlock', () => 'release the root');
  k.up_read(anon.root, 'rwsem');
  k.leave('end');
}

function holds(
  avc: { readonly rb_start: number | null; readonly rb_last: number | null },
  index: number,
): boolean {
  return avc.rb_start !== null && avc.rb_last !== null && avc.rb_start <= index && index <= avc.rb_last;
}

/** The page of the VMA that the anonymous page offset stands for; -EFAULT outside the VMA. */
function vma_anon_address(k: Kernel, vma: vm_area_struct, index: number): number {
  const address = vma.vm_start + index - k.f.anon_rmap_start(vma);
  return address >= vma.vm_start && address < vma.vm_end ? address : -EFAULT;
}

export function assert_vma_anon_address(k: Kernel, vma: vm_area_struct, address: number): void {
  k.at(
    'call:VM_WARN_ON_ONCE_VMA',
    'assert',
    () => `${vmaName(vma)} must have the page that the tree promises`,
  );
  k.warn_on('VM_WARN_ON_ONCE_VMA', 'address == -EFAULT', address === -EFAULT);
}

/** One VMA that a walk has looked at. */
export interface Visited {
  readonly vma: vm_area_struct;
  readonly mapped: boolean;
}

/**
 * A whole walk that changes nothing, for the operation `walk`: mm/page_idle.c asks every VMA that may map a folio
 * whether the page was used. Returns the VMAs in visiting order.
 */
export function page_idle_clear_pte_refs(k: Kernel, folio: folio): Visited[] {
  const visits: Visited[] = [];
  k.enter('page_idle_clear_pte_refs', () => `ask every mapping of ${folioName(folio)} whether it was used`);
  k.at('call:folio_trylock', 'lock', () => `lock ${folioName(folio)}`);
  k.set(folio, 'locked', true);
  k.at('call:rmap_walk', 'statement', () => 'walk its reverse map');
  k.f.rmap_walk(k, folio, {
    try_lock: false,
    contended: false,
    rmap_one: (vma, address) => {
      visits.push({ vma, mapped: page_idle_clear_pte_refs_one(k, folio, vma, address) });
      return true;
    },
  });
  k.at('call:folio_unlock', 'unlock', () => `unlock ${folioName(folio)}`);
  k.set(folio, 'locked', false);
  k.leave('end');
  return visits;
}

function page_idle_clear_pte_refs_one(
  k: Kernel,
  folio: folio,
  vma: vm_area_struct,
  address: number,
): boolean {
  const mapped = vma.vm_mm.ptes.get(address)?.folio === folio;
  k.enter(
    'page_idle_clear_pte_refs_one',
    () => `does ${vmaName(vma)} map ${folioName(folio)} at page ${address}?`,
  );
  k.at('call:page_vma_mapped_walk', 'statement', () =>
    mapped ? 'yes' : 'no: another page, or none, is mapped there',
  );
  k.visit(vma, mapped);
  k.leave('return:true');
  return mapped;
}
