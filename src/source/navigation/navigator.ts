/**
 * Definition, references and highlights over one tree, by name and by what the text around a name says. Works with no
 * build and no index: the texts of the files that the reverse map touches are read once, and only those that mention a
 * name are looked at. Where the text does not tell which of several things a name means, all of them are given.
 */

import { contains, type Span } from '../text';
import type { TreeIndex } from '../treeIndex';
import { ExpressionTypes, fieldOf, type StructType, structIn } from './expressionType';
import { includeCandidates, type ListFolder, NEAR_FILES, navigatedFiles } from './files';
import { LocalFinder } from './locals';
import { definitionsIn, Lookup } from './lookup';
import { callAround, isCalled, isMember, isTag } from './syntax';
import type { Definition, FoundTarget, Reference, Target } from './target';
import { placeOf, wordSpanAt, wordsNamed } from './words';

/** Headers that are read beyond the set for one question, following `#include` lines. */
const MAX_INCLUDES_READ = 900;

/** Headers beyond the set whose texts are kept; the oldest go. */
const MAX_INCLUDES_KEPT = 1000;

const INCLUDE = /^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]/gm;

export class Navigator {
  readonly tree: TreeIndex;
  readonly lookup: Lookup;
  readonly #list: ListFolder;
  #files: Promise<readonly string[]> | undefined;
  /** Headers beyond the set, oldest first. */
  readonly #included = new Set<string>();

  /** Both stay the caller's. */
  constructor(tree: TreeIndex, list: ListFolder) {
    this.tree = tree;
    this.#list = list;
    this.lookup = new Lookup(tree);
  }

  /** Paths of the files that are searched. */
  files(): Promise<readonly string[]> {
    if (!this.#files) {
      const listing = navigatedFiles(this.#list);
      this.#files = listing;
      listing.catch(() => {
        this.#files = undefined;
      });
    }
    return this.#files;
  }

  /** Lists the tree anew when next asked: a file came or went. */
  forgetFiles(): void {
    this.#files = undefined;
  }

  /** Reads the texts of all files that are searched, and of `path`. */
  async ready(path?: string): Promise<void> {
    await this.tree.ensure([...(await this.files()), ...(path === undefined ? [] : [path])]);
  }

  /** Reads only `path` and the files that most questions are answered from. */
  async nearby(path: string): Promise<void> {
    await this.tree.ensure([path, ...NEAR_FILES]);
  }

  /**
   * Definitions of what the name at `offset` means, if what has been read so far tells it for sure; undefined where other
   * files may tell more: a prototype alone, a member of an unknown struct.
   */
  nearDefinitions(
    path: string,
    offset: number,
  ): { found: FoundTarget; definitions: Definition[] } | undefined {
    const found = this.targetAt(path, offset);
    if (!found || found.target.kind === 'include') {
      return undefined;
    }
    const { target } = found;
    const own = target.kind === 'name' ? this.#ownFunction(path, target.name) : [];
    if (own.length > 0) {
      return { found, definitions: own };
    }
    const definitions = this.definitionsNow(target, path);
    const isSure =
      definitions.some((one) => one.kind !== 'prototype' && (!one.isPrivate || one.path === path)) &&
      (target.kind !== 'member' || target.owner);
    return isSure ? { found, definitions } : undefined;
  }

  /** The function of this name that a file has with its body: where it has one, no other file's can be meant. */
  #ownFunction(path: string, name: string): Definition[] {
    const index = this.tree.file(path);
    return index ? definitionsIn(index, name).filter(({ kind }) => kind === 'function') : [];
  }

  /** What the name at `offset` of a file that has been read means. */
  targetAt(path: string, offset: number): FoundTarget | undefined {
    const source = this.tree.source(path);
    if (!source) {
      return undefined;
    }
    const { text, parsed } = source;
    const included = includeAt(text, offset);
    if (included) {
      return included;
    }
    const word = wordSpanAt(text, offset);
    const place = word && placeOf(text, parsed.dialect.tokens, word.start);
    if (!word || !place) {
      return undefined;
    }
    const name = text.slice(word.start, word.end);
    if (place === 'directive') {
      const parameter = this.#macroParameter(path, name, word);
      if (parameter) {
        return { word, target: parameter };
      }
    } else {
      const finder = new LocalFinder(parsed);
      const local = finder.resolve(word);
      if (local) {
        const { nameSpan: declaration } = local;
        return { word, target: { kind: 'local', name, path, declaration, uses: finder.uses(local) } };
      }
    }
    return { word, target: this.#global(path, name, word, place === 'code') };
  }

  #global(path: string, name: string, word: Span, isCode: boolean): Target {
    const source = this.tree.source(path);
    const text = source?.text ?? '';
    if (isMember(text, word)) {
      const owner = isCode && source ? this.#types(path)?.ownerOf(word) : undefined;
      return { kind: 'member', name, owner };
    }
    if (isTag(text, word)) {
      return { kind: 'tag', name };
    }
    const isPlain = isCode && !isCalled(text, word);
    const member = isPlain
      ? (this.#declaredMember(path, word) ?? this.#memberArgument(path, word))
      : undefined;
    return member ?? { kind: 'name', name };
  }

  /** A member named as argument of a macro, such as the last of `list_for_each_entry(avc, head, same_vma)`. */
  #memberArgument(path: string, word: Span): Target | undefined {
    const source = this.tree.source(path);
    const call = source && callAround(source.text, word);
    if (!source || !call) {
      return undefined;
    }
    const name = source.text.slice(word.start, word.end);
    const text = source.text.slice(call.start, call.end);
    const first = /^\w+\(\s*(\w+)/.exec(text);
    const start = call.start + (first?.[0].length ?? 0) - (first?.[1]?.length ?? 0);
    const local =
      first && new LocalFinder(source.parsed).resolve({ start, end: call.start + first[0].length });
    const owners = [structIn(text), local ? this.#types(path)?.ofLocal(local)?.struct : undefined];
    for (const struct of owners) {
      const owner = struct === undefined ? undefined : { struct, prefix: '' };
      if (owner && fieldOf(this.lookup, owner, name)) {
        return { kind: 'member', name, owner };
      }
    }
    return undefined;
  }

  #types(path: string): ExpressionTypes | undefined {
    const parsed = this.tree.source(path)?.parsed;
    return parsed && new ExpressionTypes(parsed, this.lookup);
  }

  /** The member that is declared at `word`. */
  #declaredMember(path: string, word: Span): Target | undefined {
    for (const { name: struct, span, fields } of this.tree.file(path)?.structs ?? []) {
      if (!contains(span, word.start)) {
        continue;
      }
      const field = fields.find(({ nameSpan }) => nameSpan.start === word.start);
      if (field) {
        const at = field.name.lastIndexOf('.') + 1;
        const owner: StructType = { struct, prefix: field.name.slice(0, at) };
        return { kind: 'member', name: field.name.slice(at), owner };
      }
    }
    return undefined;
  }

  #macroParameter(path: string, name: string, word: Span): Target | undefined {
    const source = this.tree.source(path);
    const macro = source?.index.macros.find(({ span }) => contains(span, word.start));
    const isParameter = macro?.parameters?.some((parameter) => parameter.replace(/\.\.\.$/, '') === name);
    if (!source || !macro || !isParameter) {
      return undefined;
    }
    const uses = wordsNamed(source.text, name, source.parsed.dialect.tokens).filter(({ start }) =>
      contains(macro.span, start),
    );
    const declaration = uses.find(({ start }) => start > macro.nameSpan.start) ?? word;
    return { kind: 'local', name, path, declaration, uses };
  }

  /**
   * Where `target`, found in the file `from`, is defined. Reads headers beyond the set by following `#include` lines when
   * the set does not have it.
   */
  async definitions(target: Target, from: string): Promise<Definition[]> {
    const found = this.definitionsNow(target, from);
    if (found.length > 0 || (target.kind !== 'name' && target.kind !== 'tag')) {
      return target.kind === 'include' ? this.#includedFile(target, from) : found;
    }
    if (await this.#followIncludes(from, target.name)) {
      return this.definitionsNow(target, from);
    }
    const generated = this.lookup.generated(target.name);
    return generated.length > 0 ? generated : this.#otherMeanings(target.name, from);
  }

  /** What a macro may make of a name that nothing defines: a tag (`KMEM_CACHE(anon_vma, …)`) or a member. */
  #otherMeanings(name: string, from: string): Definition[] {
    const tags = this.definitionsNow({ kind: 'tag', name }, from);
    return tags.length > 0 ? tags : this.lookup.members(name, from);
  }

  /** As `definitions`, among the files read so far. */
  definitionsNow(target: Target, from: string): Definition[] {
    switch (target.kind) {
      case 'local': {
        const { name, path, declaration } = target;
        return [{ kind: 'local', name, path, span: declaration, nameSpan: declaration, isPrivate: true }];
      }
      case 'member':
        return this.#memberDefinitions(target, from);
      case 'tag':
        return this.lookup
          .definitions(target.name)
          .filter(({ kind }) => kind === 'struct' || kind === 'union' || kind === 'enum');
      case 'name':
        return visibleIn(from, this.lookup.definitions(target.name));
      case 'include':
        return [];
    }
  }

  #memberDefinitions({ name, owner }: Extract<Target, { kind: 'member' }>, from: string): Definition[] {
    if (owner) {
      const found = this.lookup.foundStructs(owner.struct).flatMap(({ path, fact }) => {
        const field = fact.fields.find((candidate) => candidate.name === `${owner.prefix}${name}`);
        return field
          ? [
              {
                kind: 'member' as const,
                name,
                path,
                span: field.span,
                nameSpan: field.nameSpan,
                isPrivate: false,
              },
            ]
          : [];
      });
      if (found.length > 0) {
        return found;
      }
    }
    return this.lookup.members(name, from);
  }

  async #includedFile(
    { name, isQuoted }: Extract<Target, { kind: 'include' }>,
    from: string,
  ): Promise<Definition[]> {
    const start = { start: 0, end: 0 };
    for (const path of includeCandidates(from, name, isQuoted)) {
      await this.#read([path]);
      if (this.tree.text(path) !== undefined) {
        return [{ kind: 'file', name, path, span: start, nameSpan: start, isPrivate: false }];
      }
    }
    return [];
  }

  async #read(paths: readonly string[]): Promise<void> {
    const set = await this.files();
    const fresh = paths.filter((path) => !set.includes(path) && this.tree.text(path) === undefined);
    await this.tree.ensure(paths);
    for (const path of fresh) {
      this.#included.add(path);
    }
    for (const path of this.#included) {
      if (this.#included.size <= MAX_INCLUDES_KEPT) {
        break;
      }
      this.#included.delete(path);
      this.tree.invalidate(path);
    }
  }

  /** Reads what `from` includes, level by level, until something may define `name`. */
  async #followIncludes(from: string, name: string): Promise<boolean> {
    const seen = new Set([from]);
    let level = [from];
    while (level.length > 0 && seen.size < MAX_INCLUDES_READ) {
      const next = level.flatMap((path) =>
        [...(this.tree.text(path) ?? '').matchAll(INCLUDE)].flatMap(([, quote, included]) =>
          includeCandidates(path, included ?? '', quote === '"'),
        ),
      );
      level = [...new Set(next)].filter((path) => !seen.has(path)).slice(0, MAX_INCLUDES_READ - seen.size);
      for (const path of level) {
        seen.add(path);
      }
      await this.#read(level);
      level = level.filter((path) => this.tree.text(path) !== undefined);
      if (this.lookup.definitions(name).length > 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * Where `target`, found in the file `from`, is used, definitions and declarations included, in order of path and place.
   * Of members, places whose struct cannot be told are kept; those known to be another struct's are left out.
   */
  references(target: Target, from: string): Reference[] {
    if (target.kind === 'local') {
      return target.uses.map((span) => ({
        path: target.path,
        span,
        isDefinition: span.start === target.declaration.start,
      }));
    }
    if (target.kind === 'include') {
      return [];
    }
    const definitions = this.definitionsNow(target, from);
    const isPrivate = definitions.length > 0 && definitions.every((one) => one.isPrivate);
    const paths = isPrivate ? [...new Set(definitions.map(({ path }) => path))] : this.tree.paths;
    const starts = new Set(
      this.#declared(target, definitions).map(({ path, nameSpan }) => `${path}:${nameSpan.start}`),
    );
    return paths.flatMap((path) =>
      this.usesIn(path, target).map((span) => ({
        path,
        span,
        isDefinition: starts.has(`${path}:${span.start}`),
      })),
    );
  }

  #declared(target: Target, definitions: readonly Definition[]): readonly Definition[] {
    return target.kind === 'name' ? this.lookup.definitions(target.name) : definitions;
  }

  /** Where one file uses a target that is no local name. */
  usesIn(path: string, target: Exclude<Target, { kind: 'local' | 'include' }>): Span[] {
    const text = this.tree.text(path) ?? '';
    return wordsNamed(text, target.name)
      .filter((word) => this.#isUse(path, text, word, target))
      .map(({ start, end }) => ({ start, end }));
  }

  #isUse(
    path: string,
    text: string,
    word: Span & { readonly isInDirective: boolean },
    target: Exclude<Target, { kind: 'local' | 'include' }>,
  ): boolean {
    switch (target.kind) {
      case 'tag':
        return isTag(text, word);
      case 'member':
        return this.#isMemberUse(path, text, word, target.owner);
      case 'name': {
        if (isMember(text, word) || isTag(text, word)) {
          return false;
        }
        if (word.isInDirective || isCalled(text, word) || this.#isMacro(target.name)) {
          return true;
        }
        const parsed = this.tree.source(path)?.parsed;
        return !parsed || (!new LocalFinder(parsed).resolve(word) && !this.#declaredMember(path, word));
      }
    }
  }

  /** Nothing else can have the name of a macro. */
  #isMacro(name: string): boolean {
    return this.lookup.definitions(name).some(({ kind }) => kind === 'macro' || kind === 'enumerator');
  }

  #isMemberUse(
    path: string,
    text: string,
    word: Span & { readonly isInDirective: boolean },
    owner: StructType | undefined,
  ): boolean {
    if (!isMember(text, word)) {
      const declared = word.isInDirective
        ? undefined
        : (this.#declaredMember(path, word) ?? this.#memberArgument(path, word));
      return declared?.kind === 'member' && (!owner || isSameStruct(declared.owner, owner));
    }
    if (!owner || word.isInDirective) {
      return true;
    }
    const actual = this.#types(path)?.ownerOf(word);
    if (!actual || isSameStruct(actual, owner)) {
      return true;
    }
    // a type that has no such member was told wrongly: the place is kept
    return !fieldOf(this.lookup, actual, text.slice(word.start, word.end));
  }
}

function isSameStruct(a: StructType | undefined, b: StructType): boolean {
  return a?.struct === b.struct && a.prefix === b.prefix;
}

/** The file named by the `#include` line at `offset`. */
function includeAt(text: string, offset: number): FoundTarget | undefined {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const lineEnd = text.indexOf('\n', offset);
  const line = text.slice(lineStart, lineEnd < 0 ? text.length : lineEnd);
  const match = /^(\s*#\s*include\s*)([<"])([^>"]+)[>"]/.exec(line);
  if (!match) {
    return undefined;
  }
  const start = lineStart + (match[1]?.length ?? 0);
  const word = { start, end: start + (match[3]?.length ?? 0) + 2 };
  return { word, target: { kind: 'include', name: match[3] ?? '', isQuoted: match[2] === '"' } };
}

const RANK: Readonly<Partial<Record<Definition['kind'], number>>> = { prototype: 1 };

/** What `from` can mean of `definitions`: its own first, no other file's private ones, no prototypes beside bodies. */
export function visibleIn(from: string, definitions: readonly Definition[]): Definition[] {
  const values = definitions.filter(({ kind }) => kind !== 'struct' && kind !== 'union' && kind !== 'enum');
  const own = values.filter(({ path, isPrivate }) => isPrivate && path === from);
  if (own.length > 0) {
    return own;
  }
  const visible = values.filter(({ isPrivate }) => !isPrivate);
  const candidates = visible.length > 0 ? visible : values;
  const best = Math.min(...candidates.map(({ kind }) => RANK[kind] ?? 0));
  return candidates
    .filter(({ kind }) => (RANK[kind] ?? 0) === best)
    .sort((a, b) => Number(b.path === from) - Number(a.path === from));
}
