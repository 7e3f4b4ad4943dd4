/**
 * What completion knows when it proposes something.
 */
import type { Replay } from './replay';
import type { Scenario } from './syntax';

/** Names that come from outside of the language. */
export interface Vocabulary {
  readonly profiles: readonly { readonly id: string; readonly title: string; readonly note: string }[];
  readonly invariants: readonly {
    readonly id: string;
    readonly title: string;
    readonly statement: string;
    readonly why: string;
  }[];
  /** Functions that `call` knows: `anon_vma_clone(DST, SRC, OPERATION)`. */
  readonly functions: readonly { readonly name: string; readonly usage: string }[];
}

/** A moment that entries are made for. */
export interface CompletionContext {
  readonly scenario: Scenario;
  readonly line: number;
  readonly replay: Replay;
  readonly vocabulary: Vocabulary;
  /** Nothing follows on the line, so that arguments may be inserted too. */
  readonly last: boolean;
}
