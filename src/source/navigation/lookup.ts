/**
 * Finds definitions by name in the files read so far. Only files whose text could hold one are parsed; what was found is
 * kept until a text changes.
 */
import type { FileIndex, StructFact } from '../facts';
import type { TreeIndex } from '../treeIndex';
import type { TypeWorld } from './expressionType';
import { mayDefine } from './syntax';
import type { Definition, DefinitionKind } from './target';
import { occurrencesOf } from './words';

/** Names whose definitions are kept; all are dropped when there are more, and when a text changes. */
const MAX_KEPT = 4000;

/** Shortest beginning of a name by which the macro call that generates it is recognised. */
const MIN_GENERATED_PREFIX = 6;

interface FoundStruct {
  readonly path: string;
  readonly fact: StructFact;
}

export class Lookup implements TypeWorld {
  readonly #tree: TreeIndex;
  #version = -1;
  readonly #definitions = new Map<string, readonly Definition[]>();
  readonly #structs = new Map<string, readonly FoundStruct[]>();

  constructor(tree: TreeIndex) {
    this.#tree = tree;
  }

  /** Definitions of a function, macro, variable, typedef, enumerator or tag, in order of path. */
  definitions(name: string): readonly Definition[] {
    this.#forgetOld();
    let found = this.#definitions.get(name);
    if (!found) {
      found = this.#search(name, (index) => definitionsIn(index, name));
      this.#definitions.set(name, found);
    }
    return found;
  }

  /** Definitions of a struct or union with the file they stand in. */
  foundStructs(tag: string): readonly FoundStruct[] {
    this.#forgetOld();
    let found = this.#structs.get(tag);
    if (!found) {
      found = this.#search(tag, ({ path, structs }) =>
        structs.filter(({ name }) => name === tag).map((fact) => ({ path, fact })),
      );
      this.#structs.set(tag, found);
    }
    return found;
  }

  structs(tag: string): readonly StructFact[] {
    return this.foundStructs(tag).map(({ fact }) => fact);
  }

  typeTextOf(name: string): string | undefined {
    const definition =
      this.definitions(name).find(({ kind }) => kind === 'function' || kind === 'variable') ??
      this.definitions(name).find(({ kind }) => kind === 'prototype');
    const text = definition && this.#tree.text(definition.path);
    return text?.slice(definition?.span.start, definition?.nameSpan.start);
  }

  /** The struct that a macro declares a variable of, by the first one that its body names: `DEFINE_FOLIO_VMA_WALK(…)`. */
  macroStruct(macro: string): string | undefined {
    const definition = this.definitions(macro).find(({ kind }) => kind === 'macro');
    const text = definition && this.#tree.text(definition.path);
    return (
      definition &&
      /\bstruct\s+(\w+)/.exec(text?.slice(definition.span.start, definition.span.end) ?? '')?.[1]
    );
  }

  /** Members called `name` of any struct, in the headers and in `path`. */
  members(name: string, path: string): Definition[] {
    return this.#tree.paths
      .filter((candidate) => candidate === path || candidate.endsWith('.h'))
      .filter((candidate) => !occurrencesOf(this.#tree.text(candidate) ?? '', name).next().done)
      .flatMap((candidate) =>
        (this.#tree.file(candidate)?.structs ?? []).flatMap(({ fields }) =>
          fields
            .filter((field) => field.name === name || field.name.endsWith(`.${name}`))
            .map(({ span, nameSpan }) => ({
              ...{ kind: 'member' as const, name, path: candidate, span, nameSpan },
              isPrivate: false,
            })),
        ),
      );
  }

  #forgetOld(): void {
    const { version } = this.#tree;
    if (version !== this.#version || this.#definitions.size + this.#structs.size > MAX_KEPT) {
      this.#version = version;
      this.#definitions.clear();
      this.#structs.clear();
    }
  }

  /** What `read` finds in the files that likely define `name`; where those have nothing, in the ones that perhaps do. */
  #search<T>(name: string, read: (index: FileIndex) => readonly T[]): T[] {
    const likely: string[] = [];
    const perhaps: string[] = [];
    for (const path of this.#tree.paths) {
      const text = this.#tree.text(path) ?? '';
      let best: 'likely' | 'perhaps' | undefined;
      for (const at of occurrencesOf(text, name)) {
        best = mayDefine(text, at, name) ?? best;
        if (best === 'likely') {
          break;
        }
      }
      if (best) {
        (best === 'likely' ? likely : perhaps).push(path);
      }
    }
    for (const paths of [likely, perhaps]) {
      const found = paths.flatMap((path) => {
        const index = this.#tree.file(path);
        return index ? read(index) : [];
      });
      if (found.length > 0) {
        return found;
      }
    }
    return [];
  }

  /** Macro calls at file level that write functions whose names begin with one of their arguments. */
  generated(name: string): Definition[] {
    const found = this.#tree.paths.flatMap((path) => {
      const text = this.#tree.text(path) ?? '';
      if (!/_DEFINE\(|DEFINE_(?:LOCK_)?GUARD|RB_DECLARE/.test(text)) {
        return [];
      }
      return (this.#tree.file(path)?.invocations ?? []).flatMap(({ macro, argumentTexts, span }) => {
        const prefix = argumentTexts.find(
          (argument) => argument.length >= MIN_GENERATED_PREFIX && name.startsWith(`${argument}_`),
        );
        if (!/DEFINE|DECLARE/.test(macro) || prefix === undefined) {
          return [];
        }
        return [{ kind: 'generated' as const, name, path, span, nameSpan: span, isPrivate: false }];
      });
    });
    return found.slice(0, 4);
  }
}

/** What `index` defines under `name`. */
export function definitionsIn(index: FileIndex, name: string): Definition[] {
  const { path } = index;
  const isInC = path.endsWith('.c');
  const found: Definition[] = [];
  const add = (
    kind: DefinitionKind,
    facts: readonly {
      readonly name: string;
      readonly span: Definition['span'];
      readonly nameSpan?: Definition['span'];
    }[],
    isPrivate = false,
  ): void => {
    for (const fact of facts) {
      if (fact.name === name) {
        const nameSpan = fact.nameSpan ?? { start: fact.span.start, end: fact.span.start + name.length };
        found.push({ kind, name, path, span: fact.span, nameSpan, isPrivate });
      }
    }
  };
  for (const definition of index.functions) {
    add('function', [definition], definition.isStatic && isInC);
  }
  add('prototype', index.prototypes);
  add('macro', index.macros, isInC);
  for (const { kind, ...fact } of index.names) {
    add(kind, [fact]);
  }
  for (const { kind, ...fact } of index.structs) {
    add(kind, [fact], isInC);
  }
  for (const fact of index.enums) {
    add('enum', [fact], isInC);
    add('enumerator', fact.enumerators, isInC);
  }
  return found;
}
