/** mm/memory.c below the text: taking page table entries away, and what follows from it, is the simulation's. */
import { address, type BuiltinHeader } from '../../interpreter/builtins/host';
import type { Value } from '../../interpreter/value';

/** Both get the arguments as the text passes them; kernels differ in what these are. */
export interface PageTables {
  unmapVmas(args: readonly Value[]): void;
  freePageTables(args: readonly Value[]): void;
  /** The rmap_one() of a walk. Returns whether to go on. */
  rmapOne(vma: number, page: number): boolean;
}

export function pageTables(tables: PageTables): BuiltinHeader {
  return {
    header: 'mm/memory.c',
    doc: 'page table entries go, then the links of their VMAs',
    c: `
void unmap_vmas(struct mmu_gather *tlb, ...);
void free_pgtables(struct mmu_gather *tlb, ...);
bool __rl_rmap_one(struct folio *folio, struct vm_area_struct *vma, unsigned long address, void *arg);
`,
    natives: {
      unmap_vmas(_, args) {
        tables.unmapVmas(args);
        return 0;
      },
      free_pgtables(_, args) {
        tables.freePageTables(args);
        return 0;
      },
      __rl_rmap_one: (_, [, vma, at]) => (tables.rmapOne(address(vma), address(at)) ? 1 : 0),
    },
  };
}
