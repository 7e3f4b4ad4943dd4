/**
 * What a file defines at its outermost level, found by one pass over its tokens without parsing: macros, functions, structs,
 * enums, typedefs, variables, each with its place. Only branches of `#if` that the configuration takes count.
 */
import { lex } from '../source/lexer';
import { type ConditionNames, type Configuration, evaluateCondition } from './condition';
import { DIRECTIVE, NAME, PUNCTUATION, type Token, tokensOf } from './tokens';

export interface Macro {
  readonly name: string;
  /** Null for an object-like macro. */
  readonly parameters: readonly string[] | null;
  /** Name by which the body speaks of the variable arguments. */
  readonly variadic: string | null;
  readonly body: readonly Token[];
}

/** A range of offsets in the file's text. */
export interface Chunk {
  readonly start: number;
  readonly end: number;
}

export interface FileScan {
  readonly path: string;
  readonly text: string;
  readonly macros: ReadonlyMap<string, Macro>;
  readonly functions: ReadonlyMap<string, Chunk>;
  /** `struct vm_area_struct`, `union x`, `enum y`, as declarations that end with their semicolon. */
  readonly tags: ReadonlyMap<string, Chunk>;
  readonly typedefs: ReadonlyMap<string, Chunk>;
  /** Enumerator → the enum it stands in. */
  readonly enumerators: ReadonlyMap<string, Chunk>;
  readonly variables: ReadonlyMap<string, Chunk>;
  /** Declarations of functions without a body. */
  readonly prototypes: ReadonlyMap<string, Chunk>;
  /** Ranges that the configuration leaves out, preprocessor lines included, in order. */
  readonly leftOut: readonly Chunk[];
}

const DEFINE = /^#\s*define\s+(\w+)(\(([^)]*)\))?/;
const LINE = /^#\s*(\w+)\s*([\s\S]*)$/;

function macroOf(line: string): Macro | undefined {
  const joined = line.replace(/\\\r?\n/g, ' ');
  const match = DEFINE.exec(joined);
  if (!match) return undefined;
  // Behind a first token, so that `#x` is not taken for a preprocessor line.
  const [, ...body] = tokensOf(`_ ${joined.slice(match[0].length)}`);

  const names = match[2] === undefined ? null : (match[3] ?? '').split(',').map((name) => name.trim());
  const last = names?.at(-1);
  const variadic = last === '...' ? '__VA_ARGS__' : last?.endsWith('...') ? last.slice(0, -3).trim() : null;
  const parameters = names?.filter((name) => name !== '' && !name.endsWith('...')) ?? null;
  return { name: match[1] ?? '', parameters, variadic, body };
}

interface Branch {
  /** Some branch of the group was taken. */
  taken: boolean;
  active: boolean;
  /** The lines around the group count. */
  readonly outer: boolean;
}

/** Walks preprocessor lines: which tokens count, and which macros there are. */
class Conditions implements ConditionNames {
  readonly macros = new Map<string, Macro>();
  readonly #stack: Branch[] = [];

  constructor(
    readonly configuration: Configuration,
    private readonly known: (name: string) => boolean,
  ) {}

  get active(): boolean {
    return this.#stack.at(-1)?.active ?? true;
  }

  isDefined(name: string): boolean {
    return this.macros.has(name) || this.known(name);
  }

  replacement(name: string): readonly Token[] | undefined {
    const macro = this.macros.get(name);
    return macro && macro.parameters === null ? macro.body : undefined;
  }

  line(text: string): void {
    const match = LINE.exec(text);
    const word = match?.[1] ?? '';
    const rest = (match?.[2] ?? '').replace(/\\\r?\n/g, ' ');
    const top = this.#stack.at(-1);
    if (word === 'if' || word === 'ifdef' || word === 'ifndef') {
      const outer = this.active;
      const holds = outer && this.#holds(word, rest);
      this.#stack.push({ taken: holds, active: holds, outer });
    } else if (word === 'endif') this.#stack.pop();
    else if (top && (word === 'else' || word.startsWith('elif'))) {
      top.active = top.outer && !top.taken && (word === 'else' || this.#holds(word.slice(2), rest));
      top.taken ||= top.active;
    } else if (this.active) this.#define(word, text, rest);
  }

  #holds(word: string, rest: string): boolean {
    const name = /^\w+/.exec(rest.trim())?.[0] ?? '';
    if (word === 'if') return evaluateCondition(rest, this);
    return evaluateCondition(`defined(${name})`, this) === (word === 'ifdef');
  }

  #define(word: string, text: string, rest: string): void {
    if (word === 'define') {
      const macro = macroOf(text);
      if (macro) this.macros.set(macro.name, macro);
    }
    // `#undef` of a macro that is defined anew, or that is only for the lines above, leaves the last definition standing.
    else if (word === 'undef' && !this.macros.has(rest.trim())) this.macros.delete(rest.trim());
  }
}

/** `known`: macros that are defined from the start, such as those of the built-in headers. */
export function scanFile(
  path: string,
  text: string,
  configuration: Configuration,
  known: (name: string) => boolean,
): FileScan {
  const { count, kind, start, end } = lex(text);
  const conditions = new Conditions(configuration, known);
  const declarations = new Declarations();
  const leftOut: Chunk[] = [];
  for (let i = 0; i < count; i++) {
    const [from, to] = [start[i] ?? 0, end[i] ?? 0];
    if (kind[i] === DIRECTIVE) {
      conditions.line(text.slice(from, to));
      leftOut.push({ start: from, end: to });
    } else if (conditions.active) declarations.token(kind[i] ?? 0, text, from, to);
    else leftOut.push({ start: from, end: to });
  }
  return { path, text, macros: conditions.macros, ...declarations.found, leftOut };
}

type Aggregate = 'struct' | 'union' | 'enum';

/** Cuts the tokens of a file into its outermost declarations and names each. */
class Declarations {
  readonly found = {
    functions: new Map<string, Chunk>(),
    tags: new Map<string, Chunk>(),
    typedefs: new Map<string, Chunk>(),
    enumerators: new Map<string, Chunk>(),
    variables: new Map<string, Chunk>(),
    prototypes: new Map<string, Chunk>(),
  };
  /** Words of the declaration being read, brackets included, with their places. */
  #words: { text: string; start: number; isName: boolean; depth: number }[] = [];
  #round = 0;
  #curly = 0;
  #square = 0;
  #isBody = false;

  token(kind: number, text: string, start: number, end: number): void {
    const char = kind === PUNCTUATION ? text.charAt(start) : '';
    if (this.#curly > 0 && this.#isBody) {
      if (char === '{') this.#curly++;
      else if (char === '}') {
        this.#curly--;
        if (this.#curly === 0) this.#endFunction(end);
      }
      return;
    }
    if (char === '{' && this.#round === 0 && this.#curly === 0) this.#isBody = this.#looksLikeBody();
    const depth = this.#round + this.#curly + this.#square;
    const closes = char === ')' || char === '}' || char === ']';
    this.#words.push({
      text: kind === NAME || kind === PUNCTUATION ? text.slice(start, end) : '0',
      start,
      isName: kind === NAME,
      depth: closes ? depth - 1 : depth,
    });
    if (char === '(') this.#round++;
    else if (char === ')') this.#round = Math.max(0, this.#round - 1);
    else if (char === '[') this.#square++;
    else if (char === ']') this.#square = Math.max(0, this.#square - 1);
    else if (char === '{') this.#curly++;
    else if (char === '}') this.#curly = Math.max(0, this.#curly - 1);
    else if (char === ';' && depth === 0) this.#endDeclaration(end);
  }

  /** A brace opens a function's body when parameters stand before it and nothing is initialised. */
  #looksLikeBody(): boolean {
    const outer = this.#words.filter(({ depth }) => depth === 0);
    if (outer.some(({ text }) => text === '=')) return false;
    return outer.some(({ text }) => text === '(');
  }

  /** The name before the last parameter list at the outermost level that has one. */
  #functionName(): { name: string; index: number } | undefined {
    for (let i = this.#words.length - 1; i > 0; i--) {
      const [word, next] = [this.#words[i - 1], this.#words[i]];
      if (next?.text !== '(' || next.depth !== 0 || !word?.isName) continue;
      if (/^__(attribute__|releases|acquires|must_hold|printf|alloc_size|counted_by)$|^cond_/.test(word.text))
        continue;
      return { name: word.text, index: i - 1 };
    }
    return undefined;
  }

  /** Macro calls at file level without a semicolon stand before the declaration proper. */
  #declarationStart(nameIndex: number): number {
    let first = 0;
    while (first < nameIndex) {
      const [word, next] = [this.#words[first], this.#words[first + 1]];
      if (!word || next?.text !== '(' || !/^[A-Z][A-Z0-9_]+$/.test(word.text)) break;
      let i = first + 2;
      while (i < nameIndex && !(this.#words[i]?.text === ')' && this.#words[i]?.depth === 0)) i++;
      if (i >= nameIndex) break;
      first = i + 1;
    }
    return this.#words[first]?.start ?? 0;
  }

  #endFunction(end: number): void {
    const found = this.#functionName();
    if (found) this.found.functions.set(found.name, { start: this.#declarationStart(found.index), end });
    this.#clear();
  }

  #clear(): void {
    this.#words = [];
    this.#isBody = false;
    this.#round = this.#curly = this.#square = 0;
  }

  #endDeclaration(end: number): void {
    const words = this.#words;
    const start = this.#declarationStart(words.length);
    const chunk = { start, end };
    const outer = words.filter(({ depth, start: at }) => depth === 0 && at >= start);
    if (outer[0]?.text === 'typedef') this.#typedef(words, chunk);
    this.#aggregate(words, outer, chunk);
    if (outer[0]?.text !== 'typedef') this.#names(outer, chunk);
    this.#clear();
  }

  #typedef(words: readonly { text: string; isName: boolean; depth: number }[], chunk: Chunk): void {
    const names = words.filter(({ isName, depth }) => isName && depth === 0);
    const last = names.at(-1)?.text;
    const pointer = words.findIndex(({ text }, i) => text === '(' && words[i + 1]?.text === '*');
    const name = pointer >= 0 ? words[pointer + 2]?.text : last;
    if (name) this.found.typedefs.set(name, chunk);
  }

  #aggregate(
    words: readonly { text: string; isName: boolean; depth: number }[],
    outer: readonly { text: string; isName: boolean }[],
    chunk: Chunk,
  ): void {
    const at = outer.findIndex(({ text }) => text === 'struct' || text === 'union' || text === 'enum');
    const open = outer.findIndex(({ text }) => text === '{');
    if (at < 0 || open < at || outer.slice(at, open).some(({ text }) => text === '=' || text === '(')) return;
    const kind = outer[at]?.text as Aggregate;
    const name = outer
      .slice(at + 1, open)
      .filter(({ isName }) => isName)
      .at(-1)?.text;
    if (name) this.found.tags.set(`${kind} ${name}`, chunk);
    if (kind !== 'enum') return;
    let fresh = false;
    for (const { text, isName, depth } of words) {
      if (text === '{' || (text === ',' && depth === 1)) fresh = true;
      else if (fresh && isName && depth === 1) {
        this.found.enumerators.set(text, chunk);
        fresh = false;
      }
    }
  }

  /** Variables and prototypes: the names before `=`, `,`, `;`, `[` or a parameter list. */
  #names(outer: readonly { text: string; isName: boolean }[], chunk: Chunk): void {
    for (let i = 1; i < outer.length; i++) {
      const [word, next] = [outer[i - 1], outer[i]];
      if (!word?.isName || !next) continue;
      if (next.text === '(') {
        if (i > 1) this.found.prototypes.set(word.text, chunk);
        return;
      }
      if (i > 1 && [';', '=', ',', '['].includes(next.text)) this.found.variables.set(word.text, chunk);
      if (next.text !== '=') continue;
      // past the initialiser, to what is declared next
      const comma = outer.findIndex(({ text }, at) => at > i && text === ',');
      if (comma < 0) return;
      i = comma;
    }
  }
}
