/**
 * The engine that runs the text of a kernel tree: functions of mm/rmap.c and of the VMA layer as they stand in the files, on top of the
 * simulation's page tables, faults, fork and exit order.
 */
import { builtinHeaders } from '../interpreter/builtins/headers';
import type { BuiltinHeader } from '../interpreter/builtins/host';
import { MapleTrees } from '../interpreter/builtins/mapleTree';
import type { Configuration } from '../interpreter/condition';
import { CMachine, DEFAULT_LIMITS, type Limits } from '../interpreter/machine';
import { Stop } from '../interpreter/problem';
import { Program, ProgramCache } from '../interpreter/program';
import { Simulation } from '../simulation/engine';
import type { KernelFunctions, Profile } from '../simulation/kernel';
import { findProfile } from '../simulation/profiles';
import type { KernelParser } from '../source/parser';
import type { EngineName, Observer, Operation, OperationResult } from '../trace/engine';
import { RunStopped } from '../trace/recorder';
import { asView, BoundKernel } from './boundKernel';
import { generatedTrees } from './generatedTrees';
import { mmapLock } from './headers/mmapLock';
import { fs, mmTypes, sched } from './headers/mmTypes';
import { outside } from './headers/outside';
import { pageTables } from './headers/pageTables';
import { StepReporter } from './stepReporter';
import { BrokenState, type TextTypes } from './structLayout';
import { TextFunctions } from './textFunctions';
import { TextHost } from './textHost';
import { CONFIGURATION } from './treeFiles';

export interface TextOptions {
  readonly parser: KernelParser;
  /** Text by path from the root of the tree: those of `TREE_FILES` that the tree has. */
  readonly files: ReadonlyMap<string, string>;
  /** Id of the simulation profile that lies below the text (src/source/kernelTree.ts). */
  readonly profile: string;
  readonly configuration?: Configuration;
  /** Kept by whoever compiles one state of the text after the other. */
  readonly cache?: ProgramCache;
  readonly limits?: Limits;
  /** C that supplies what the text uses and nothing has. */
  readonly stubs?: string;
  /** One sentence: how whoever runs this supplies a stub for something. */
  readonly wayOut?: (what: string) => string;
}

/** What is set up before the first operation, where the text has it. */
const BOOT = ['anon_vma_init', 'vma_state_init'];

/** C text that is ready to run; makes one engine after the other. */
export class KernelText {
  readonly machine: CMachine;
  readonly #trees = new MapleTrees();
  readonly #host = new TextHost(this.#trees);
  readonly #functions: TextFunctions;
  readonly #profile: Profile;
  readonly #types: TextTypes;
  readonly #wayOut: (what: string) => string;
  #kernel: BoundKernel | null = null;
  #table: KernelFunctions | null = null;

  private constructor(options: TextOptions, profile: Profile) {
    const { files } = options;
    const headers = this.#headers(files, options.stubs ?? '');
    const program = new Program({
      parser: options.parser,
      configuration: options.configuration ?? CONFIGURATION,
      builtins: new Map(headers.map(({ header, c }) => [`built-in ${header}`, c])),
      files,
      cache: options.cache ?? new ProgramCache(),
    });
    this.machine = new CMachine(program, headers, options.limits ?? DEFAULT_LIMITS);
    this.#types = typesOf(this.machine);
    this.#profile = profile;
    this.#wayOut = options.wayOut ?? (() => '');
    this.#functions = new TextFunctions(this.machine, this.#host, () => this.kernel);
  }

  /** Reads the text, or says in one sentence why it cannot be run. */
  static open(options: TextOptions): KernelText | { readonly problem: string } {
    const profile = findProfile(options.profile);
    if (typeof profile === 'string') return { problem: profile };
    const text = new KernelText(options, profile);
    try {
      text.start();
    } catch (error) {
      return { problem: whyNot(error) };
    }
    return text;
  }

  #headers(files: ReadonlyMap<string, string>, stubs: string): BuiltinHeader[] {
    const countsReaders = /\bvm_refcnt\b/.test(files.get('include/linux/mm_types.h') ?? '');
    return [
      { header: 'stubs', doc: 'supplied by a setting', c: stubs, natives: {} },
      ...builtinHeaders(this.#host, this.#trees),
      mmTypes,
      fs,
      sched,
      mmapLock(this.#host, countsReaders),
      outside,
      pageTables(this.#host),
      {
        header: 'generated interval trees',
        doc: 'functions that macros of the text define',
        c: generatedTrees(files.values()),
        natives: {},
      },
      {
        header: 'boot',
        doc: 'the slab of VMAs, for kernels that make it among many others',
        c:
          'static void __rl_make_vma_cache(void) { vm_area_cachep = KMEM_CACHE(vm_area_struct, 0); }\n' +
          'static void __rl_make_vma_lock_cache(void) { vma_lock_cachep = KMEM_CACHE(vma_lock, 0); }\n',
        natives: {},
      },
    ];
  }

  /** True when runs take the function from the text, and not from us. */
  hasInText(name: string): boolean {
    return this.machine.isFromText(name);
  }

  get kernel(): BoundKernel {
    if (!this.#kernel) throw new Error('no run was started');
    return this.#kernel;
  }

  /** Begins anew with empty memory. Returns the engine of the run; the one before can no longer be used. */
  start(): Interpreter {
    this.machine.reset();
    this.#trees.clear();
    this.#functions.reset();
    this.#table ??= this.#functions.table(this.#profile.functions);
    const profile: Profile = { ...this.#profile, functions: this.#table, absent: this.#functions.absent() };
    this.#kernel = new BoundKernel(profile, this.machine, this.#types, this.#trees);
    this.#host.bind(this.machine, this.#kernel);
    for (const name of BOOT) if (this.machine.has(name)) this.machine.call(name, []);
    if (!this.machine.has('vma_state_init')) this.machine.call('__rl_make_vma_cache', []);
    if (this.machine.has('vma_lock_alloc')) this.machine.call('__rl_make_vma_lock_cache', []);
    return new Interpreter(profile, this.#kernel, this.machine, this.#wayOut);
  }
}

function typesOf(machine: CMachine): TextTypes {
  return {
    sizeOf: (tag) => {
      const size = machine.sizeOf(tag);
      return Number.isFinite(size) ? size : undefined;
    },
    member: (tag, path) => (machine.hasMember(tag, path) ? machine.member(tag, path) : undefined),
    constant: (expression) => machine.constant(expression),
  };
}

function whyNot(error: unknown): string {
  if (error instanceof Stop || error instanceof BrokenState) return error.message;
  throw error;
}

/** One run of the text. */
export class Interpreter extends Simulation {
  override readonly name: EngineName = 'interpreter';
  readonly #bound: BoundKernel;
  #unsupported: string | null = null;
  readonly #steps: StepReporter;

  constructor(
    profile: Profile,
    kernel: BoundKernel,
    private readonly machine: CMachine,
    private readonly wayOut: (what: string) => string = () => '',
  ) {
    super(profile, kernel);
    this.#bound = kernel;
    this.#steps = new StepReporter(machine, kernel);
  }

  /** Why the text could not be run any further, apart from what it does itself; null when it could. */
  get unsupported(): string | null {
    return this.#unsupported;
  }

  override apply(operation: Operation, observer: Observer | null): OperationResult {
    this.machine.hooks = observer ? this.#steps : null;
    this.#steps.begin(observer);
    try {
      const result = super.apply(operation, observer);
      this.#bound.recording.flush();
      return result;
    } catch (error) {
      if (error instanceof BrokenState) throw new RunStopped(error.message);
      if (error instanceof Stop) {
        const sentence = this.#sentence(error);
        if (error.reason === 'unsupported') this.#unsupported = sentence;
        throw new RunStopped(sentence);
      }
      throw error;
    } finally {
      this.machine.hooks = null;
    }
  }

  protected override running(mm: Parameters<Simulation['running']>[0]): void {
    const view = asView(mm);
    if (view.kind === 'mm') this.#bound.setRunning(view);
  }

  /** Why a run ended early, with the place. */
  #sentence({ reason, message, place, what }: Stop): string {
    const at = place && place.file !== '' ? ` (${this.#steps.lineOf(place)})` : '';
    const said = message.replace(/\.$/, '');
    const wayOut = reason === 'unsupported' && what ? ` ${this.wayOut(what)}` : '';
    return `${said}${at}.${wayOut}`.trimEnd();
  }
}
