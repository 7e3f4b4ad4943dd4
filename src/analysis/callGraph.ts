/**
 * Who calls whom among the files read, and what a function may do to locks, fields and memory, directly and through what it
 * calls: a quick look at the texts that says which calls have to be followed with care and which cannot matter.
 */
import { negationsIn } from '../source/conditionals';
import type { FunctionFact } from '../source/facts';
import type { FunctionPlace, TreeIndex } from '../source/treeIndex';
import { classOfField, type LockClass } from './lockClasses';
import { ALSO_FOLLOWED, PRIMITIVES } from './lockTable';

/** What the text of one function says by itself. */
interface DirectFacts {
  readonly callees: ReadonlySet<string>;
  /** Kinds of lock that primitives in it name. */
  readonly locks: ReadonlySet<LockClass>;
  /** Fields that it writes. */
  readonly writes: ReadonlySet<string>;
  /** Allocations that may sleep, as they are called. */
  readonly sleeping: string | undefined;
}

/** The same with everything it calls. */
export interface ReachedFacts {
  readonly locks: ReadonlySet<LockClass>;
  readonly writes: ReadonlySet<string>;
  /** Names of functions from the one asked for to the one that allocates, and that allocation. */
  readonly sleeping: readonly string[] | undefined;
}

/** One function of the tree with its text, comments included. */
export interface TreeFunction extends FunctionPlace {
  readonly text: string;
  readonly key: string;
}

interface FileFunctions {
  readonly text: string;
  readonly functions: readonly TreeFunction[];
  /** Functions assigned to a field by a designated initialiser, by the field. */
  readonly pointers: ReadonlyMap<string, ReadonlySet<string>>;
}

const COMMENT = /\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
const CALL = /\b([A-Za-z_]\w*)\s*\(/g;
const FIELD_WRITE =
  /(?:->|\.)\s*(\w+)(?:\[[^\]]*\])?\s*(?:(?:[-+*/|&^%]|<<|>>)?=(?!=)|\+\+|--)|(?:\+\+|--)[\w>.-]*?(?:->|\.)(\w+)(?=\s*[;,)])/g;
const STORE =
  /\b(?:WRITE_ONCE|smp_store_release|rcu_assign_pointer|RCU_INIT_POINTER|swap)\s*\([^,;]*?(?:->|\.)(\w+)\s*,/g;
const SLEEPING = /\b(\w*(?:alloc|dup|kzalloc|cache)\w*)\s*\([^;]*?\bGFP_KERNEL(?:_ACCOUNT)?\b/;
const POINTER = /\.(\w+)\s*=\s*&?(\w+)\s*[,}\n]/g;

function directFactsOf(text: string): DirectFacts {
  const code = text.replace(COMMENT, ' ');
  const body = code.slice(Math.max(0, code.indexOf('{')));
  const callees = new Set<string>();
  const locks = new Set<LockClass>();
  for (const match of body.matchAll(CALL)) {
    const name = match[1] ?? '';
    callees.add(name);
    const primitive = PRIMITIVES.get(name);
    if (primitive) {
      const lock = primitive.lock ?? lockedField(body, match.index + match[0].length);
      // which folio a helper locks is told by no expression of its caller: only a function's own calls count
      if (lock && lock !== 'folio') {
        locks.add(lock);
      }
    }
  }
  const writes = new Set<string>();
  for (const [, after, before] of body.matchAll(FIELD_WRITE)) {
    writes.add(after ?? before ?? '');
  }
  for (const [, field] of body.matchAll(STORE)) {
    writes.add(field ?? '');
  }
  return { callees, locks, writes, sleeping: SLEEPING.exec(body)?.[1] };
}

/** Kind of the lock that the first argument at `from` names, or a plain name's when it bears the field's name. */
function lockedField(code: string, from: number): LockClass | undefined {
  const argument = /^[^,;)]*/.exec(code.slice(from, from + 120))?.[0] ?? '';
  return classOfField(/(\w+)\s*$/.exec(argument)?.[1] ?? '');
}

/** Adds the keys of functions whose text differs to `changed`; false when the functions themselves are others. */
function changesBetween(
  before: FileFunctions | undefined,
  now: FileFunctions,
  changed: Set<string>,
): boolean {
  if (before?.functions.length !== now.functions.length) {
    return false;
  }
  for (const [index, one] of now.functions.entries()) {
    const old = before.functions[index];
    if (old?.key !== one.key) {
      return false;
    }
    if (old.text !== one.text) {
      changed.add(one.key);
    }
  }
  return (
    [...now.pointers].map(([field, names]) => `${field}=${[...names].join()}`).join() ===
    [...before.pointers].map(([field, names]) => `${field}=${[...names].join()}`).join()
  );
}

export class CallGraph {
  readonly #index: TreeIndex;
  readonly #files = new Map<string, FileFunctions>();
  readonly #direct = new Map<string, DirectFacts>();
  #version = -1;
  #byName = new Map<string, TreeFunction[]>();
  #callers: Map<string, TreeFunction[]> | undefined;
  #reached = new Map<string, ReachedFacts>();
  #targets = new Map<string, readonly TreeFunction[]>();

  readonly #isRead: (path: string) => boolean;

  /** `isRead`: which files of the index count; a name means other functions where more files are read. */
  constructor(index: TreeIndex, isRead: (path: string) => boolean) {
    this.#index = index;
    this.#isRead = isRead;
  }

  /**
   * Takes over what changed in the index. Facts of functions whose text is the same are kept.
   * @returns keys of the functions whose text changed; `all` when functions came or went
   */
  refresh(): ReadonlySet<string> | 'all' {
    const changed = new Set<string>();
    if (this.#version === this.#index.version) {
      return changed;
    }
    this.#version = this.#index.version;
    const paths = new Set([...this.#index.paths].filter(this.#isRead));
    let isWhole = false;
    for (const path of this.#files.keys()) {
      if (!paths.has(path)) {
        this.#files.delete(path);
        isWhole = true;
      }
    }
    let isSame = true;
    for (const path of paths) {
      const text = this.#index.text(path) ?? '';
      const before = this.#files.get(path);
      if (before?.text !== text) {
        const now = this.#readFile(path, text);
        this.#files.set(path, now);
        isSame = false;
        isWhole = !changesBetween(before, now, changed) || isWhole;
      }
    }
    if (!isSame || isWhole) {
      this.#link();
    }
    return isWhole ? 'all' : changed;
  }

  #readFile(path: string, text: string): FileFunctions {
    const functions = (this.#index.file(path)?.functions ?? []).map((definition): TreeFunction => {
      const { start, end } = definition.span;
      const key = `${path}:${definition.name}${definition.conditions.map((one) => `#${one}`).join('')}`;
      return { path, function: definition, text: text.slice(start, end), key };
    });
    const pointers = new Map<string, Set<string>>();
    for (const [, field = '', target = ''] of text.matchAll(POINTER)) {
      pointers.set(field, (pointers.get(field) ?? new Set()).add(target));
    }
    return { text, functions, pointers };
  }

  #link(): void {
    this.#byName = new Map();
    this.#callers = undefined;
    this.#reached = new Map();
    this.#targets = new Map();
    for (const path of [...this.#files.keys()].sort()) {
      for (const one of this.#files.get(path)?.functions ?? []) {
        const same = this.#byName.get(one.function.name);
        if (same) {
          same.push(one);
        } else {
          this.#byName.set(one.function.name, [one]);
        }
      }
    }
  }

  /** Functions of a file, in source order. */
  functionsIn(path: string): readonly TreeFunction[] {
    return this.#files.get(path)?.functions ?? [];
  }

  /** The function of this name that `path` means: its own first, then any; the one that is no stub. */
  resolve(name: string, path: string): TreeFunction | undefined {
    const all = this.#byName.get(name);
    if (!all) {
      return undefined;
    }
    const own = all.filter((one) => one.path === path);
    const seen =
      own.length > 0
        ? own
        : all.filter(({ function: { isStatic }, path: file }) => !isStatic || file.endsWith('.h'));
    const negations = (one: TreeFunction): number => negationsIn(one.function.conditions);
    return [...seen].sort((a, b) => negations(a) - negations(b))[0];
  }

  /** The function of this key. */
  byKey(key: string): TreeFunction | undefined {
    const path = key.slice(0, key.indexOf(':'));
    return this.functionsIn(path).find((one) => one.key === key);
  }

  /** The function that `definition` (of the present index) is. */
  find(path: string, definition: FunctionFact): TreeFunction | undefined {
    return this.functionsIn(path).find((one) => one.function.span.start === definition.span.start);
  }

  /** Functions that a call through a pointer in `field` may reach: those that an initialiser puts there. */
  targets(field: string): readonly TreeFunction[] {
    const known = this.#targets.get(field);
    if (known) {
      return known;
    }
    const found = new Map<string, TreeFunction>();
    for (const [path, file] of this.#files) {
      for (const name of file.pointers.get(field) ?? []) {
        const target = this.resolve(name, path);
        if (target) {
          found.set(target.key, target);
        }
      }
    }
    const targets = [...found.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
    this.#targets.set(field, targets);
    return targets;
  }

  /** Fields through which `name` may be called. */
  pointersTo(name: string): readonly string[] {
    const fields = new Set<string>();
    for (const file of this.#files.values()) {
      for (const [field, targets] of file.pointers) {
        if (targets.has(name)) {
          fields.add(field);
        }
      }
    }
    return [...fields];
  }

  /** Functions in whose text a call of `name` (or through a field of that name) stands. */
  callersOf(name: string): readonly TreeFunction[] {
    if (!this.#callers) {
      this.#callers = new Map();
      for (const path of [...this.#files.keys()].sort()) {
        for (const caller of this.functionsIn(path)) {
          for (const callee of this.#directOf(caller).callees) {
            const known = this.#callers.get(callee);
            if (known) {
              known.push(caller);
            } else {
              this.#callers.set(callee, [caller]);
            }
          }
        }
      }
    }
    return this.#callers.get(name) ?? [];
  }

  /** Names that the text of `one` calls, primitives and macros among them. */
  calleesOf(one: TreeFunction): ReadonlySet<string> {
    return this.#directOf(one).callees;
  }

  #directOf(one: TreeFunction): DirectFacts {
    let facts = this.#direct.get(one.text);
    if (!facts) {
      facts = directFactsOf(one.text);
      this.#direct.set(one.text, facts);
    }
    return facts;
  }

  /** What `one` may do, with everything it calls in the files read. */
  reached(one: TreeFunction): ReachedFacts {
    const known = this.#reached.get(one.key);
    if (known) {
      return known;
    }
    const locks = new Set<LockClass>();
    const writes = new Set<string>();
    let sleeping: string[] | undefined;
    const seen = new Map<string, readonly string[]>([[one.key, [one.function.name]]]);
    const queue: TreeFunction[] = [one];
    for (let current = queue.shift(); current; current = queue.shift()) {
      const chain = seen.get(current.key) ?? [];
      const direct = this.#directOf(current);
      for (const lock of direct.locks) locks.add(lock);
      for (const field of direct.writes) writes.add(field);
      if (direct.sleeping !== undefined) sleeping ??= [...chain, direct.sleeping];
      for (const name of direct.callees) {
        const isPrimitive = PRIMITIVES.has(name) && !ALSO_FOLLOWED.has(name);
        const callee = isPrimitive ? undefined : this.resolve(name, current.path);
        const pointed = callee ? [callee] : isPrimitive ? [] : this.targets(name);
        for (const next of pointed) {
          if (!seen.has(next.key)) {
            seen.set(next.key, [...chain, next.function.name]);
            queue.push(next);
          }
        }
      }
    }
    const facts: ReachedFacts = { locks, writes, sleeping };
    this.#reached.set(one.key, facts);
    return facts;
  }
}
