/**
 * The Markdown of held locks: what each is, by which path it came to be held and by which it is not, with links to the lines
 * and functions, and what was not understood.
 */
import type * as vscode from 'vscode';
import type { LockHint } from '../analysis/lockHints';
import { type LockShown, locksInWords, locksLabel } from '../analysis/lockSets';
import { callerSentences, type LockPlace, lockProblems, lockSentence, type Told } from '../analysis/lockText';
import type { Span } from '../source/text';
import { spanLocation } from './anchorPlaces';
import type { AnnotatedFunction } from './lockService';
import { code, commandLink, escaped } from './markdownText';

/** Problems that a hover lists. */
const LIST_LIMIT = 4;

/** What the hover of a hint beside the code says. */
export function toldOfHint(document: vscode.TextDocument, one: AnnotatedFunction, hint: LockHint): string[] {
  const { statement, side, locks } = hint;
  const offset = statement.span.start - one.place.function.span.start;
  const at = side === 'entry' ? side : { offset, side };
  const heads = { entry: 'Locks held on entry', before: 'Locks held here', after: 'Locks held from here on' };
  return [
    ...(locks.length > 0 || side === 'after'
      ? sentences(document, one, `${heads[side]}: ${locksInWords(locks)}`, locks, at)
      : []),
    ...problemLines(document, one),
  ];
}

/** What is held at a statement and after it, by which path, and what about it was not understood; nothing where there is nothing to say. */
export function toldOfStatement(document: vscode.TextDocument, one: AnnotatedFunction, span: Span): string[] {
  const base = one.place.function.span.start;
  const offset = span.start - base;
  const around = one.locks.at(offset);
  const isHere = ({ start, end }: Span): boolean => base + start < span.end && base + end >= span.start;
  const notes = problemLines(document, one, isHere, []);
  if (!around)
    return notes.length === 0 ? [] : [`**${escaped('Locks held here: not understood')}**`, ...notes];
  const { before, after } = around;
  if (before.length === 0 && after.length === 0 && notes.length === 0) return [];
  const told = (title: string, locks: readonly LockShown[], side: 'before' | 'after'): string[] =>
    sentences(document, one, `${title}: ${locksInWords(locks)}`, locks, { offset, side });
  const lines = told('Locks held here', before, 'before');
  if (locksLabel(after) !== locksLabel(before)) lines.push('', ...told('After it', after, 'after'));
  return [...lines, ...notes];
}

function sentences(
  document: vscode.TextDocument,
  one: AnnotatedFunction,
  title: string,
  locks: readonly LockShown[],
  at: LockPlace['at'],
): string[] {
  const lines = [`**${escaped(title)}**`, ''];
  for (const shown of locks) {
    const sentence = lockSentence(shown, { locks: one.locks, at });
    lines.push(`- ${code(sentence.label)} ${escaped(sentence.title)}`);
    for (const path of sentence.paths) lines.push(`  - ${toldText(document, one, path)}`);
  }
  return lines;
}

function toldText(document: vscode.TextDocument, one: AnnotatedFunction, told: Told): string {
  return told
    .map((part) => {
      if (typeof part === 'string') return escaped(part);
      return 'line' in part ? lineLink(document, one, part.line) : functionLink(one, part.function);
    })
    .join('');
}

function lineLink(document: vscode.TextDocument, one: AnnotatedFunction, offset: number): string {
  const line = lineOf(document, one)(offset);
  const { path } = one.place;
  return commandLink(`line ${line}`, 'rmapLens.openPlace', [one.root, path, line - 1], `${path}:${line}`);
}

/** To where a function is defined, if that is among what is read. */
function functionLink({ place, facts, analysis, root }: AnnotatedFunction, name: string): string {
  // a caller can be private to another file
  const [only, ...others] = facts.functionsNamed(name);
  const found = analysis.engine.graph.resolve(name, place.path) ?? (others.length === 0 ? only : undefined);
  const at = found && spanLocation(facts, found.path, found.function.nameSpan);
  const label = code(`${name}()`);
  return at
    ? commandLink(label, 'rmapLens.openPlace', [root, at.file, at.line], `${at.file}:${at.line + 1}`)
    : label;
}

function lineOf(document: vscode.TextDocument, one: AnnotatedFunction): (offset: number) => number {
  return (offset) => document.positionAt(one.place.function.span.start + offset).line + 1;
}

function problemLines(
  document: vscode.TextDocument,
  one: AnnotatedFunction,
  isMeant: (problem: Span) => boolean = () => true,
  more: readonly string[] = callerSentences(one.locks),
): string[] {
  const problems = [...more, ...lockProblems(one.locks, lineOf(document, one), isMeant)];
  const shown = problems.slice(0, LIST_LIMIT).map((problem) => `- $(question) ${escaped(problem)}`);
  const rest = problems.length > LIST_LIMIT ? [`- and ${problems.length - LIST_LIMIT} more`] : [];
  return problems.length === 0 ? [] : ['', ...shown, ...rest];
}
