/** What a name in the text means: the question behind definition, references and highlights. */
import type { Span } from '../text';
import type { StructType } from './expressionType';

export type Target =
  /** A variable, parameter or label of one function, or the parameter of a macro. */
  | {
      readonly kind: 'local';
      readonly name: string;
      readonly path: string;
      readonly declaration: Span;
      readonly uses: readonly Span[];
    }
  /** A member; `owner` is undefined when the text does not tell of which struct. */
  | { readonly kind: 'member'; readonly name: string; readonly owner: StructType | undefined }
  /** A struct, union or enum by its tag. */
  | { readonly kind: 'tag'; readonly name: string }
  /** A function, macro, variable, typedef or enumerator. */
  | { readonly kind: 'name'; readonly name: string }
  /** The file of an `#include` line. */
  | { readonly kind: 'include'; readonly name: string; readonly isQuoted: boolean };

/** A target with the word that was asked about. */
export interface FoundTarget {
  readonly target: Target;
  readonly word: Span;
}

export type DefinitionKind =
  | 'function'
  | 'prototype'
  | 'macro'
  | 'variable'
  | 'typedef'
  | 'struct'
  | 'union'
  | 'enum'
  | 'enumerator'
  | 'member'
  | 'local'
  | 'file'
  /** A macro call that writes it, such as `INTERVAL_TREE_DEFINE(…)`. */
  | 'generated';

/** Where something is defined. */
export interface Definition {
  readonly kind: DefinitionKind;
  readonly name: string;
  readonly path: string;
  /** The whole definition. */
  readonly span: Span;
  readonly nameSpan: Span;
  /** Not visible in other files: a `static` function, or a macro of a C file. */
  readonly isPrivate: boolean;
}

/** Where a name is used. */
export interface Reference {
  readonly path: string;
  readonly span: Span;
  readonly isDefinition: boolean;
}
