/**
 * What can be written at a place of a scenario. Names, addresses and results come from replaying what stands above.
 */
import type { Engine } from '../trace/engine';
import { childNames, freePlaces, hex, mappedPlaces, pagePlaces, vmasOf } from './addresses';
import { argumentEntries, callArgumentEntries, faultEntries } from './argumentCompletion';
import type { CompletionContext, Vocabulary } from './completionContext';
import { type CompletionEntry, entry, snippetText, wordEntry } from './completionEntry';
import { expectationEntries, inExpectationEntries } from './expectationCompletion';
import { DIRECTIVES, VERBS } from './language';
import { parseScenario } from './parser';
import { type Replay, replayAbove } from './replay';
import { type Expected, slotAt } from './slots';

export interface Completions {
  /** From 1. */
  readonly line: number;
  /** Columns of the word that an entry takes the place of; the cursor is between them. */
  readonly start: number;
  readonly end: number;
  /** The most likely first. */
  readonly entries: readonly CompletionEntry[];
  /** The statement may end here as well. */
  readonly optional: boolean;
  /** Line at which replaying ended because there are too many operations, from 1; otherwise null. */
  readonly endedAt: number | null;
}

/**
 * What can be written at a place.
 * @param line from 1
 * @param column UTF-16 units from 0
 * @param engine fresh; asked for only when something can be written there
 * @returns null in comments and strings, and where nothing can be proposed
 */
export function completionsAt(
  text: string,
  line: number,
  column: number,
  vocabulary: Vocabulary,
  engine: () => Engine,
): Completions | null {
  const slot = slotAt(text.split('\n')[line - 1]?.replace(/\r$/, '') ?? '', column);
  if (!slot) return null;
  const scenario = parseScenario(text);
  const replay = replayAbove(scenario, line, engine());
  const found = entriesFor(slot.expected, { scenario, line, replay, vocabulary, last: slot.last });
  const typed = text.split('\n')[line - 1]?.slice(slot.start, column) ?? '';
  const optional = slot.expected.slot === 'fault' && slot.expected.part === 'bang';
  const entries = withTyped(found, typed);
  return { line, start: slot.start, end: slot.end, entries, optional, endedAt: replay.endedAt };
}

/** A number that was typed is the best match of all: the Enter key must not make another one of it. */
function withTyped(entries: CompletionEntry[], typed: string): CompletionEntry[] {
  const other = entries.some(({ kind, label }) => kind === 'number' && label !== typed);
  if (!other || !/^(0x[0-9a-f]+|[0-9]+)$/i.test(typed)) return entries;
  return [entry('number', typed, { detail: 'as typed' }), ...entries.filter(({ label }) => label !== typed)];
}

function entriesFor(expected: Expected, context: CompletionContext): CompletionEntry[] {
  switch (expected.slot) {
    case 'statement':
      return statementEntries(context);
    case 'verb':
      return verbEntries(expected.process, context);
    case 'argument':
      return argumentEntries(expected, context.replay.snapshot);
    case 'function':
      return context.vocabulary.functions.map(({ name, usage }) =>
        entry('function', name, {
          detail: usage,
          doc: 'Calls this kernel function alone, on VMAs of the process.',
          ...(context.last ? { insert: `${name}($0)`, snippet: true, again: true } : {}),
        }),
      );
    case 'callArgument':
      return callArgumentEntries(expected, context.vocabulary, context.replay.snapshot);
    case 'fault':
      return faultEntries(expected.part);
    case 'profile':
      return context.vocabulary.profiles.map(({ id, title, note }) =>
        entry('id', id, { detail: title, doc: note }),
      );
    case 'expectation':
      return expectationEntries(context);
    default:
      return inExpectationEntries(expected, context);
  }
}

function statementEntries({ scenario, line, replay, last }: CompletionContext): CompletionEntry[] {
  const above = scenario.lines.slice(0, line - 1).flatMap(({ statement }) => statement ?? []);
  const has = (kind: string): boolean => above.some((statement) => statement.kind === kind);
  const elsewhere = (kind: string): boolean =>
    scenario.lines.some(({ statement }) => statement?.kind === kind && statement.range.line !== line);
  const running = replay.operations === 0 ? ['P'] : replay.snapshot.mms.map(({ name }) => name);
  const processes = running.map((name) =>
    entry('process', name, {
      detail: replay.operations === 0 ? 'the first process' : processText(replay, name),
      doc: 'PROC: VERB ARGS runs one operation in this process.',
      ...(last ? { insert: `${name}: `, again: true } : {}),
    }),
  );
  const directives = DIRECTIVES.flatMap((info) => {
    if (info.name === 'scenario' && (elsewhere('scenario') || has('operation'))) return [];
    if (info.name === 'profile' && elsewhere('profile')) return [];
    if (!last) return [wordEntry('directive', info)];
    if (info.name === 'scenario')
      return [{ ...wordEntry('directive', info), insert: 'scenario "$1"', snippet: true }];
    return [{ ...wordEntry('directive', info), insert: `${info.name} `, again: true }];
  });
  return has('operation') ? [...processes, ...directives] : [...directives, ...processes];
}

function processText({ snapshot }: Replay, name: string): string {
  const count = vmasOf(snapshot, name).length;
  return count === 1 ? '1 VMA' : `${count} VMAs`;
}

function verbEntries(process: string, { replay, last }: CompletionContext): CompletionEntry[] {
  const { snapshot } = replay;
  const mapped = vmasOf(snapshot, process).length > 0;
  const likely = mapped
    ? VERBS
    : [...VERBS].sort((a, b) => Number(b.name === 'mmap') - Number(a.name === 'mmap'));
  return likely.map((info) => {
    const made = wordEntry('verb', info);
    if (!last || info.name === 'exit') return made;
    if (info.name === 'call') return { ...made, insert: 'call ', again: true };
    return { ...made, insert: `${info.name} ${verbSnippet(info.name, process, replay)}`, snippet: true };
  });
}

/** Arguments of a verb as a snippet, with values that fit to what is mapped. */
function verbSnippet(verb: string, process: string, { snapshot }: Replay): string {
  const vma = vmasOf(snapshot, process)[0];
  const mapped = hex(mappedPlaces(snapshot, process)[0]?.page ?? 0x10);
  const length = vma ? vma.end - vma.start : 4;
  const free = hex(freePlaces(snapshot, process)[0]?.page ?? 0x10);
  switch (verb) {
    case 'mmap':
      return `\${1:${free}} \${2:4} \${3|rw,r,none|}`;
    case 'munmap':
      return `\${1:${mapped}} \${2:${length}}`;
    case 'mprotect':
      return `\${1:${mapped}} \${2:${length}} \${3|r,rw,none|}`;
    case 'mremap':
      return `\${1:${mapped}} \${2:${length}} \${3:${free}}`;
    case 'madvise':
      return `\${1:${mapped}} \${2:${length}} \${3|dontfork,dofork,wipeonfork,keeponfork|}`;
    case 'fork':
      return `\${1:${snippetText(childNames(snapshot)[0] ?? 'C')}}`;
    default:
      return `\${1:${hex(pagePlaces(snapshot, process)[0]?.page ?? 0x10)}}`;
  }
}
