/**
 * Linux 7.3: what the functions of src/simulation are written after. Every VMA has an anonymous page offset of its own.
 */
import * as anonVma from '../anonVma';
import * as anonVmaFork from '../anonVmaFork';
import * as anonVmaObjects from '../anonVmaObjects';
import * as copyVma from '../copyVma';
import * as exit from '../exit';
import * as fault from '../fault';
import * as faultCopy from '../faultCopy';
import * as folioRmap from '../folioRmap';
import * as fork from '../fork';
import type { KernelFunctions, Profile } from '../kernel';
import * as lockVma from '../lockVma';
import * as madvise from '../madvise';
import * as mergeableAnonVma from '../mergeableAnonVma';
import * as mmap from '../mmap';
import * as mprotect from '../mprotect';
import * as mremap from '../mremap';
import * as munmap from '../munmap';
import * as unmap from '../unmap';
import * as vma from '../vma';
import * as vmaAlloc from '../vmaAlloc';
import * as vmaExpand from '../vmaExpand';
import * as vmaMerge from '../vmaMerge';
import * as vmaMergeState from '../vmaMergeState';
import * as vmaPrepare from '../vmaPrepare';
import * as vmaRange from '../vmaRange';
import * as vmaSplit from '../vmaSplit';
import * as walk from '../walk';
import { pieces6_12 } from './pieces6_12';

/** Every simulated function, as in 7.3. */
export const functions7_3: KernelFunctions = {
  ...pieces6_12,
  ...anonVma,
  ...anonVmaFork,
  ...anonVmaObjects,
  ...walk,
  ...lockVma,
  ...fault,
  ...faultCopy,
  ...folioRmap,
  ...fork,
  ...exit,
  ...vmaAlloc,
  ...vmaRange,
  ...mergeableAnonVma,
  ...vma,
  ...vmaPrepare,
  ...vmaMerge,
  ...vmaMergeState,
  ...vmaExpand,
  ...vmaSplit,
  ...copyVma,
  ...unmap,
  ...mmap,
  ...munmap,
  ...mprotect,
  ...mremap,
  ...madvise,
};

export const linux7_3: Profile = {
  id: '7.3',
  title: 'Linux 7.3',
  note: 'every VMA keeps the page offset of the anonymous reverse map apart from that in its file',
  functions: functions7_3,
  names: {},
  absent: [],
};
