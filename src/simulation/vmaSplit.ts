/**
 * Splitting a VMA in two, and vma_modify_flags(), which merges or splits until a VMA is exactly the range whose flags
 * change. mm/vma.c. The limit on the number of VMAs (map_count) is not modelled: nothing fails for it.
 */
import { ENOMEM } from './errno';
import type { Kernel } from './kernel';
import { type vm_area_struct, vmaName } from './objects';
import { vmg_vma_state } from './vmaMergeState';
import { init_vma_prep, start_write } from './vmaPrepare';
import { vma_add_pgoff } from './vmaRange';

/** Splits `vma` at page `addr`. The new VMA gets the lower part if `new_below`, else the upper. 0 or -ENOMEM. */
export function __split_vma(k: Kernel, vma: vm_area_struct, addr: number, new_below: boolean): number {
  k.enter(
    '__split_vma',
    () => `split ${vmaName(vma)} at ${addr}; the new VMA gets the ${new_below ? 'lower' : 'upper'} part`,
  );
  k.at('call:WARN_ON has:vm_start', 'assert', () => 'the border lies above the first page');
  k.warn_on('WARN_ON', 'vma->vm_start >= addr', vma.vm_start >= addr);
  k.at('call:WARN_ON has:vm_end', 'assert', () => 'and below the end');
  k.warn_on('WARN_ON', 'vma->vm_end <= addr', vma.vm_end <= addr);

  k.at('call:vm_area_dup', 'statement', () => 'begin with a copy');
  const created = k.f.vm_area_dup(k, vma);
  if (!created) {
    k.leave('return:-ENOMEM', () => `out of memory: ${vmaName(vma)} stays whole`);
    return -ENOMEM;
  }
  cut_new(k, created, addr, new_below);

  k.at('call:anon_vma_clone', 'statement', () => 'link it to every anon_vma of the old one');
  const err = k.f.anon_vma_clone(k, created, vma, 'VMA_OP_SPLIT');
  if (err) {
    k.at('goto:out_free_mpol', 'statement', () => 'no memory for the links of the new VMA');
    k.f.vm_area_free(k, created);
    k.leave('return:err #2', () => `${vmaName(vma)} stays whole`);
    return err;
  }
  start_write(k, 'call:vma_start_write !has:new', vma);
  start_write(k, 'call:vma_start_write has:new', created);

  const vp = init_vma_prep(vma);
  vp.insert = created;
  k.at('call:vma_prepare', 'statement', () => `the range of ${vmaName(vma)} is about to change`);
  k.f.vma_prepare(k, vp);
  cut_old(k, vma, addr, new_below);
  k.at('call:vma_complete', 'statement', () => 'it has changed');
  k.f.vma_complete(k, vp, vma.vm_mm);
  k.leave(
    'return:0',
    () => `${vmaName(new_below ? created : vma)} and ${vmaName(new_below ? vma : created)}`,
  );
  return 0;
}

const MOVE_PGOFF = 'has:vma_add_pgoff|vm_pgoff';

function cut_new(k: Kernel, created: vm_area_struct, addr: number, new_below: boolean): void {
  if (new_below) {
    k.at('set:new->vm_end', 'write', () => `the new VMA ends at ${addr}`);
    k.set(created, 'vm_end', addr);
    return;
  }
  const delta = addr - created.vm_start;
  k.at('set:new->vm_start', 'write', () => `the new VMA starts at ${addr}`);
  k.set(created, 'vm_start', addr);
  k.at(`${MOVE_PGOFF} #1`, 'write', () => `and so its offset is ${delta} higher`);
  vma_add_pgoff(k, created, delta);
}

function cut_old(k: Kernel, vma: vm_area_struct, addr: number, new_below: boolean): void {
  if (!new_below) {
    k.at('set:vma->vm_end', 'write', () => `${vmaName(vma)} ends at ${addr}`);
    k.set(vma, 'vm_end', addr);
    return;
  }
  const delta = addr - vma.vm_start;
  k.at('set:vma->vm_start', 'write', () => `${vmaName(vma)} starts at ${addr}`);
  k.set(vma, 'vm_start', addr);
  k.at(`${MOVE_PGOFF} #2`, 'write', () => `and so its offset is ${delta} higher`);
  vma_add_pgoff(k, vma, delta);
}

/** split_vma(): __split_vma() behind the limit on the number of VMAs, which is not modelled. No step of its own. */
export function split_vma(k: Kernel, vma: vm_area_struct, addr: number, new_below: boolean): number {
  return k.f.__split_vma(k, vma, addr, new_below);
}

/**
 * The caller is about to give [start, end) of `vma` the flags `vm_flags`. Returns the VMA that they have to be set
 * on: a neighbour that has them already, or `vma` cut down to the range. Or -ENOMEM.
 */
export function vma_modify_flags(
  k: Kernel,
  prev: vm_area_struct | null,
  vma: vm_area_struct,
  start: number,
  end: number,
  vm_flags: number,
): vm_area_struct | number {
  const vmg = vmg_vma_state(k, prev, vma, start, end);
  vmg.vm_flags = vm_flags;
  return vma_modify(k, vmg, vma);
}

function vma_modify(
  k: Kernel,
  vmg: ReturnType<typeof vmg_vma_state>,
  vma: vm_area_struct,
): vm_area_struct | number {
  const { start, end } = vmg;
  k.enter('vma_modify', () => `make ${start}-${end} of ${vmaName(vma)} a VMA that can change`);
  k.at('call:vma_merge_existing_range', 'statement', () => 'merging is tried first');
  const merged = k.f.vma_merge_existing_range(k, vmg);
  if (merged) {
    k.leave('return:merged', () => `it has become part of ${vmaName(merged)}`);
    return merged;
  }
  if (vmg.state === 'VMA_MERGE_ERROR_NOMEM') {
    k.leave('return:ERR_PTR(-ENOMEM)', () => 'out of memory');
    return -ENOMEM;
  }
  if (vma.vm_start < start) {
    k.at('call:split_vma #1', 'statement', () => `${vmaName(vma)} begins too early`);
    const err = split_vma(k, vma, start, true);
    if (err) {
      k.leave('return:ERR_PTR(err) #1', () => 'out of memory');
      return err;
    }
  }
  if (vma.vm_end > end) {
    k.at('call:split_vma #2', 'statement', () => `${vmaName(vma)} ends too late`);
    const err = split_vma(k, vma, end, false);
    if (err) {
      k.leave('return:ERR_PTR(err) #2', () => 'out of memory; what has been split off below stays split');
      return err;
    }
  }
  k.leave('return:vma', () => `${vmaName(vma)} is the range`);
  return vma;
}
