/** The pattern of an anchor: terms that a statement matches or not. Grammar: see `Anchor` in anchors.ts. */
import type { StatementFact, StatementKind } from './facts';
import { squeeze } from './normalise';

/** Tells all C names that a name in a pattern stands for: those of the role of that name, and itself. */
export type NamesOf = (name: string) => readonly string[];

export interface Pattern {
  /** True when the statement matches all terms. */
  readonly matches: (statement: StatementFact) => boolean;
  /** 1-based choice among the matches in source order; undefined asks for exactly one match. */
  readonly ordinal: number | undefined;
}

export type PatternResult =
  | { readonly ok: true; readonly pattern: Pattern }
  | { readonly ok: false; readonly reason: string };

type Test = (statement: StatementFact) => boolean;

const LOOPS: readonly StatementKind[] = ['while', 'for', 'do', 'foreach'];

const KIND_WORDS: ReadonlyMap<string, readonly StatementKind[]> = new Map<string, readonly StatementKind[]>([
  ['loop', LOOPS],
  ...(
    [
      'entry',
      'end',
      'decl',
      'expr',
      'return',
      'goto',
      'break',
      'continue',
      'if',
      'while',
      'for',
      'do',
      'foreach',
    ] as const
  ).map((kind) => [kind, [kind]] as const),
  ...(['switch', 'scope', 'case', 'label'] as const).map((kind) => [kind, [kind]] as const),
]);

/** Alternatives of an argument; `||` is no separator, so that conditions can be written. */
function alternativesOf(argument: string): string[] {
  return argument.split(/(?<!\|)\|(?!\|)/);
}

function callTest(argument: string, namesOf: NamesOf): Test {
  const names = new Set(alternativesOf(argument).flatMap((name) => [name, ...namesOf(name)]));
  return ({ calls }) => calls.some(({ name }) => names.has(name));
}

function setTest(argument: string): Test {
  const targets = new Set(alternativesOf(argument).map(squeeze));
  return ({ writes }) => writes.some(({ target, field }) => targets.has(target) || targets.has(field));
}

/** Test for one term without its negation; undefined when there is no such term. */
function testOf(term: string, namesOf: NamesOf): Test | undefined {
  const kinds = KIND_WORDS.get(term);
  if (kinds) {
    return ({ kind }) => kinds.includes(kind);
  }
  const colon = term.indexOf(':');
  const argument = term.slice(colon + 1);
  if (colon < 0 || argument === '') {
    return undefined;
  }
  const alternatives = new Set(alternativesOf(argument));
  switch (term.slice(0, colon)) {
    case 'call':
      return callTest(argument, namesOf);
    case 'set':
      return setTest(argument);
    case 'has':
      return ({ identifiers }) => identifiers.some((name) => alternatives.has(name));
    case 'goto':
      return ({ kind, label }) => kind === 'goto' && label !== undefined && alternatives.has(label);
    case 'label':
      return ({ kind, label }) => kind === 'label' && label !== undefined && alternatives.has(label);
    case 'return': {
      const texts = new Set([...alternatives].map(squeeze));
      return ({ returned }) => returned !== undefined && texts.has(returned);
    }
    case 'in':
      return ({ within }) => within !== undefined && alternatives.has(within);
    default:
      return undefined;
  }
}

/** Reads a pattern. The reason for a failure names the term that is not understood. */
export function readPattern(text: string, namesOf: NamesOf): PatternResult {
  const terms = text.split(' ').filter((term) => term !== '');
  const ordinalText = /^#([1-9]\d*)$/.exec(terms.at(-1) ?? '')?.[1];
  if (ordinalText !== undefined) {
    terms.pop();
  }
  if (terms.length === 0) {
    return { ok: false, reason: `pattern not understood: “${text}” has no terms` };
  }
  const tests: Test[] = [];
  for (const term of terms) {
    const isNegated = term.startsWith('!');
    const test = testOf(isNegated ? term.slice(1) : term, namesOf);
    if (!test) {
      return { ok: false, reason: `pattern not understood: “${term}”` };
    }
    tests.push(isNegated ? (statement) => !test(statement) : test);
  }
  const asksForBoundary = terms.includes('entry') || terms.includes('end');
  const matches: Test = (statement) =>
    (asksForBoundary || (statement.kind !== 'entry' && statement.kind !== 'end')) &&
    tests.every((test) => test(statement));
  const ordinal = ordinalText === undefined ? undefined : Number(ordinalText);
  return { ok: true, pattern: { matches, ordinal } };
}
