/**
 * The C text that a machine runs: files of a tree, with the built-in headers before them. It finds definitions by name and gives them
 * expanded and parsed. Nothing is included: a name means what the same file defines, else what any file of the program does.
 */
import type { KernelParser } from '../source/parser';
import type { Configuration } from './condition';
import { type Expansion, expand, type MacroSource, readExpanded, TooManyTokens } from './preprocessor';
import { type Chunk, type FileScan, type Macro, scanFile } from './scan';
import { findNode, readSyntax, type Syntax } from './syntax';
import { type Token, tokensOf } from './tokens';

/** A definition, expanded and parsed. Places in `expansion` count from the start of the chunk. */
export interface ParsedChunk {
  readonly file: string;
  readonly chunk: Chunk;
  readonly expansion: Expansion;
  readonly root: Syntax;
  /** First piece that the grammar did not understand. */
  readonly error: Syntax | undefined;
}

type Section = 'functions' | 'tags' | 'typedefs' | 'enumerators' | 'variables' | 'prototypes';

/** Files scanned and chunks parsed so far, kept from one state of the text to the next so that an edit costs little. */
export class ProgramCache {
  readonly scans = new Map<string, { readonly text: string; readonly scan: FileScan }>();
  /** By file and text of the chunk; dropped when a macro anywhere changes. */
  readonly chunks = new Map<string, ParsedChunk>();
  /** Identifies all macros of the program that filled `chunks`. */
  macros = '';
}

/** Chunks kept before the cache is emptied: several times what a tree needs. */
const MAX_CHUNKS = 6000;

export interface ProgramOptions {
  readonly parser: KernelParser;
  readonly configuration: Configuration;
  /** Text of each built-in header, by the path that it has in reports (`built-in list.h`). */
  readonly builtins: ReadonlyMap<string, string>;
  /** Files of the tree in the order in which they are asked for a name. */
  readonly files: ReadonlyMap<string, string>;
  readonly cache: ProgramCache;
}

const ERROR_TYPES = new Set(['ERROR']);

export class Program {
  readonly #options: ProgramOptions;
  readonly #builtins: readonly FileScan[];
  readonly #files: ReadonlyMap<string, FileScan>;
  /** Built-in headers first, then the tree's files. */
  readonly #all: readonly FileScan[];
  readonly #macros = new Map<string, Macro>();

  constructor(options: ProgramOptions) {
    this.#options = options;
    const known = new Set<string>();
    this.#builtins = [...options.builtins].map(([path, text]) => this.#scan(path, text, known));
    for (const { macros } of this.#builtins) for (const name of macros.keys()) known.add(name);
    this.#files = new Map([...options.files].map(([path, text]) => [path, this.#scan(path, text, known)]));
    this.#all = [...this.#builtins, ...this.#files.values()];
    for (const { macros } of [...this.#all].reverse())
      for (const [name, macro] of macros) this.#macros.set(name, macro);
    const identity = this.#identity();
    if (options.cache.macros !== identity || options.cache.chunks.size > MAX_CHUNKS)
      options.cache.chunks.clear();
    options.cache.macros = identity;
  }

  #scan(path: string, text: string, known: ReadonlySet<string>): FileScan {
    const { scans } = this.#options.cache;
    const old = scans.get(path);
    if (old?.text === text) return old.scan;
    const scan = scanFile(path, text, this.#options.configuration, (name) => known.has(name));
    scans.set(path, { text, scan });
    return scan;
  }

  /** Changes whenever the text of a macro does. */
  #identity(): string {
    const hash = { value: 0 };
    for (const { path, macros } of this.#all) {
      mix(hash, path);
      for (const { name, parameters, body } of macros.values()) {
        mix(hash, name);
        if (parameters) mix(hash, parameters.join());
        for (const { text } of body) mix(hash, text);
      }
    }
    return String(hash.value);
  }

  isBuiltin(path: string): boolean {
    return this.#options.builtins.has(path);
  }

  textOf(path: string): string {
    return (this.#files.get(path) ?? this.#builtins.find((scan) => scan.path === path))?.text ?? '';
  }

  get files(): Iterable<string> {
    return this.#files.keys();
  }

  #macroSource(path: string): MacroSource {
    const own = this.#files.get(path)?.macros;
    const { configuration } = this.#options;
    const builtin = (name: string): Macro | undefined => {
      for (const { macros } of this.#builtins) {
        const macro = macros.get(name);
        if (macro) return macro;
      }
      return undefined;
    };
    return {
      configuration,
      macro: (name) => {
        const macro = builtin(name);
        if (macro) return macro;
        return this.#isBuiltinFunction(name) ? undefined : (own?.get(name) ?? this.#macros.get(name));
      },
    };
  }

  /** A macro of the tree does not hide a built-in function of the same name. */
  #isBuiltinFunction(name: string): boolean {
    return this.#builtins.some((scan) => scan.functions.has(name) || scan.prototypes.has(name));
  }

  #find(section: Section, name: string, file: string | null): ParsedChunk | undefined {
    for (const scan of this.#builtins) {
      const chunk = scan[section].get(name);
      if (chunk) return this.#parse(scan, chunk, name);
    }
    const own = file === null ? undefined : this.#files.get(file);
    const first = own?.[section].get(name);
    if (own && first) return this.#parse(own, first, name);
    for (const scan of this.#files.values()) {
      const chunk = scan[section].get(name);
      if (chunk) return this.#parse(scan, chunk, name);
    }
    return undefined;
  }

  /** File of the tree that defines the function, seen from `from`. */
  fileOfFunction(name: string, from: string | null): string | undefined {
    if (from !== null && this.#files.get(from)?.functions.has(name)) return from;
    return this.#all.find((scan) => scan.functions.has(name))?.path;
  }

  function(name: string, file: string | null): ParsedChunk | undefined {
    return this.#find('functions', name, file);
  }

  /** The function's head as a prototype, which costs less than the whole of it. */
  head(name: string, file: string | null): ParsedChunk | undefined {
    const own = file === null ? undefined : this.#files.get(file);
    for (const scan of [...this.#builtins, ...(own ? [own] : []), ...this.#files.values()]) {
      const chunk = scan.functions.get(name);
      if (!chunk) continue;
      const open = scan.text.indexOf('{', chunk.start);
      const end = open < 0 || open > chunk.end ? chunk.end : open;
      return this.#parse(scan, { start: chunk.start, end }, name, ';');
    }
    return undefined;
  }

  prototype(name: string, file: string | null): ParsedChunk | undefined {
    return this.#find('prototypes', name, file);
  }

  /** `struct vma_prepare`, `union x`, `enum y`. */
  tag(name: string, file: string | null): ParsedChunk | undefined {
    return this.#find('tags', name, file);
  }

  typedef(name: string, file: string | null): ParsedChunk | undefined {
    return this.#find('typedefs', name, file);
  }

  /** The enum that an enumerator stands in. */
  enumerator(name: string, file: string | null): ParsedChunk | undefined {
    return this.#find('enumerators', name, file) ?? this.#enumeratorOfMacro(name);
  }

  /** An enumerator whose name a macro in its enum puts together. */
  #enumeratorOfMacro(name: string): ParsedChunk | undefined {
    for (const scan of this.#all)
      for (const [key, chunk] of scan.enumerators) {
        if (!this.#macros.has(key)) continue;
        const parsed = this.#parse(scan, chunk, '');
        if (parsed.expansion.text.split(/\W+/).includes(name)) return parsed;
      }
    return undefined;
  }

  variable(name: string, file: string | null): ParsedChunk | undefined {
    return this.#find('variables', name, file);
  }

  /** An expression such as `VM_READ | VM_WRITE`, expanded as in `file`, ready to be compiled. */
  expression(text: string, file: string): ParsedChunk {
    return this.#kept(`expression\n${file}\n${text}`, () =>
      this.parseExpanded(
        expand(tokensOf(text), this.#macroSource(file)),
        file,
        { start: 0, end: 0 },
        (inner) => `int x = (${inner});`,
      ),
    );
  }

  #kept(key: string, make: () => ParsedChunk): ParsedChunk {
    const { chunks } = this.#options.cache;
    const known = chunks.get(key);
    if (known) return known;
    const made = make();
    chunks.set(key, made);
    return made;
  }

  /** What stands in a `typeof`: a type or an expression. */
  operand(text: string, file: string): ParsedChunk {
    return this.#kept(`operand\n${file}\n${text}`, () =>
      this.parseExpanded(
        readExpanded(text),
        file,
        { start: 0, end: 0 },
        (inner) => `int x = sizeof(${inner});`,
      ),
    );
  }

  /** `name`: what the chunk defines, which a macro of the same name does not touch. `closing` completes a piece of a definition. */
  #parse(scan: FileScan, chunk: Chunk, name: string, closing = ''): ParsedChunk {
    const text = scan.text.slice(chunk.start, chunk.end);
    const key = `${scan.path}\n${text}`;
    const kept = this.#options.cache.chunks.get(key);
    if (kept) return kept.chunk.start === chunk.start ? kept : { ...kept, chunk };
    const tokens = this.#clean(tokensOf(text), scan, chunk.start, name);
    let expansion: Expansion;
    try {
      expansion = expand(tokens, this.#macroSource(scan.path));
    } catch (error) {
      if (!(error instanceof TooManyTokens)) throw error;
      expansion = readExpanded('macros that expand without end (');
    }
    const parsed = this.parseExpanded(expansion, scan.path, chunk, (inner) => `${inner}${closing}`);
    this.#options.cache.chunks.set(key, parsed);
    return parsed;
  }

  /** Without the branches that the configuration leaves out. */
  #clean(tokens: readonly Token[], scan: FileScan, start: number, name: string): Token[] {
    const { leftOut } = scan;
    let at = 0;
    let named = false;
    const kept: Token[] = [];
    for (const token of tokens) {
      const place = token.start + start;
      while (at < leftOut.length && (leftOut[at]?.end ?? 0) <= place) at++;
      const range = leftOut[at];
      if (range && place >= range.start) continue;
      const isHead: boolean = !named && token.text === name;
      named ||= isHead;
      kept.push(isHead ? { ...token, hidden: new Set([name]) } : token);
    }
    return kept;
  }

  parseExpanded(
    expansion: Expansion,
    file: string,
    chunk: Chunk,
    dress: (text: string) => string,
  ): ParsedChunk {
    const dressed = dress(expansion.text);
    const shift = dressed.indexOf(expansion.text);
    const moved: Expansion = {
      ...expansion,
      text: dressed,
      original: (start, end) => expansion.original(Math.max(0, start - shift), Math.max(0, end - shift)),
    };
    const tree = this.#options.parser.treeOf(dressed, undefined);
    try {
      const root = readSyntax(tree);
      const error = tree.rootNode.hasError ? (findNode(root, ERROR_TYPES) ?? root) : undefined;
      return { file, chunk, expansion: moved, root, error };
    } finally {
      tree.delete();
    }
  }
}

function mix(hash: { value: number }, text: string): void {
  let { value } = hash;
  for (let i = 0; i < text.length; i++) value = (Math.imul(value, 31) + text.charCodeAt(i)) | 0;
  hash.value = (Math.imul(value, 31) + 7) | 0;
}
