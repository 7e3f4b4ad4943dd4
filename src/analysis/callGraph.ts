/**
 * Who calls whom among the files read, and what a function may do to locks, fields and memory, directly and through what it
 * calls: a quick look at the texts that says which calls have to be followed with care and which cannot matter.
 */
import { negationsIn } from '../source/conditionals';
import type { FunctionFact } from '../source/facts';
import type { SourceFile } from '../source/sourceFile';
import type { FunctionPlace, TreeIndex } from '../source/treeIndex';
import { classOfField, type LockClass } from './lockClasses';
import { ALSO_FOLLOWED, mapsPageTable, PRIMITIVES } from './lockTable';

/** What the text of one function says by itself. */
interface DirectFacts {
  readonly callees: ReadonlySet<string>;
  /** Those of them that are called through a field only. */
  readonly fields: ReadonlySet<string>;
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
  readonly understanding: Understanding;
}

/**
 * Whether all of a function was understood. That is told by a parse of its whole file, so it is found out when first asked for,
 * in the text of that moment: whoever reads the function has to ask.
 */
export class Understanding {
  readonly #source: SourceFile | undefined;
  readonly #definition: FunctionFact;
  #isBroken: boolean | undefined;

  constructor(source: SourceFile | undefined, definition: FunctionFact) {
    this.#source = source;
    this.#definition = definition;
  }

  /** True when how it was understood depends on what stands around the function. */
  get isBroken(): boolean {
    this.#isBroken ??= this.#source?.isBroken(this.#definition) ?? false;
    return this.#isBroken;
  }

  /** Whether `next`, of a later text and of the same piece of it, may be read otherwise. Nobody has read what nobody asked about. */
  mayDifferFrom(next: Understanding): boolean {
    return this.#isBroken !== undefined && (this.#isBroken || next.isBroken);
  }
}

interface FileFunctions {
  readonly text: string;
  readonly functions: readonly TreeFunction[];
  /** The text between the functions. */
  readonly gaps: readonly string[];
  /** Functions assigned to a field by a designated initialiser, by the field. */
  readonly pointers: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Where a function stands: it stays there while the text of functions changes and none come or go. */
interface Slot {
  readonly path: string;
  readonly index: number;
}

interface KnownFacts {
  readonly text: string;
  readonly facts: DirectFacts;
}

interface KnownReach {
  readonly facts: ReachedFacts;
  /** Keys of the functions that were looked at. */
  readonly through: ReadonlySet<string>;
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
  const direct = new Set<string>();
  for (const match of body.matchAll(CALL)) {
    const name = match[1] ?? '';
    callees.add(name);
    if (!/(?:->|\.)\s*$/.test(body.slice(Math.max(0, match.index - 4), match.index))) direct.add(name);
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
  const fields = new Set([...callees].filter((name) => !direct.has(name)));
  return { callees, fields, locks, writes, sleeping: SLEEPING.exec(body)?.[1] };
}

/** Kind of the lock that the first argument at `from` names, or a plain name's when it bears the field's name. */
function lockedField(code: string, from: number): LockClass | undefined {
  const argument = /^[^,;)]*/.exec(code.slice(from, from + 120))?.[0] ?? '';
  return classOfField(/(\w+)\s*$/.exec(argument)?.[1] ?? '');
}

function keyOf(path: string, { name, conditions }: FunctionFact): string {
  return `${path}:${name}${conditions.map((one) => `#${one}`).join('')}`;
}

/** Adds the functions that initialisers in `text` assign to fields. */
function addPointers(text: string, pointers: Map<string, Set<string>>): void {
  for (const [, field = '', target = ''] of text.matchAll(POINTER)) {
    pointers.set(field, (pointers.get(field) ?? new Set()).add(target));
  }
}

function pointersIn(texts: Iterable<string>): Map<string, Set<string>> {
  const pointers = new Map<string, Set<string>>();
  for (const text of texts) addPointers(text, pointers);
  return pointers;
}

/** The piece of `text` from `start` to `end`: the string `before` itself where it is the same. */
function piece(text: string, start: number, end: number, before: string | undefined): string {
  const isSame = before !== undefined && before.length === end - start && text.startsWith(before, start);
  return isSame ? before : text.slice(start, end);
}

/** The functions of a file; what is the same as `before` is taken from there. */
function functionsOf(
  path: string,
  text: string,
  source: SourceFile | undefined,
  before: FileFunctions | undefined,
): FileFunctions {
  const gaps: string[] = [];
  const met = new Map<string, number>();
  let from = 0;
  const functions = (source?.index.functions ?? []).map((definition, index): TreeFunction => {
    const { start, end } = definition.span;
    gaps.push(piece(text, from, Math.max(from, start), before?.gaps[index]));
    from = end;
    const plain = keyOf(path, definition);
    const times = met.get(plain) ?? 0;
    met.set(plain, times + 1);
    const key = times === 0 ? plain : `${plain}~${times}`;
    return {
      ...{ path, key, function: definition },
      text: piece(text, start, end, before?.functions[index]?.text),
      understanding: new Understanding(source, definition),
    };
  });
  gaps.push(piece(text, from, Math.max(from, text.length), before?.gaps[functions.length]));
  const draft = { text, functions, gaps };
  const pointers = before && hasSamePointers(before, draft) ? before.pointers : pointersIn(piecesOf(draft));
  return { ...draft, pointers };
}

type Pieces = Pick<FileFunctions, 'functions' | 'gaps'>;

function* piecesOf({ functions, gaps }: Pieces): Generator<string> {
  yield* gaps;
  for (const { text } of functions) yield text;
}

/** True when the pieces that differ assign the same functions to the same fields. */
function hasSamePointers(before: Pieces, now: Pieces): boolean {
  const [old, fresh] = [[...piecesOf(before)], [...piecesOf(now)]];
  return (
    old.length === fresh.length &&
    fresh.every((text, index) => {
      const other = old[index] ?? '';
      return other === text || pointersText(pointersIn([other])) === pointersText(pointersIn([text]));
    })
  );
}

function pointersText(pointers: ReadonlyMap<string, ReadonlySet<string>>): string {
  return [...pointers]
    .map(([field, names]) => `${field}=${[...names].sort().join()}`)
    .sort()
    .join(';');
}

/** True when a name means the same functions as before: none came, went, or became visible elsewhere. */
function areSameFunctions(before: FileFunctions | undefined, now: FileFunctions): boolean {
  return (
    before?.functions.length === now.functions.length &&
    now.functions.every(({ key, function: { isStatic } }, index) => {
      const old = before.functions[index];
      return old?.key === key && old.function.isStatic === isStatic;
    })
  );
}

function isAt(one: Slot, other: Slot): boolean {
  return one.path === other.path && one.index === other.index;
}

function inOrder(a: Slot, b: Slot): number {
  return a.path === b.path ? a.index - b.index : a.path < b.path ? -1 : 1;
}

function areSame<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean {
  return a.size === b.size && [...a].every((one) => b.has(one));
}

/** The same facts; in the same order too, which the way to an allocation depends on. */
function areSameFacts(a: DirectFacts, b: DirectFacts): boolean {
  return (
    a.sleeping === b.sleeping &&
    [...a.callees].join() === [...b.callees].join() &&
    areSame(a.fields, b.fields) &&
    areSame(a.locks, b.locks) &&
    areSame(a.writes, b.writes)
  );
}

/** What edits changed. */
export interface GraphChange {
  /** Keys of the functions whose text changed, or is read in another way. */
  readonly texts: ReadonlySet<string>;
  /** Keys of the functions of which `reached` was asked and is another now. */
  readonly reach: ReadonlySet<string>;
}

const NO_CHANGE: GraphChange = { texts: new Set(), reach: new Set() };

function isSameReach(a: ReachedFacts, b: ReachedFacts): boolean {
  return (
    a.sleeping?.join() === b.sleeping?.join() && areSame(a.locks, b.locks) && areSame(a.writes, b.writes)
  );
}

export class CallGraph {
  readonly #index: TreeIndex;
  readonly #files = new Map<string, FileFunctions>();
  /** By key; those of functions that are no more are forgotten. */
  readonly #direct = new Map<string, KnownFacts>();
  #version = -1;
  #byName = new Map<string, Slot[]>();
  #callers: Map<string, Slot[]> | undefined;
  readonly #reached = new Map<string, KnownReach>();
  readonly #targets = new Map<string, readonly Slot[]>();
  /** Functions called, by the caller's key. */
  readonly #next = new Map<string, readonly Slot[]>();
  /** Keys of the functions that are called back, by the caller's, for functions in rings. */
  readonly #closing = new Map<string, Set<string>>();

  readonly #isRead: (path: string) => boolean;

  /** `isRead`: which files of the index count; a name means other functions where more files are read. */
  constructor(index: TreeIndex, isRead: (path: string) => boolean) {
    this.#index = index;
    this.#isRead = isRead;
  }

  /**
   * Takes over what changed in the index. Facts of functions whose text is the same are kept, and those of functions that do
   * not reach one whose facts changed.
   * @returns `all` when functions came or went
   */
  refresh(): GraphChange | 'all' {
    if (this.#version === this.#index.version) {
      return NO_CHANGE;
    }
    const texts = new Set<string>();
    const old = new Map<string, ReachedFacts>();
    this.#version = this.#index.version;
    const paths = new Set([...this.#index.paths].filter(this.#isRead));
    let isWhole = false;
    for (const path of this.#files.keys()) {
      if (!paths.has(path)) {
        this.#files.delete(path);
        isWhole = true;
      }
    }
    for (const path of paths) {
      const text = this.#index.text(path) ?? '';
      const before = this.#files.get(path);
      if (before?.text !== text) {
        const now = functionsOf(path, text, this.#index.source(path), before);
        this.#files.set(path, now);
        if (before && areSameFunctions(before, now) && before.pointers === now.pointers) {
          isWhole ||= this.#wasInRing(before, now);
          this.#takeOver(path, before, now, texts, old);
        } else {
          isWhole = true;
        }
      }
    }
    const isOtherRing = [...texts].some((key) => {
      const one = this.byKey(key);
      return one && !this.#next.has(key) && this.#isInRing(one);
    });
    if (isWhole || isOtherRing) {
      this.#link();
      return 'all';
    }
    const reach = new Set<string>();
    for (const [key, facts] of old) {
      const one = this.byKey(key);
      if (!one || !isSameReach(facts, this.reached(one))) reach.add(key);
    }
    return { texts, reach };
  }

  /**
   * Takes over other texts of the same functions. Adds the keys of those that differ to `texts`, and to `reached` what was
   * known of those that may reach something else now.
   */
  #takeOver(
    path: string,
    before: FileFunctions,
    now: FileFunctions,
    texts: Set<string>,
    reached: Map<string, ReachedFacts>,
  ): void {
    for (const [index, one] of now.functions.entries()) {
      const old = before.functions[index];
      const isSame = old?.text === one.text && !old.understanding.mayDifferFrom(one.understanding);
      if (!old || isSame) {
        continue;
      }
      texts.add(one.key);
      const known = this.#direct.get(one.key);
      const facts = known?.text === old.text ? known.facts : directFactsOf(old.text);
      const fresh = this.#directOf(one);
      if (areSameFacts(facts, fresh)) {
        continue;
      }
      this.#next.delete(one.key);
      for (const [key, { facts: known, through }] of this.#reached) {
        if (through.has(one.key)) {
          this.#reached.delete(key);
          reached.set(key, known);
        }
      }
      this.#recount({ path, index }, facts.callees, fresh.callees);
    }
  }

  /** A function calls others than before. */
  #recount(slot: Slot, before: ReadonlySet<string>, now: ReadonlySet<string>): void {
    const callers = this.#callers;
    if (!callers) {
      return;
    }
    for (const name of before) {
      if (!now.has(name)) {
        const others = (callers.get(name) ?? []).filter((one) => !isAt(one, slot));
        if (others.length > 0) callers.set(name, others);
        else callers.delete(name);
      }
    }
    for (const name of now) {
      if (!before.has(name)) callers.set(name, [...(callers.get(name) ?? []), slot].sort(inOrder));
    }
  }

  #link(): void {
    this.#byName = new Map();
    this.#callers = undefined;
    this.#reached.clear();
    this.#targets.clear();
    this.#next.clear();
    this.#closing.clear();
    const keys = new Set<string>();
    for (const path of [...this.#files.keys()].sort()) {
      for (const [index, { key, function: definition }] of this.functionsIn(path).entries()) {
        keys.add(key);
        const same = this.#byName.get(definition.name);
        if (same) {
          same.push({ path, index });
        } else {
          this.#byName.set(definition.name, [{ path, index }]);
        }
      }
    }
    for (const key of this.#direct.keys()) {
      if (!keys.has(key)) this.#direct.delete(key);
    }
  }

  /** The functions that stand there now. */
  #at(slots: readonly Slot[]): TreeFunction[] {
    return slots.flatMap(({ path, index }) => this.functionsIn(path)[index] ?? []);
  }

  /** Functions of a file, in source order. */
  functionsIn(path: string): readonly TreeFunction[] {
    return this.#files.get(path)?.functions ?? [];
  }

  /** The function of this name that `path` means: its own first, then any; the one that is no stub. */
  resolve(name: string, path: string): TreeFunction | undefined {
    const slots = this.#byName.get(name);
    if (!slots) {
      return undefined;
    }
    const all = this.#at(slots);
    if (all.length === 1 && all[0]?.path === path) {
      return all[0];
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
      return this.#at(known);
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
    this.#targets.set(
      field,
      targets.map((one) => this.#slotOf(one)),
    );
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
    this.#callers ??= this.#allCallers();
    return this.#at(this.#callers.get(name) ?? []);
  }

  #allCallers(): Map<string, Slot[]> {
    const callers = new Map<string, Slot[]>();
    for (const path of [...this.#files.keys()].sort()) {
      for (const [index, caller] of this.functionsIn(path).entries()) {
        for (const callee of this.#directOf(caller).callees) {
          const known = callers.get(callee);
          if (known) {
            known.push({ path, index });
          } else {
            callers.set(callee, [{ path, index }]);
          }
        }
      }
    }
    return callers;
  }

  /** Names that the text of `one` calls, primitives and macros among them. */
  calleesOf(one: TreeFunction): ReadonlySet<string> {
    return this.#directOf(one).callees;
  }

  #directOf({ key, text }: TreeFunction): DirectFacts {
    const known = this.#direct.get(key);
    if (known?.text === text) {
      return known.facts;
    }
    const facts = directFactsOf(text);
    this.#direct.set(key, { text, facts });
    return facts;
  }

  /** Functions that `one` may call, directly or through a pointer. */
  #nextOf(one: TreeFunction): readonly TreeFunction[] {
    const known = this.#next.get(one.key);
    if (known) {
      return this.#at(known);
    }
    const { callees, fields } = this.#directOf(one);
    const next = [...callees].flatMap((name): readonly TreeFunction[] => {
      const isPrimitive = PRIMITIVES.has(name) && !ALSO_FOLLOWED.has(name);
      if (isPrimitive || mapsPageTable(name)) return [];
      const callee = fields.has(name) ? undefined : this.resolve(name, one.path);
      return callee ? [callee] : this.targets(name);
    });
    this.#next.set(
      one.key,
      next.map((callee) => this.#slotOf(callee)),
    );
    return next;
  }

  /**
   * True for a call that closes a ring of functions which call one another. It is the same call whoever is asked first: one that
   * leads back when the ring is gone through from the function whose key comes first.
   */
  closesRing(caller: TreeFunction, target: TreeFunction): boolean {
    if (caller.key === target.key) return true;
    if (!this.#through(target).has(caller.key)) return false;
    const known = this.#closing.get(caller.key);
    if (known) return known.has(target.key);
    const members = [...this.#through(caller)].filter((key) => {
      const one = this.byKey(key);
      return one && this.#through(one).has(caller.key);
    });
    this.#goRound(new Set(members.sort()));
    return this.#closing.get(caller.key)?.has(target.key) ?? false;
  }

  /** Notes for each of the functions of a ring which calls of it lead back. */
  #goRound(ring: ReadonlySet<string>): void {
    for (const key of ring) this.#closing.set(key, new Set());
    const around = new Set<string>();
    const done = new Set<string>();
    const visit = (key: string): void => {
      around.add(key);
      const one = this.byKey(key);
      for (const next of one ? this.#nextOf(one) : []) {
        if (around.has(next.key)) this.#closing.get(key)?.add(next.key);
        else if (ring.has(next.key) && !done.has(next.key)) visit(next.key);
      }
      around.delete(key);
      done.add(key);
    };
    for (const key of ring) {
      if (!done.has(key)) visit(key);
    }
  }

  /** True when a function whose text changed was in a ring, as far as anybody has asked: all has to be looked at again. */
  #wasInRing(before: FileFunctions, now: FileFunctions): boolean {
    return now.functions.some((one, index) => {
      const isSame = before.functions[index]?.text === one.text;
      const next = isSame ? [] : (this.#next.get(one.key) ?? []);
      return this.#at(next).some(({ key }) => this.#reached.get(key)?.through.has(one.key));
    });
  }

  #isInRing(one: TreeFunction): boolean {
    return this.#nextOf(one).some((next) => this.#through(next).has(one.key));
  }

  /** Keys of all functions that `one` may come to, its own among them. */
  #through(one: TreeFunction): ReadonlySet<string> {
    this.reached(one);
    return this.#reached.get(one.key)?.through ?? new Set();
  }

  #slotOf(one: TreeFunction): Slot {
    return { path: one.path, index: this.functionsIn(one.path).indexOf(one) };
  }

  /** What `one` may do, with everything it calls in the files read. */
  reached(one: TreeFunction): ReachedFacts {
    const known = this.#reached.get(one.key);
    if (known) {
      return known.facts;
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
      for (const next of this.#nextOf(current)) {
        if (!seen.has(next.key)) {
          seen.set(next.key, [...chain, next.function.name]);
          queue.push(next);
        }
      }
    }
    const facts: ReachedFacts = { locks, writes, sleeping };
    this.#reached.set(one.key, { facts, through: new Set(seen.keys()) });
    return facts;
  }
}
