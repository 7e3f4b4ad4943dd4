/** What the dialect pass puts in place of text that the grammar does not know. */
import type { Span } from './text';

export type ReplacementKind =
  /** Attribute or qualifier: blanked. */
  | 'attribute'
  /** Macro that runs a block for each of something, before it or (of `do`) behind it: written as `while`. */
  | 'iterator'
  /** Other macro before a block, such as `scoped_guard(…) {`: written as `while`. */
  | 'scope'
  /** Type as macro argument: written as one name. */
  | 'type argument'
  /** Macro that declares an object, such as `DEFINE_PER_CPU(type, name)`: written as a declaration. */
  | 'declaring macro'
  /** Macro that writes a function's head, such as `SYSCALL_DEFINE2(…)`: written as a head. */
  | 'head macro'
  /** Macro call that is neither declaration nor statement: blanked. */
  | 'macro call'
  /** Word or construct that the grammar lacks: `auto`, `typeof (…)`. */
  | 'word'
  /** Preprocessor line: blanked. */
  | 'directive'
  /** Branch of an `#if` group that excludes the branch that is parsed: blanked. */
  | 'branch';

/** One replaced piece. */
export interface Replacement extends Span {
  readonly kind: ReplacementKind;
  /** The macro, attribute or directive that stood there; for a type argument the type's text. */
  readonly name: string;
  /** Same length as the span. */
  readonly text: string;
  /** For a head macro whose function name had to move: where the name really stands. */
  readonly nameSpan?: Span;
}
