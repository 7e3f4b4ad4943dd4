/**
 * mmap(2) of private memory at a fixed place: vm_mmap_pgoff() of mm/util.c, do_mmap() of mm/mmap.c, __mmap_region() of
 * mm/vma.c. Merging comes first; a VMA is allocated only where none can be grown.
 */
import { EEXIST, EINVAL, ENOMEM } from './errno';
import type { Kernel } from './kernel';
import { mmap_write_lock, mmap_write_unlock } from './locks';
import { type file, type mm_struct, VM_ACCOUNT, VM_WRITE, type vm_area_struct, vmaName } from './objects';
import { vmg_range_state } from './vmaMergeState';
import { start_write } from './vmaPrepare';
import { vma_set_range, vma_set_range_unchecked } from './vmaRange';
import {
  find_vma_intersection,
  find_vma_prev,
  mapping_rmap_tree_insert,
  vma_iter_store_new,
} from './vmaTree';

/** The system call: 0 or a negative errno. */
export function vm_mmap_pgoff(
  k: Kernel,
  mm: mm_struct,
  addr: number,
  len: number,
  prot: number,
  file: file | null,
  pgoff: number,
): number {
  k.enter(
    'vm_mmap_pgoff',
    () => `map ${addr}-${addr + len} of ${mm.name}${file ? ` to file ${file.name}` : ''}`,
  );
  k.at('call:mmap_write_lock_killable', 'lock', () => `lock the address space of ${mm.name}`);
  mmap_write_lock(k, mm);
  k.at('call:do_mmap', 'statement', () => 'map it');
  const ret = do_mmap(k, mm, addr, len, prot, file, pgoff);
  k.at('call:mmap_write_unlock', 'unlock', () => `unlock the address space of ${mm.name}`);
  mmap_write_unlock(k, mm);
  k.leave('return:ret');
  return ret;
}

/** Checks the request; the offset of anonymous memory is its address. */
function do_mmap(
  k: Kernel,
  mm: mm_struct,
  addr: number,
  len: number,
  prot: number,
  file: file | null,
  file_pgoff: number,
): number {
  k.enter('do_mmap', () => `may ${addr}-${addr + len} be mapped`);
  if (len === 0) {
    k.leave('return:-EINVAL #1', () => 'no length');
    return -EINVAL;
  }
  const there = find_vma_intersection(mm, addr, addr + len);
  if (there) {
    k.leave('return:-EEXIST', () => `${vmaName(there)} is there already`);
    return -EEXIST;
  }
  k.at('call:mmap_region', 'statement', () => 'nothing is in the way');
  const ret = k.f.__mmap_region(k, mm, addr, len, prot, file ? file_pgoff : addr, file);
  k.leave('return:addr #2');
  return ret;
}

/** What __mmap_region() passes on: struct mmap_state. */
interface mmap_state {
  readonly mm: mm_struct;
  readonly start: number;
  readonly end: number;
  readonly pgoff: number;
  readonly file: file | null;
  vm_flags: number;
  prev: vm_area_struct | null;
  next: vm_area_struct | null;
}

/** Maps a range where nothing is mapped. 0 or -ENOMEM. */
export function __mmap_region(
  k: Kernel,
  mm: mm_struct,
  addr: number,
  len: number,
  vm_flags: number,
  pgoff: number,
  file: file | null,
): number {
  k.enter('__mmap_region', () => `map ${addr}-${addr + len} of ${mm.name}`);
  const map: mmap_state = { mm, start: addr, end: addr + len, pgoff, file, vm_flags, prev: null, next: null };
  k.at('call:__mmap_setup', 'statement', () => 'prepare');
  __mmap_setup(k, map);
  let vma: vm_area_struct | null = null;
  if (map.prev || map.next) {
    k.at('call:vma_merge_new_range', 'statement', () => 'try to do with the VMAs there are');
    vma = k.f.vma_merge_new_range(k, vmg_range_state(map.mm, map));
  }
  if (!vma) {
    k.at('call:__mmap_new_vma', 'statement', () => 'it takes a VMA of its own');
    const error = __mmap_new_vma(k, map);
    if (error) {
      k.leave('return:error #2', () => 'out of memory');
      return error;
    }
  }
  k.leave('return:addr');
  return 0;
}

/** Finds the neighbours; private memory that may be written is accounted. */
function __mmap_setup(k: Kernel, map: mmap_state): void {
  k.enter('__mmap_setup', () => 'look at the surroundings');
  const around = find_vma_prev(map.mm, map.start);
  map.next = around.vma;
  map.prev = around.prev;
  if (map.vm_flags & VM_WRITE) {
    k.at(
      'call:vma_flags_set',
      'statement',
      () => 'private and writable: its pages are accounted, which its flags will tell',
    );
    map.vm_flags |= VM_ACCOUNT;
  }
  k.leave('return:0');
}

function __mmap_new_vma(k: Kernel, map: mmap_state): number {
  const { mm, start: addr, end, pgoff, file } = map;
  k.enter('__mmap_new_vma', () => `a VMA for ${addr}-${end}`);
  k.at('call:vm_area_alloc', 'statement', () => 'allocate it');
  const vma = k.f.vm_area_alloc(k, mm);
  if (!vma) {
    k.leave('return:-ENOMEM', () => 'out of memory');
    return -ENOMEM;
  }
  k.at('call:vma_set_range', 'write', () => `it is ${mm.name}@${addr}-${end}`);
  if (file) vma_set_range_unchecked(k, vma, addr, end, pgoff, addr);
  else vma_set_range(k, vma, addr, end, pgoff, addr);
  k.at('set:vma->flags #1', 'write', () => 'with these rights');
  k.set(vma, 'vm_flags', map.vm_flags);
  if (file) {
    k.at('call:__mmap_new_file_vma', 'write', () => `it maps file ${file.name} from page ${pgoff} on`);
    k.set(vma, 'vm_file', file);
  }
  start_write(k, 'call:vma_start_write', vma);
  k.at('call:vma_iter_store_new', 'list', () => `${vmaName(vma)} enters the VMA tree`);
  vma_iter_store_new(k, mm, vma);
  k.at('set:map->mm->map_count', 'write', () => 'one VMA more');
  k.set(mm, 'map_count', mm.map_count + 1);
  if (file) {
    k.at('call:vma_link_file', 'statement', () => `let walks of file ${file.name} find it`);
    vma_link_file(k, vma, file);
  }
  k.leave('return:0');
  return 0;
}

/** Lets walks of the file find a VMA. */
export function vma_link_file(k: Kernel, vma: vm_area_struct, mapping: file): void {
  k.enter('vma_link_file', () => `link ${vmaName(vma)} to file ${mapping.name}`);
  k.at('call:i_mmap_lock_write', 'lock', () => `lock the VMAs of file ${mapping.name}`);
  k.down_write(mapping, 'i_mmap_rwsem');
  k.at('call:__vma_link_file', 'tree', () => `${vmaName(vma)} joins them`);
  mapping_rmap_tree_insert(k, vma, mapping);
  k.at('call:i_mmap_unlock_write', 'unlock', () => 'and unlock them');
  k.up_write(mapping, 'i_mmap_rwsem');
  k.leave('end');
}
