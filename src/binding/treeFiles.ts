/** The files of a kernel tree that a run reads, and the kernel configuration that it is read with. */
import type { Configuration } from '../interpreter/condition';

/**
 * In the order in which they are asked for a name; a tree has not all of them. Code first, so that what it defines for itself wins over
 * declarations elsewhere.
 */
export const TREE_FILES: readonly string[] = [
  'mm/rmap.c',
  'mm/vma.c',
  'mm/vma.h',
  'mm/vma_init.c',
  'mm/interval_tree.c',
  'mm/internal.h',
  'include/linux/rmap.h',
  'include/linux/mm_types.h',
  'include/linux/mm.h',
  'include/linux/mm_inline.h',
  'include/linux/pagemap.h',
  'include/linux/sched/coredump.h',
  'include/linux/mman.h',
  'mm/mmap.c',
  'mm/util.c',
  'kernel/fork.c',
];

/** The configuration of the compiled kernel that engines are compared with: x86-64, debug checks on, no extras. */
const SETTINGS: Readonly<Record<string, string>> = {
  CONFIG_64BIT: 'y',
  CONFIG_X86_64: 'y',
  CONFIG_MMU: 'y',
  CONFIG_SMP: 'y',
  CONFIG_PER_VMA_LOCK: 'y',
  CONFIG_DEBUG_VM: 'y',
  CONFIG_ARCH_HAS_PKEYS: 'n',
};

export const CONFIGURATION: Configuration = new Map(Object.entries(SETTINGS));

/** Settings of a `.config` file, laid over the table. */
export function configurationFrom(text: string): Configuration {
  const settings = new Map(CONFIGURATION);
  for (const line of text.split('\n')) {
    const set = /^(CONFIG_\w+)=(.*)$/.exec(line.trim());
    const unset = /^# (CONFIG_\w+) is not set$/.exec(line.trim());
    if (set) settings.set(set[1] ?? '', (set[2] ?? '').replace(/^"(.*)"$/, '$1'));
    else if (unset) settings.set(unset[1] ?? '', 'n');
  }
  return settings;
}
