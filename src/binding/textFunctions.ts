/**
 * The simulation's function table with the functions of the text in it. Each call puts its arguments together by the names that the text
 * gives its parameters, so that the signatures of several kernels fit without asking which one it is.
 */
import type { CMachine } from '../interpreter/machine';
import { Stop } from '../interpreter/problem';
import type { Value } from '../interpreter/value';
import type { Kernel, KernelFunctions, rmap_walk_control, vma_operation } from '../simulation/kernel';
import type { KernelObject, mm_struct, vm_area_struct } from '../simulation/objects';
import { asView, type BoundKernel } from './boundKernel';
import type { TextHost } from './textHost';
import type { AnonVmaView, View, VmaView } from './views';

/** Bytes of memory for what calls pass by address. */
const SCRATCH = 4096;
const ERRORS = 4095;

/** Functions that change chains and trees, which belong to the text. */
const TEXT_ONLY = [
  ...['anon_vma_prepare', '__anon_vma_prepare', 'anon_vma_clone', 'anon_vma_fork', 'unlink_anon_vmas'],
  ...['check_anon_vma_clone', 'maybe_reuse_anon_vma', 'cleanup_partial_anon_vmas', 'find_mergeable_anon_vma'],
  ...[
    'folio_get_anon_vma',
    'folio_lock_anon_vma_read',
    'rmap_walk_anon',
    'vm_area_alloc',
    'vm_area_dup',
    'vm_area_free',
    'remove_vma',
    'dup_anon_vma',
  ],
  ...['__split_vma', 'vma_modify_flags', 'do_vmi_munmap', '__mmap_region', 'copy_vma'],
] as const satisfies readonly (keyof KernelFunctions)[];

/** The way from a folio to its locked anon_vma, newest name first. */
const LOCK_ANON_VMA_READ = ['folio_lock_anon_vma_read', 'page_lock_anon_vma_read'];

/** Those that a scenario can call by name. */
const CALLED_ALONE = [
  ...['anon_vma_prepare', '__anon_vma_prepare', 'anon_vma_clone', 'anon_vma_fork', 'unlink_anon_vmas'],
  ...['check_anon_vma_clone', 'maybe_reuse_anon_vma', 'cleanup_partial_anon_vmas', 'find_mergeable_anon_vma'],
  ...['dup_anon_vma', '__split_vma', 'reusable_anon_vma', 'copy_vma'],
  ...['get_anon_vma', 'put_anon_vma', '__put_anon_vma'],
];

/** What an argument is by the name of its parameter. */
type Arguments = Readonly<Record<string, Value>>;

export class TextFunctions {
  #scratch = 0;
  #used = 0;

  constructor(
    private readonly machine: CMachine,
    private readonly host: TextHost,
    private readonly bound: () => BoundKernel,
  ) {}

  /** Before each run: memory of the run before is gone. */
  reset(): void {
    this.#scratch = 0;
    this.#used = 0;
  }

  // ---- calls ---------------------------------------------------------------------------------------------------

  /** Calls a function with arguments by parameter name. */
  #call(name: string, given: Arguments): Value {
    const parameters = this.machine.typeOfFunction(name)?.parameters ?? [];
    const args = parameters.map((parameter) => {
      const value = given[parameter.name];
      if (value === undefined)
        throw new Stop(
          'unsupported',
          `${name}() takes an argument ${parameter.name} that nobody knows how to give`,
          null,
          `${name}.${parameter.name}`,
        );
      return value;
    });
    return this.machine.call(name, args);
  }

  /** Runs `work` with memory that is given back afterwards. */
  #withScratch<T>(work: (reserve: (size: number) => number) => T): T {
    const { memory } = this.machine;
    this.#scratch ||= memory.allocate(SCRATCH, { kind: 'argument', zeroed: true });
    const before = this.#used;
    try {
      return work((size) => {
        const at = this.#scratch + this.#used;
        this.#used += Math.ceil(size / 16) * 16;
        if (this.#used > SCRATCH) throw new Error('too many arguments by address');
        this.bound().objects.quietly(() => memory.fill(at, 0, size));
        return at;
      });
    } finally {
      this.#used = before;
    }
  }

  /** A `struct vma_iterator` (or the `struct ma_state` in it) that begins at a page. */
  #iterator(reserve: (size: number) => number, mm: mm_struct, page: number): number {
    const m = this.machine;
    const at = reserve(m.sizeOf('struct ma_state'));
    const { objects } = this.bound();
    const view = asView(mm);
    if (view.kind !== 'mm') return at;
    objects.setU64(at + m.offsetOf('struct ma_state', 'tree'), view.tree);
    objects.setU64(at + m.offsetOf('struct ma_state', 'index'), objects.bytes(page));
    objects.setU64(at + m.offsetOf('struct ma_state', 'last'), objects.bytes(page));
    return at;
  }

  #has(name: string): boolean {
    return this.machine.has(name);
  }

  #viewAt(value: Value): View | null {
    return typeof value === 'number' ? this.bound().objects.viewAt(value) : null;
  }

  #vmaAt(value: Value): VmaView | null {
    const view = this.#viewAt(value);
    return view?.kind === 'vma' ? view : null;
  }

  // ---- the table ---------------------------------------------------------------------------------------------

  /** `functions` with those of the text in place of the simulation's, as far as the text has them. */
  table(functions: KernelFunctions): KernelFunctions {
    return { ...functions, ...this.#missing(), ...this.#rmap(), ...this.#vmas(), ...this.#ranges() };
  }

  /** Functions that can be called alone, and that this text does not have. */
  absent(): string[] {
    return CALLED_ALONE.filter((name) => !this.#has(name));
  }

  /** What only the text can do ends the run where the text lacks it. */
  #missing(): Partial<KernelFunctions> {
    const stop = (role: string) => (): never => {
      throw new Stop('unsupported', `the text that is read has no function ${role}()`, null, role);
    };
    return Object.fromEntries(TEXT_ONLY.map((role) => [role, stop(role)])) as Partial<KernelFunctions>;
  }

  /** The entry `role` of the table, if the text has a function of one of the names. */
  #if<F>(names: readonly string[], make: (name: string) => F): F | Record<string, never> {
    const name = names.find((candidate) => this.#has(candidate));
    return name === undefined ? {} : make(name);
  }

  #rmap(): Partial<KernelFunctions> {
    const of = addressOf;
    return {
      ...this.#if(['anon_vma_prepare'], (name) => ({
        anon_vma_prepare: (_: Kernel, vma: vm_area_struct) => errorOf(this.#call(name, { vma: of(vma) })),
      })),
      ...this.#if(['__anon_vma_prepare'], (name) => ({
        __anon_vma_prepare: (_: Kernel, vma: vm_area_struct) => errorOf(this.#call(name, { vma: of(vma) })),
      })),
      ...this.#if(['check_anon_vma_clone'], (name) => ({
        check_anon_vma_clone: (
          _: Kernel,
          dst: vm_area_struct,
          src: vm_area_struct,
          operation: vma_operation,
        ) => {
          this.#call(name, { dst: of(dst), src: of(src), operation: this.#operation(operation) });
        },
      })),
      ...this.#if(['maybe_reuse_anon_vma'], (name) => ({
        maybe_reuse_anon_vma: (_: Kernel, dst: vm_area_struct, anon_vma: KernelObject) => {
          this.#call(name, { dst: of(dst), anon_vma: of(anon_vma) });
        },
      })),
      ...this.#if(['anon_vma_clone'], (name) => ({
        anon_vma_clone: (_: Kernel, dst: vm_area_struct, src: vm_area_struct, operation: vma_operation) =>
          errorOf(this.#call(name, { dst: of(dst), src: of(src), operation: this.#operation(operation) })),
      })),
      ...this.#if(['anon_vma_fork'], (name) => ({
        anon_vma_fork: (_: Kernel, vma: vm_area_struct, pvma: vm_area_struct) =>
          errorOf(this.#call(name, { vma: of(vma), pvma: of(pvma) })),
      })),
      ...this.#if(['cleanup_partial_anon_vmas'], (name) => ({
        cleanup_partial_anon_vmas: (_: Kernel, vma: vm_area_struct) => {
          this.#call(name, { vma: of(vma) });
        },
      })),
      ...this.#if(['unlink_anon_vmas'], (name) => ({
        unlink_anon_vmas: (_: Kernel, vma: vm_area_struct) => {
          this.#call(name, { vma: of(vma) });
        },
      })),
      ...this.#if(['folio_get_anon_vma', 'page_get_anon_vma'], (name) => ({
        folio_get_anon_vma: (_: Kernel, folio: KernelObject) => {
          const view = this.#viewAt(this.#call(name, { folio: of(folio), page: of(folio) }));
          return view?.kind === 'anon_vma' ? view : null;
        },
      })),
      ...Object.fromEntries(
        ['get_anon_vma', '__put_anon_vma', 'put_anon_vma']
          .filter((name) => this.#has(name))
          .map((name) => [
            name,
            (_: Kernel, anon_vma: KernelObject) => {
              this.#call(name, { anon_vma: of(anon_vma) });
            },
          ]),
      ),
      ...this.#if(LOCK_ANON_VMA_READ, (name) => ({
        folio_lock_anon_vma_read: (_: Kernel, folio: KernelObject, rwc: rmap_walk_control | null) =>
          this.#lockAnonVma(name, of(folio), rwc),
      })),
      ...this.#if(['rmap_walk_anon'], (name) => ({
        rmap_walk_anon: (_: Kernel, folio, rwc) => {
          this.#walk(name, of(folio), rwc);
        },
      })),
    } as Partial<KernelFunctions>;
  }

  /** An enumerator of the text; a kernel that has none takes no such argument. */
  #operation(operation: vma_operation): Value {
    return this.machine.constant(operation) ?? 0;
  }

  /** A `struct rmap_walk_control` whose rmap_one() is the simulation's. */
  #control(reserve: (size: number) => number, { try_lock }: rmap_walk_control): number {
    const m = this.machine;
    const control = reserve(m.sizeOf('struct rmap_walk_control'));
    const { objects } = this.bound();
    const field = (path: string): number => control + m.offsetOf('struct rmap_walk_control', path);
    objects.setU64(field('rmap_one'), m.functionPointer('__rl_rmap_one'));
    const lock = LOCK_ANON_VMA_READ.find((one) => this.#has(one));
    if (lock !== undefined && m.hasMember('struct rmap_walk_control', 'anon_lock'))
      objects.setU64(field('anon_lock'), m.functionPointer(lock));
    if (m.hasMember('struct rmap_walk_control', 'try_lock'))
      objects.setU8(field('try_lock'), Number(try_lock));
    return control;
  }

  #walk(name: string, folio: number, rwc: rmap_walk_control): void {
    this.#withScratch((reserve) => {
      const control = this.#control(reserve, rwc);
      this.host.walking(rwc, () => {
        this.#call(name, { folio, page: folio, rwc: control, locked: 0 });
      });
    });
  }

  #lockAnonVma(name: string, folio: number, rwc: rmap_walk_control | null): AnonVmaView | null {
    return this.#withScratch((reserve) => {
      const control = rwc ? this.#control(reserve, rwc) : 0;
      const view = this.#viewAt(this.#call(name, { folio, page: folio, rwc: control }));
      return view?.kind === 'anon_vma' ? view : null;
    });
  }

  /** Making, copying, freeing VMAs, and what asks about two of them. */
  #vmas(): Partial<KernelFunctions> {
    const of = addressOf;
    return {
      ...this.#if(['vm_area_alloc'], (name) => ({
        vm_area_alloc: (_: Kernel, mm: mm_struct) => this.#vmaAt(this.#call(name, { mm: of(mm) })),
      })),
      ...this.#if(['vm_area_dup'], (name) => ({
        vm_area_dup: (_: Kernel, orig: vm_area_struct) => this.#vmaAt(this.#call(name, { orig: of(orig) })),
      })),
      ...this.#if(['vm_area_free'], (name) => ({
        vm_area_free: (_: Kernel, vma: vm_area_struct) => {
          this.#call(name, { vma: of(vma) });
        },
      })),
      ...this.#if(['remove_vma'], (name) => ({
        remove_vma: (_: Kernel, vma: vm_area_struct) => {
          this.#call(name, { vma: of(vma), unreachable: 0 });
        },
      })),
      ...this.#if(['find_mergeable_anon_vma'], (name) => ({
        find_mergeable_anon_vma: (_: Kernel, vma: vm_area_struct) => {
          const view = this.#viewAt(this.#call(name, { vma: of(vma) }));
          return view?.kind === 'anon_vma' ? view : null;
        },
      })),
      ...this.#if(['reusable_anon_vma'], (name) => ({
        reusable_anon_vma: (_: Kernel, old: vm_area_struct, a: vm_area_struct, b: vm_area_struct) => {
          const view = this.#viewAt(this.#call(name, { old: of(old), a: of(a), b: of(b) }));
          return view?.kind === 'anon_vma' ? view : null;
        },
      })),
      ...this.#if(['dup_anon_vma'], (name) => ({
        dup_anon_vma: (
          _: Kernel,
          dst: vm_area_struct,
          src: vm_area_struct,
          dup: { vma: vm_area_struct | null },
        ) =>
          this.#withScratch((reserve) => {
            const at = reserve(8);
            const ret = errorOf(this.#call(name, { dst: of(dst), src: of(src), dup: at }));
            dup.vma = this.#vmaAt(this.bound().objects.pointer(at));
            return ret;
          }),
      })),
    };
  }

  /** vma_modify_flags(), with the books that its caller keeps about accounted pages. */
  #modifying(
    modify: (
      prev: vm_area_struct | null,
      vma: vm_area_struct,
      start: number,
      end: number,
      flags: number,
    ) => VmaView | number,
  ): Partial<KernelFunctions> {
    return {
      vma_modify_flags: (_, prev, vma, start, end, flags) =>
        this.#accounted(vma, end - start, flags, () => modify(prev, vma, start, end, flags)),
    };
  }

  /** What changes the ranges of an address space. */
  #ranges(): Partial<KernelFunctions> {
    return {
      ...this.#if(['__split_vma'], (name) => ({
        __split_vma: (_: Kernel, vma: vm_area_struct, addr: number, new_below: boolean) =>
          this.#split(name, vma, addr, new_below),
      })),
      ...(this.#has('vma_modify_flags')
        ? this.#modifying((...range) => this.#modifyFlags('vma_modify_flags', ...range))
        : this.#if(['vma_merge'], (name) =>
            this.#modifying((...range) => this.#mergeOrSplit(name, ...range)),
          )),
      ...this.#if(['do_vmi_munmap', 'do_mas_munmap'], (name) => ({
        do_vmi_munmap: (_: Kernel, mm: mm_struct, start: number, len: number, unlock: boolean) =>
          this.#munmap(name, mm, start, len, unlock),
      })),
      ...this.#if(['mmap_region', '__mmap_region'], (name) => ({
        __mmap_region: (
          _: Kernel,
          _mm: mm_struct,
          addr: number,
          len: number,
          flags: number,
          pgoff: number,
          file: KernelObject | null,
        ) => this.#mmap(name, addr, len, flags, pgoff, file),
      })),
      ...this.#if(['copy_vma'], (name) => ({
        copy_vma: (_: Kernel, ...args: CopyArguments) => this.#copy(name, ...args),
      })),
    };
  }

  #split(name: string, vma: vm_area_struct, addr: number, new_below: boolean): number {
    const { objects } = this.bound();
    return this.#withScratch((reserve) => {
      const iterator = this.#iterator(reserve, vma.vm_mm, vma.vm_start);
      // the iterator of a caller stands at the VMA
      if (this.#has('mas_walk')) this.machine.call('mas_walk', [iterator]);
      const mm = addressOf(vma.vm_mm);
      const at = objects.bytes(addr);
      return errorOf(
        this.#call(name, { vmi: iterator, mm, vma: addressOf(vma), addr: at, new_below: Number(new_below) }),
      );
    });
  }

  /** mprotect_fixup() moves the pages of the range from one count to the other, once they have their flags. */
  #accounted(
    vma: vm_area_struct,
    pages: number,
    flags: number,
    modify: () => VmaView | number,
  ): VmaView | number {
    const before = viewOfVma(vma).textFlags;
    const after = this.bound().objects.flags.toText(flags, before);
    const modified = modify();
    if (typeof modified === 'number') return modified;
    modified.mmOrNull?.account(before, -pages);
    modified.mmOrNull?.account(after, pages);
    return modified;
  }

  #modifyFlags(
    name: string,
    prev: vm_area_struct | null,
    vma: vm_area_struct,
    start: number,
    end: number,
    flags: number,
  ): VmaView | number {
    const { objects } = this.bound();
    return this.#withScratch((reserve) => {
      const vmi = this.#iterator(reserve, vma.vm_mm, vma.vm_start);
      if (this.#has('mas_walk')) this.machine.call('mas_walk', [vmi]);
      const bits = textFlags(objects.flags.toText(flags, viewOfVma(vma).textFlags));
      const pointer = reserve(8);
      objects.setU64(pointer, bits);
      const result = this.#call(name, {
        vmi,
        prev: addressOf(prev),
        vma: addressOf(vma),
        start: objects.bytes(start),
        end: objects.bytes(end),
        new_flags: bits,
        vma_flags: pointer,
        vma_flags_ptr: pointer,
        vm_flags_ptr: pointer,
      });
      return this.#vmaOrError(result);
    });
  }

  #vmaOrError(result: Value): VmaView | number {
    const error = errorPointer(result);
    return error ?? this.#vmaAt(result) ?? -22;
  }

  /** Before vma_modify_flags(): what mprotect_fixup() and madvise_update_vma() each do themselves. */
  #mergeOrSplit(
    name: string,
    prev: vm_area_struct | null,
    vma: vm_area_struct,
    start: number,
    end: number,
    flags: number,
  ): VmaView | number {
    const { objects } = this.bound();
    const view = viewOfVma(vma);
    const bits = textFlags(objects.flags.toText(flags, view.textFlags));
    const merged = this.#call(name, {
      mm: addressOf(vma.vm_mm),
      prev: addressOf(prev),
      addr: objects.bytes(start),
      end: objects.bytes(end),
      vm_flags: bits,
      anon_vma: addressOf(vma.anon_vma),
      file: addressOf(vma.vm_file),
      pgoff: vma.vm_pgoff + start - vma.vm_start,
      policy: 0,
      vm_userfaultfd_ctx: this.#nothing(),
      anon_name: 0,
    });
    const target = this.#vmaAt(merged);
    if (target) return target;
    if (start !== vma.vm_start) {
      const error = this.#split('split_vma', vma, start, true);
      if (error) return error;
    }
    if (end !== vma.vm_end) {
      const error = this.#split('split_vma', vma, end, false);
      if (error) return error;
    }
    return view;
  }

  /** An empty struct as an argument. */
  #nothing(): number {
    return this.#withScratch((reserve) => reserve(8));
  }

  #munmap(name: string, mm: mm_struct, start: number, len: number, unlock: boolean): number {
    const { objects } = this.bound();
    return this.#withScratch((reserve) => {
      const iterator = this.#iterator(reserve, mm, start);
      const ret = errorOf(
        this.#call(name, {
          vmi: iterator,
          mas: iterator,
          mm: addressOf(mm),
          start: objects.bytes(start),
          len: objects.bytes(len),
          uf: 0,
          unlock: Number(unlock),
          downgrade: Number(unlock),
        }),
      );
      // before 6.5, 1 says that the lock was downgraded
      return ret > 0 ? 0 : ret;
    });
  }

  #mmap(
    name: string,
    addr: number,
    len: number,
    flags: number,
    pgoff: number,
    file: KernelObject | null,
  ): number {
    const { objects } = this.bound();
    return this.#withScratch((reserve) => {
      const bits = textFlags(objects.flags.toText(flags, objects.flags.mayAccess));
      const struct = reserve(8);
      objects.setU64(struct, bits);
      const result = this.#call(name, {
        file: addressOf(file),
        addr: objects.bytes(addr),
        len: objects.bytes(len),
        vm_flags: bits,
        vma_flags: struct,
        pgoff,
        uf: 0,
      });
      return errorPointer(result) ?? 0;
    });
  }

  #copy(
    name: string,
    ...[vmap, addr, len, pgoff, anon_pgoff, pmc, keep_source]: CopyArguments
  ): VmaView | null {
    const { objects } = this.bound();
    return this.#withScratch((reserve) => {
      const [source, locks] = [reserve(8), reserve(8)];
      objects.setU64(source, addressOf(vmap.vma));
      const result = this.#call(name, {
        vmap: source,
        addr: objects.bytes(addr),
        len: objects.bytes(len),
        pgoff,
        anon_pgoff,
        need_rmap_locks: locks,
        keep_source: Number(keep_source),
      });
      const replaced = this.#vmaAt(objects.pointer(source));
      if (replaced) vmap.vma = replaced;
      pmc.need_rmap_locks = objects.u8(locks) !== 0;
      const copy = this.#vmaAt(result);
      copy?.mmOrNull?.account(copy.textFlags, len);
      return copy;
    });
  }
}

type CopyArguments = [
  vmap: { vma: vm_area_struct },
  addr: number,
  len: number,
  pgoff: number,
  anon_pgoff: number,
  pmc: { need_rmap_locks: boolean },
  keep_source: boolean,
];

function addressOf(object: KernelObject | null): number {
  return object ? asView(object).address : 0;
}

function viewOfVma(vma: vm_area_struct): VmaView {
  const view = asView(vma);
  if (view.kind !== 'vma') throw new Error('not a VMA');
  return view;
}

/** Flags as a value of C. */
function textFlags(bits: bigint): Value {
  return bits <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(bits) : bits;
}

/** An int that a function returned. */
function errorOf(value: Value): number {
  return Number(value) | 0;
}

/** The negative errno of an error pointer, or undefined for anything else. */
function errorPointer(value: Value): number | undefined {
  const distance = typeof value === 'bigint' ? Number((1n << 64n) - value) : value < 0 ? -value : ERRORS + 1;
  return distance > 0 && distance <= ERRORS ? -distance : undefined;
}
