/**
 * The pass over kernel text before it is parsed. What the C grammar does not know (attribute macros, iterator macros,
 * types as macro arguments, `SYSCALL_DEFINEn` heads, preprocessor lines, …) is replaced by text of equal length, so that
 * every offset and line stays valid. Each replacement is recorded with what stood there. dialectTables.ts holds the words.
 */
import { type Conditionals, readConditionals } from './conditionals';
import { type Bodies, rewriteTokens } from './dialectRules';
import { lex, TokenKind, type Tokens } from './lexer';
import type { Replacement, ReplacementKind } from './replacement';
import { blanksFor } from './text';

/** Result of the pass: `text` has the length and the line breaks of the input. */
export interface DialectResult extends Bodies {
  readonly text: string;
  /** In source order, not overlapping. */
  readonly replacements: readonly Replacement[];
  readonly conditionals: Conditionals;
  readonly tokens: Tokens;
}

function directiveName(text: string, start: number, end: number): string {
  const match = /^#\s*\w*/.exec(text.slice(start, Math.min(end, start + 40)));
  return match ? match[0].replace(/\s+/g, '') : '#';
}

/** Replacements for preprocessor lines and for branches left out of the parse. */
function preprocessorReplacements(text: string, tokens: Tokens, conditionals: Conditionals): Replacement[] {
  const replacements: Replacement[] = [];
  let coveredTo = 0;
  const add = (kind: ReplacementKind, name: string, start: number, end: number): void => {
    if (start >= coveredTo && end > start) {
      replacements.push({ kind, name, start, end, text: blanksFor(text, start, end) });
      coveredTo = end;
    }
  };
  const branches = conditionals.regions
    .flatMap((region) => region.branches)
    .filter((branch) => !branch.isParsed)
    .sort((a, b) => a.span.start - b.span.start);
  let nextBranch = 0;
  const addBranchesBefore = (offset: number): void => {
    for (
      let branch = branches[nextBranch];
      branch && branch.span.start < offset;
      branch = branches[++nextBranch]
    ) {
      add('branch', branch.condition, branch.span.start, branch.span.end);
    }
  };
  for (let i = 0; i < tokens.count; i++) {
    if (tokens.kind[i] === TokenKind.directive) {
      const start = tokens.start[i] ?? 0;
      const end = tokens.end[i] ?? 0;
      addBranchesBefore(start);
      add('directive', directiveName(text, start, end), start, end);
    }
  }
  addBranchesBefore(text.length + 1);
  return replacements;
}

/** In source order, without those inside of another: a macro's arguments may hold preprocessor lines. */
function withoutNested(replacements: Replacement[]): Replacement[] {
  replacements.sort((a, b) => a.start - b.start || b.end - a.end);
  let coveredTo = 0;
  return replacements.filter(({ start, end }) => {
    const isNested = start < coveredTo;
    coveredTo = Math.max(coveredTo, end);
    return !isNested;
  });
}

/** `text` with `replacements` (in source order, not overlapping) put in. */
function applyReplacements(text: string, replacements: readonly Replacement[]): string {
  const pieces: string[] = [];
  let from = 0;
  for (const replacement of replacements) {
    pieces.push(text.slice(from, replacement.start), replacement.text);
    from = replacement.end;
  }
  pieces.push(text.slice(from));
  return pieces.join('');
}

/** Rewrites kernel C into plain C of the same length. Any text is accepted. */
export function rewriteDialect(text: string): DialectResult {
  const tokens = lex(text);
  const conditionals = readConditionals(text, tokens);
  const { replacements: words, bodies, misplaced } = rewriteTokens(text, tokens, conditionals.isLeftOut);
  const replacements = withoutNested(preprocessorReplacements(text, tokens, conditionals).concat(words));
  return {
    text: applyReplacements(text, replacements),
    replacements,
    conditionals,
    tokens,
    bodies,
    misplaced,
  };
}
