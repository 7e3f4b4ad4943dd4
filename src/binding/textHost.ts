/** What the built-in headers call: passed on to the kernel of the run that is under way. */
import { address, type KernelHost, type SlabCache } from '../interpreter/builtins/host';
import type { MapleTrees } from '../interpreter/builtins/mapleTree';
import type { CMachine } from '../interpreter/machine';
import type { Place } from '../interpreter/problem';
import type { Value } from '../interpreter/value';
import type { rmap_walk_control } from '../simulation/kernel';
import type { BoundKernel } from './boundKernel';
import type { MmapLocks } from './headers/mmapLock';
import type { PageTables } from './headers/pageTables';
import type { VmaView } from './views';

export class TextHost implements KernelHost, MmapLocks, PageTables {
  #kernel: BoundKernel | null = null;
  #machine: CMachine | null = null;
  /** Walks under way, the innermost last. */
  readonly #walks: rmap_walk_control[] = [];

  constructor(private readonly trees: MapleTrees) {}

  bind(machine: CMachine, kernel: BoundKernel): void {
    this.#machine = machine;
    this.#kernel = kernel;
    this.#walks.length = 0;
  }

  get #k(): BoundKernel {
    if (!this.#kernel) throw new Error('the text runs before its kernel is there');
    return this.#kernel;
  }

  get #m(): CMachine {
    if (!this.#machine) throw new Error('the text runs before its machine is there');
    return this.#machine;
  }

  allocate(cache: SlabCache, sleeps: boolean, site: Place | null): number {
    return this.#k.allocateFor(cache, sleeps, site);
  }
  release(_: SlabCache | null, at: number, site: Place | null): void {
    this.#k.release(at, site);
  }
  lock(action: 'acquire' | 'release' | 'contended', mode: 'read' | 'write', at: number): void {
    this.#k.noteLock(action, mode, at);
  }
  warn(macro: string, expression: string, fires: boolean): void {
    this.#k.warn_on(macro, expression, fires);
  }
  treeChanged(tree: number): void {
    this.#k.treeChanged(tree);
  }
  intervalChanged(_node: number, root: number): void {
    this.#k.intervalChanged(root);
  }

  startWrite(vma: number): void {
    this.#k.startWrite(vma);
  }
  isWriteLocked(vma: number): boolean {
    return this.#k.isWriteLocked(vma);
  }
  writeLock(mm: number): void {
    this.#k.writeLock(mm);
  }
  writeUnlock(mm: number): void {
    this.#k.writeUnlock(mm);
  }
  downgrade(mm: number): void {
    this.#k.downgrade(mm);
  }
  readLock(mm: number): void {
    this.#k.readLock(mm);
  }
  readUnlock(mm: number): void {
    this.#k.readUnlock(mm);
  }

  /** Runs a walk whose rmap_one() is the simulation's. */
  walking(rwc: rmap_walk_control, walk: () => void): void {
    this.#walks.push(rwc);
    try {
      walk();
    } finally {
      this.#walks.pop();
    }
  }

  rmapOne(vma: number, at: number): boolean {
    const view = this.#k.objects.viewAt(vma);
    const rwc = this.#walks.at(-1);
    if (view?.kind !== 'vma' || !rwc) return true;
    return rwc.rmap_one(view, this.#k.objects.pages(at));
  }

  unmapVmas(args: readonly Value[]): void {
    const { vmas } = this.#unmapped(args);
    this.#k.f.unmap_vmas(this.#k, vmas);
  }

  freePageTables(args: readonly Value[]): void {
    const { vmas, locked } = this.#unmapped(args);
    this.#k.f.free_pgtables(this.#k, vmas, locked);
  }

  /**
   * The VMAs that go, and whether the mmap lock is held for writing. Since 7.0 a struct unmap_desc says so; before, the first VMA and a
   * tree state (6.x) or the tree itself (6.1) are arguments.
   */
  #unmapped(args: readonly Value[]): { vmas: VmaView[]; locked: boolean } {
    const m = this.#m;
    const [, second, third] = args.map(address);
    const at = second ?? 0;
    if (m.hasMember('struct unmap_desc', 'first') && args.length === 2) {
      const field = (path: string): number => at + m.offsetOf('struct unmap_desc', path);
      const state = m.memory.pointer(field('mas'));
      const locked = m.memory.u8(field('mm_wr_locked')) !== 0;
      const end = Number(m.memory.u64(field('tree_end')));
      return { vmas: this.#from(m.memory.pointer(field('first')), state, end), locked };
    }
    if (!m.has('do_mas_munmap')) {
      const locked = args.length > 5 && args.at(-1) === 1;
      return { vmas: this.#from(third ?? 0, at, Number.POSITIVE_INFINITY), locked };
    }
    const first = this.#k.objects.viewAt(third ?? 0);
    if (first?.kind !== 'vma') return { vmas: [], locked: false };
    return {
      vmas: this.#behind(first, at, this.#k.objects.bytes(first.vm_end), Number.POSITIVE_INFINITY),
      locked: false,
    };
  }

  /** The first VMA, then those that a tree state stands before. */
  #from(first: number, state: number, end: number): VmaView[] {
    const m = this.#m;
    const view = this.#k.objects.viewAt(first);
    if (view?.kind !== 'vma') return [];
    const tree = m.memory.pointer(state + m.offsetOf('struct ma_state', 'tree'));
    const index = Number(m.memory.u64(state + m.offsetOf('struct ma_state', 'index')));
    return this.#behind(view, tree, index, end === 0 ? Number.POSITIVE_INFINITY : end);
  }

  #behind(first: VmaView, tree: number, index: number, end: number): VmaView[] {
    const vmas = [first];
    for (const range of this.trees.ranges(tree)) {
      if (range.start < index || range.start >= end) continue;
      const vma = this.#k.objects.viewAt(range.entry);
      if (vma?.kind === 'vma' && vma !== first) vmas.push(vma);
    }
    return vmas;
  }
}
