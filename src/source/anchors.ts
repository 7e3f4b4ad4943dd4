/**
 * Anchors: places in kernel functions named by role and statement pattern, never by line, so that they survive edits
 * and other kernels. A place that is absent or not unique says so; nothing is guessed.
 */
import { type NamesOf, type Pattern, readPattern } from './anchorPattern';
import { negationsIn } from './conditionals';
import type { FileIndex, FunctionBody, FunctionFact, StatementFact } from './facts';
import { rangeOf, type SourceRange } from './text';

/**
 * A place in the kernel's text. `role` is a name of roles.ts (or a plain C function name); `pattern` is a list of terms
 * separated by blanks, all of which must match one statement of the function:
 *
 * - `entry` (its head), `end` (its closing brace);
 * - `call:NAME` calls NAME directly, in its condition if it is an `if` or a loop; a role stands for all its names;
 * - `set:LVALUE` writes it: the whole lvalue without blanks, or its last name;
 * - `has:IDENT` mentions it; `goto:LABEL`; `label:LABEL`; `return:TEXT` returns just that;
 * - kinds: `if loop switch return goto decl expr`, and `while for do foreach scope case label break continue`;
 * - `in:if`, `in:loop`, `in:switch`: the innermost construct around it;
 * - `!term` negates; `a|b` inside an argument is an alternative;
 * - a last term `#N` picks the N-th match in source order, from 1. Without it the match has to be the only one.
 */
export interface Anchor {
  readonly role: string;
  readonly pattern: string;
}

/** Where an anchor lies in the open tree, or one sentence saying why it lies nowhere. */
export type AnchorResult =
  | {
      readonly ok: true;
      /** Path from the tree's root. */
      readonly file: string;
      readonly range: SourceRange;
      readonly functionName: string;
      readonly statement: StatementFact;
    }
  | { readonly ok: false; readonly reason: string };

/** A definition that may play the anchor's role. */
export interface AnchorCandidate {
  readonly index: FileIndex;
  readonly definition: FunctionFact;
  readonly body: FunctionBody;
}

/** Definitions that exclude each other by `#if`: the one that stands in a plain branch wins over those of `#else`. */
function preferred(candidates: readonly AnchorCandidate[]): readonly AnchorCandidate[] {
  const fewest = Math.min(...candidates.map(({ definition }) => negationsIn(definition.conditions)));
  return candidates.filter(({ definition }) => negationsIn(definition.conditions) === fewest);
}

interface Match {
  readonly candidate: AnchorCandidate;
  readonly statement: StatementFact;
}

/** What `pattern` picks in one definition: a statement, or the number of matches that it could not choose from. */
function pick(
  candidate: AnchorCandidate,
  pattern: Pattern,
): { readonly matches: readonly Match[]; readonly found: number } {
  const statements = candidate.body.statements.filter(pattern.matches);
  const chosen =
    pattern.ordinal === undefined ? statements : statements.slice(pattern.ordinal - 1, pattern.ordinal);
  return { matches: chosen.map((statement) => ({ candidate, statement })), found: statements.length };
}

/** Finds `anchor` in the definitions that play its role. */
export function resolveAnchor(
  anchor: Anchor,
  candidates: readonly AnchorCandidate[],
  namesOf: NamesOf,
): AnchorResult {
  const read = readPattern(anchor.pattern, namesOf);
  if (!read.ok) {
    return read;
  }
  if (candidates.length === 0) {
    return { ok: false, reason: `role not in this tree: ${anchor.role}` };
  }
  const picks = candidates.map((candidate) => pick(candidate, read.pattern));
  let matches = picks.flatMap((one) => one.matches);
  if (new Set(matches.map(({ candidate }) => candidate)).size > 1) {
    const best = preferred(candidates);
    matches = matches.filter(({ candidate }) => best.includes(candidate));
  }
  const [match] = matches;
  if (!match) {
    const name = candidates[0]?.definition.name ?? anchor.role;
    const found = Math.max(...picks.map((one) => one.found));
    const but = found > 0 ? `only ${found} statements match` : 'no statement matches';
    return { ok: false, reason: `function ${name} found but ${but} “${anchor.pattern}”` };
  }
  if (matches.length > 1) {
    const name = match.candidate.definition.name;
    return {
      ok: false,
      reason: `ambiguous: ${matches.length} statements of ${name} match “${anchor.pattern}”`,
    };
  }
  const { index, definition } = match.candidate;
  return {
    ok: true,
    file: index.path,
    range: rangeOf(index.lineStarts, match.statement.span),
    functionName: definition.name,
    statement: match.statement,
  };
}
