/**
 * Facts of several files of one kernel tree, read lazily through the caller's reader and kept up to date with edits.
 * Owns the parsed files: `delete()` it.
 */
import { type Anchor, type AnchorResult, resolveAnchor } from './anchors';
import { negationsIn } from './conditionals';
import type { AssertFact, CallFact, FileIndex, FunctionBody, FunctionFact } from './facts';
import type { KernelParser } from './parser';
import { namesOfRole, roleNamed } from './roles';
import { SourceFile } from './sourceFile';

/** Gives the text of a file of the tree by its path from the tree's root (`mm/rmap.c`), or undefined when there is none. */
export type ReadFile = (path: string) => Promise<string | undefined>;

/** A function together with the file it stands in. */
export interface FunctionPlace {
  readonly path: string;
  readonly function: FunctionFact;
}

export interface CallPlace {
  readonly path: string;
  readonly call: CallFact;
}

export interface AssertPlace {
  readonly path: string;
  readonly assert: AssertFact;
}

/** Syntax trees kept in wasm memory at a time; the least recently used are given back and parsed again when needed. */
const MAX_TREES_HELD = 24;

function fewestNegations(places: readonly FunctionPlace[]): number {
  return Math.min(...places.map((place) => negationsIn(place.function.conditions)));
}

export class TreeIndex {
  readonly #parser: KernelParser;
  readonly #read: ReadFile;
  /** Files by path, least recently used first; `undefined` for a file that the tree has not. */
  readonly #files = new Map<string, SourceFile | undefined>();
  readonly #reading = new Map<string, Promise<void>>();
  /** Counts changes of any file, so that callers can tell whether what they computed is still true. */
  #version = 0;
  /** What `paths` gave last. */
  #paths: { readonly version: number; readonly list: readonly string[] } | undefined;
  /** The file used last: asking for it again moves nothing. */
  #last: SourceFile | undefined;

  /** `parser` stays the caller's; `read` is asked once per file until the file is invalidated. */
  constructor(parser: KernelParser, read: ReadFile) {
    this.#parser = parser;
    this.#read = read;
  }

  get version(): number {
    return this.#version;
  }

  /** Paths of the files read so far that exist, sorted. */
  get paths(): readonly string[] {
    if (this.#paths?.version !== this.#version) {
      const list = [...this.#files].flatMap(([path, file]) => (file ? [path] : [])).sort();
      this.#paths = { version: this.#version, list };
    }
    return this.#paths.list;
  }

  /** Reads and indexes those of `paths` that are not in yet. Absent files are remembered as absent. */
  async ensure(paths: readonly string[]): Promise<void> {
    await Promise.all(paths.filter((path) => !this.#files.has(path)).map((path) => this.#load(path)));
  }

  #load(path: string): Promise<void> {
    const pending = this.#reading.get(path);
    if (pending) {
      return pending;
    }
    const loading = this.#read(path)
      .then((text) => {
        // A buffer that was opened meanwhile is newer than the file; a file invalidated meanwhile is read again.
        if (!this.#files.has(path) && this.#reading.get(path) === loading) {
          this.#files.set(path, text === undefined ? undefined : new SourceFile(this.#parser, path, text));
          this.#version++;
        }
      })
      .finally(() => {
        if (this.#reading.get(path) === loading) {
          this.#reading.delete(path);
        }
      });
    this.#reading.set(path, loading);
    return loading;
  }

  #releaseOldTrees(): void {
    const holders = [...this.#files.values()].filter((file) => file?.holdsTree);
    for (const file of holders.slice(0, Math.max(0, holders.length - MAX_TREES_HELD))) {
      file?.release();
    }
  }

  /** Reads the files that `role` is looked for in; nothing for a role that no table knows. */
  ensureRole(role: string): Promise<void> {
    return this.ensure(roleNamed(role)?.files ?? []);
  }

  /** Takes the text of an open buffer instead of the file's; re-parses in place. */
  update(path: string, text: string): FileIndex {
    const known = this.#files.get(path);
    this.#version++;
    if (known) {
      known.update(text);
      return this.#used(path, known).index;
    }
    return this.#used(path, new SourceFile(this.#parser, path, text)).index;
  }

  /** Forgets a file (its buffer was closed, it changed on disk): it is read again when next asked for. */
  invalidate(path: string): void {
    this.#files.get(path)?.delete();
    this.#files.delete(path);
    this.#reading.delete(path);
    this.#version++;
  }

  /** Moves a file to the end of the queue of those whose trees are given back. */
  #used(path: string, file: SourceFile): SourceFile {
    if (file === this.#last && this.#files.get(path) === file) {
      return file;
    }
    this.#last = file;
    this.#files.delete(path);
    this.#files.set(path, file);
    this.#releaseOldTrees();
    return file;
  }

  /** The file itself, for readers of its syntax tree; undefined when it is absent or not read yet. */
  source(path: string): SourceFile | undefined {
    const file = this.#files.get(path);
    return file ? this.#used(path, file) : undefined;
  }

  /** Index of a file that has been read. */
  file(path: string): FileIndex | undefined {
    return this.source(path)?.index;
  }

  text(path: string): string | undefined {
    return this.#files.get(path)?.text;
  }

  /** Statements of a function of the present index. Throws when the file is not there any more. */
  body(place: FunctionPlace): FunctionBody {
    const file = this.source(place.path);
    if (!file) {
      throw new Error(`${place.path} is not in the index`);
    }
    return file.body(place.function);
  }

  /** Definitions of `name` in the files read, in order of path. */
  functionsNamed(name: string): readonly FunctionPlace[] {
    return this.paths.flatMap((path) => this.#definitionsIn(path, name));
  }

  #definitionsIn(path: string, name: string): FunctionPlace[] {
    if (!this.#files.get(path)?.text.includes(name)) {
      return [];
    }
    return (this.file(path)?.functions ?? [])
      .filter((definition) => definition.name === name)
      .map((definition) => ({ path, function: definition }));
  }

  /**
   * Definitions that play `role` among the files read: of the first of its names that is defined, in the first of its
   * files where it is no stub for a kernel without the feature. More than one when they exclude each other by `#if`. A role
   * that no table knows is taken for a function's name.
   */
  definitions(role: string): readonly FunctionPlace[] {
    const entry = roleNamed(role);
    if (!entry) {
      return this.functionsNamed(role);
    }
    for (const name of entry.names) {
      const found = entry.files
        .map((path) => this.#definitionsIn(path, name))
        .filter(({ length }) => length > 0);
      const [best] = found.sort((a, b) => fewestNegations(a) - fewestNegations(b));
      if (best) {
        return best;
      }
    }
    return [];
  }

  /** Direct calls of `name` in the files read, in order of path and place. */
  callers(name: string): readonly CallPlace[] {
    return this.paths.flatMap((path) => {
      const mentions = this.#files.get(path)?.text.includes(name) ?? false;
      return (mentions ? (this.source(path)?.calls ?? []) : [])
        .filter(({ callee, isIndirect }) => callee === name && !isIndirect)
        .map((call) => ({ path, call }));
    });
  }

  /** Asserts in the functions called `name`. */
  asserts(name: string): readonly AssertPlace[] {
    return this.functionsNamed(name).flatMap(({ path, function: definition }) =>
      (this.source(path)?.asserts ?? [])
        .filter(({ span }) => definition.span.start <= span.start && span.end <= definition.span.end)
        .map((assert) => ({ path, assert })),
    );
  }

  /** Finds an anchor in the files read (`ensureRole` reads those of its role). */
  resolve(anchor: Anchor): AnchorResult {
    const candidates = this.definitions(anchor.role).flatMap((place) => {
      const file = this.source(place.path);
      return file ? [{ index: file.index, definition: place.function, body: file.body(place.function) }] : [];
    });
    return resolveAnchor(anchor, candidates, namesOfRole);
  }

  /** Frees all syntax trees. */
  delete(): void {
    for (const file of this.#files.values()) {
      file?.delete();
    }
    this.#files.clear();
    this.#reading.clear();
  }
}
