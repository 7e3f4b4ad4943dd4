/**
 * Taking pages and links away from VMAs that nobody can find any more: unmap_region() of mm/vma.c, unmap_vmas() and
 * free_pgtables() of mm/memory.c, remove_vma(). Shared by munmap, mremap and exit.
 */
import { pagesMapped } from './faultCopy';
import type { Kernel } from './kernel';
import { type file, type vm_area_struct, vmaName } from './objects';
import { start_write } from './vmaPrepare';
import { mapping_rmap_tree_remove } from './vmaTree';

/** Pages that one page table maps on most machines: VMAs no further apart are unlinked in one go. */
const PMD_PAGES = 512;

/** mm/vma.c. `vmas` by address. */
export function unmap_region(k: Kernel, vmas: readonly vm_area_struct[], mm_wr_locked: boolean): void {
  k.enter('unmap_region', () => `unmap ${namesOf(vmas)}`);
  k.at('call:unmap_vmas', 'statement', () => 'page table entries go');
  k.f.unmap_vmas(k, vmas);
  k.at('call:free_pgtables', 'statement', () => 'then the links of the reverse maps');
  k.f.free_pgtables(k, vmas, mm_wr_locked);
  k.leave('end');
}

/** Removes every page table entry; each anonymous folio loses a mapping, and dies with its last. */
export function unmap_vmas(k: Kernel, vmas: readonly vm_area_struct[]): void {
  k.enter('unmap_vmas', () => `remove the page table entries of ${namesOf(vmas)}`);
  for (const vma of vmas) {
    const { vm_mm: mm } = vma;
    for (const page of pagesMapped(vma, vma.vm_start, vma.vm_end)) {
      const entry = mm.ptes.get(page);
      if (!entry) continue;
      k.at(
        'call:__zap_vma_range|unmap_single_vma',
        'write',
        () => `page ${page} of ${vmaName(vma)} is mapped no longer`,
      );
      k.set_pte(mm, page, null);
      if (typeof entry.folio !== 'string') k.f.folio_remove_rmap_pte(k, entry.folio);
    }
  }
  k.leave('end');
}

/**
 * Unlinks each VMA from its anon_vmas, so that no walk finds it, then batches of close ones from their files; page
 * tables themselves are not modelled.
 */
export function free_pgtables(k: Kernel, vmas: readonly vm_area_struct[], mm_wr_locked: boolean): void {
  k.enter('free_pgtables', () => `hide ${namesOf(vmas)} from the reverse maps`);
  let batch: vm_area_struct[] = [];
  for (const vma of vmas) {
    const before = batch.at(-1);
    const nearby = before !== undefined && vma.vm_start <= before.vm_end + PMD_PAGES;
    if (!nearby) {
      unlink_file_vma_batch_final(k, batch);
      batch = [];
    }
    const which = nearby ? '#2' : '#1';
    if (mm_wr_locked) start_write(k, `call:vma_start_write ${which}`, vma);
    k.at(`call:unlink_anon_vmas ${which}`, 'statement', () => `unlink ${vmaName(vma)}`);
    k.f.unlink_anon_vmas(k, vma);
    batch.push(vma);
  }
  unlink_file_vma_batch_final(k, batch);
  k.leave('end');
}

/** One i_mmap critical section for neighbours of the same file; a batch holds eight VMAs. */
function unlink_file_vma_batch_final(k: Kernel, vmas: readonly vm_area_struct[]): void {
  const BATCH = 8;
  let batch: vm_area_struct[] = [];
  for (const vma of vmas) {
    if (!vma.vm_file) continue;
    if (batch.length === BATCH || (batch[0] && batch[0].vm_file !== vma.vm_file)) {
      unlink_file_vma_batch_process(k, batch);
      batch = [];
    }
    batch.push(vma);
  }
  unlink_file_vma_batch_process(k, batch);
}

function unlink_file_vma_batch_process(k: Kernel, batch: readonly vm_area_struct[]): void {
  const mapping: file | null | undefined = batch[0]?.vm_file;
  if (!mapping) return;
  k.enter('unlink_file_vma_batch_process', () => `unlink ${namesOf(batch)} from file ${mapping.name}`);
  k.at('call:i_mmap_lock_write', 'lock', () => `lock the VMAs of file ${mapping.name}`);
  k.down_write(mapping, 'i_mmap_rwsem');
  for (const vma of batch) {
    k.at(
      'call:__remove_shared_vm_struct',
      'tree',
      () => `${vmaName(vma)} leaves the VMAs of file ${mapping.name}`,
    );
    mapping_rmap_tree_remove(k, vma, mapping);
  }
  k.at('call:i_mmap_unlock_write', 'unlock', () => `unlock the VMAs of file ${mapping.name}`);
  k.up_write(mapping, 'i_mmap_rwsem');
  k.leave('end');
}

/** mm/vma.c: closes and frees an unlinked VMA. No step of its own. */
export function remove_vma(k: Kernel, vma: vm_area_struct): void {
  k.f.vm_area_free(k, vma);
}

function namesOf(vmas: readonly vm_area_struct[]): string {
  const [first] = vmas;
  if (!first) return 'nothing';
  return vmas.length === 1 ? vmaName(first) : `${vmas.length} VMAs from ${vmaName(first)} on`;
}
