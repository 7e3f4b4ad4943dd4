/**
 * Linux 6.1: the VMA layer before mm/vma.c, page faults under the mmap lock.
 */
import type { Profile } from '../kernel';
import * as fault6_1 from './fault6_1';
import * as fork6_1 from './fork6_1';
import { functions6_12, linux6_12 } from './linux6_12';
import * as rmap6_1 from './rmap6_1';
import { vmaFunctions6_1, vmaNames6_1 } from './vmaLayer6_1';

export const functions6_1 = {
  ...functions6_12,
  ...rmap6_1,
  ...fault6_1,
  ...fork6_1,
  ...vmaFunctions6_1,
};

export const linux6_1: Profile = {
  id: '6.1',
  title: 'Linux 6.1',
  note: 'the VMA layer before mm/vma.c, page faults under the mmap lock',
  functions: functions6_1,
  names: {
    ...linux6_12.names,
    ...vmaNames6_1,
    anon_vma_chain_assign: 'anon_vma_chain_link',
    folio_add_new_anon_rmap: 'page_add_new_anon_rmap',
    folio_move_anon_rmap: 'page_move_anon_rmap',
    __folio_set_anon: '__page_set_anon_rmap',
    set_pte_range: 'do_set_pte',
  },
  absent: [...linux6_12.absent, 'dup_anon_vma'],
  onePageOffset: true,
  noVmaLock: true,
};
