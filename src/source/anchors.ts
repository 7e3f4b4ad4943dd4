/**
 * Anchors: places in kernel functions named by role and statement pattern, never by line, so that they survive edits
 * and other kernels. A place that is absent or not unique says so; nothing is guessed.
 */
import type { SourceRange } from './text';

/**
 * A place in the kernel's text. `role` is a name of roles.ts (or a plain C function name); `pattern` is a list of terms
 * separated by blanks, all of which must match one statement:
 *
 * `entry` · `end` · `call:NAME` · `set:LVALUE` · `has:IDENT` · `goto:LABEL` · `return:TEXT` · `in:if` · `in:loop` ·
 * kind words `if loop switch return goto decl expr` · `!term` negates · `a|b` inside an argument is an alternative ·
 * a last term `#N` picks the N-th match in source order, from 1.
 */
export interface Anchor {
  readonly role: string;
  readonly pattern: string;
}

/** Where an anchor lies in the open tree, or one sentence saying why it lies nowhere. */
export type AnchorResult =
  | { readonly ok: true; readonly file: string; readonly range: SourceRange; readonly functionName: string }
  | { readonly ok: false; readonly reason: string };
