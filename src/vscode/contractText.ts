/**
 * The card of a function, for its hover: purpose, locks, what it asserts, what it leaves changed, what a failure leaves,
 * who calls it, and how kernels differ. One line each.
 */
import type { LockContract } from '../analysis/lockAnalysis';
import { type LockShown, legendOf, locksInWords } from '../analysis/lockSets';
import type { Contract, Precondition } from '../annotations/contract';
import type { KernelDifference } from '../annotations/kernelDifferences';
import type { FunctionText } from './functionTexts';
import { code, commandLink, escaped } from './markdownText';

/** Names in a line of the card. */
const LIST_LIMIT = 4;
const EFFECT_LIMIT = 6;

/** A function that calls another, and where. */
export interface Caller {
  readonly name: string;
  readonly file: string;
  /** From 0, of its first call. */
  readonly line: number;
}

export interface ContractCard {
  /** Name in the open tree. */
  readonly name: string;
  readonly role: string;
  readonly text: FunctionText | null;
  readonly contract: Contract;
  /** What its text does about locks; undefined where that is not looked at. */
  readonly locks: LockContract | undefined;
  /** Null while the tree is being read. */
  readonly callers: readonly Caller[] | null;
  /** Id and title of the kernel that is simulated. */
  readonly profile: { readonly id: string; readonly title: string };
  /** Whether any sample comes into it. */
  readonly simulated: boolean;
  readonly root: string;
}

export function contractCard(card: ContractCard): string[] {
  const { name, role, text, contract, profile, simulated, root } = card;
  const renamed = name === role ? '' : ` · plays the role of ${code(role)}`;
  const state = simulated ? `simulated as in ${escaped(profile.title)}` : 'not simulated';
  const lines = [`**${code(name)}**${renamed} — ${state}`, ''];
  if (text) lines.push(text.purpose, '');
  const here = contract.differences.find(({ kernels }) => kernels.includes(profile.id));
  const add = (icon: string, label: string, said: string) => {
    if (said !== '') lines.push(`$(${icon}) *${label}* ${said}  `);
  };
  // what is asked most stands first: VS Code shows about ten lines of a hover without scrolling
  add('lock', 'Locks', (here?.locks !== undefined ? here.locks : text?.locks) ?? '');
  add(
    'error',
    'On failure',
    failure(contract, (here?.failure !== undefined ? here.failure : text?.failure) ?? null),
  );
  add('versions', 'Kernels', differences(contract.differences, profile.id));
  add('edit', 'Leaves', effects(contract));
  add('key', 'Locks in the text', locksInText(card.locks));
  add('call-incoming', 'Called by', callers(card.callers, root));
  add('shield', 'Asserts', asserts(contract.preconditions, name));
  lines.push('');
  return lines;
}

/** Locks on entry, taken, given up and given back held, as the analysis of the open text says. */
function locksInText(locks: LockContract | undefined): string {
  if (!locks) return '';
  if (locks.gaveUp) return 'what it does about locks is not understood: it has too many paths';
  const said = (what: string, shown: readonly LockShown[]): string[] =>
    shown.length === 0 ? [] : [`${what} ${code(locksInWords(shown))}`];
  const parts = [
    ...said('on entry', locks.atEntry),
    ...said('takes', locks.taken),
    ...said('gives up', locks.released),
    ...said('returns with', locks.returnedHeld),
  ];
  const callers = locks.entry.observed ? '' : ' *(what callers hold is not known yet)*';
  const some = `${callers}${locks.problems.length > 0 ? ' *(not all is understood)*' : ''}`;
  if (parts.length === 0) return `takes and expects no lock that is followed${some}`;
  const legend = legendOf([locks.atEntry, locks.taken, locks.released, locks.returnedHeld].flat());
  return `${parts.join(' · ')} *(${escaped(legend)})*${some}`;
}

function asserts(preconditions: readonly Precondition[], name: string): string {
  const shown = preconditions.slice(0, LIST_LIMIT).map(({ macro, text }) => code(`${macro}(${text})`));
  const elsewhere = [
    ...new Set(preconditions.map(({ functionName }) => functionName).filter((one) => one !== name)),
  ];
  const through = elsewhere.length > 0 ? `, through ${elsewhere.map(code).join(', ')}` : '';
  return shown.length === 0 ? '' : `${more(shown, preconditions.length)}${through}`;
}

function effects({ effects: usual, calls }: Contract): string {
  if (usual === null) return 'no sample comes into it';
  const seen = `*(${counted(calls, 'call')} in the samples)*`;
  if (usual.length === 0) return `everything as it was ${seen}`;
  return `${more(usual.slice(0, EFFECT_LIMIT).map(escaped), usual.length, '; ')} ${seen}`;
}

function failure({ failure: left, failedCalls }: Contract, text: string | null): string {
  const said = text ?? '';
  if (left === null) return said;
  const seen = left.length === 0 ? 'nothing changed' : left.slice(0, EFFECT_LIMIT).map(escaped).join('; ');
  const where = `out of memory in ${counted(failedCalls, 'call')} of the samples: ${seen}`;
  return said === '' ? where : `${said} — ${where}`;
}

function callers(list: readonly Caller[] | null, root: string): string {
  if (list === null) return '*(the tree is being read)*';
  if (list.length === 0) return '';
  const links = list
    .slice(0, LIST_LIMIT)
    .map(({ name, file, line }) =>
      commandLink(code(name), 'rmapLens.openPlace', [root, file, line], `${file}:${line + 1}`),
    );
  return more(links, list.length);
}

function differences(list: readonly KernelDifference[], profile: string): string {
  return list
    .map(({ kernels, how, failure: left }) => {
      const isHere = kernels.includes(profile);
      // what a failure leaves here stands in a line of its own
      const failed = left && !isHere ? `. On failure ${left}` : '';
      return `**${kernels.map(escaped).join(', ')}**${isHere ? ', as here' : ''}: ${how}${failed}`;
    })
    .join(' · ');
}

function more(shown: readonly string[], all: number, separator = ', '): string {
  return all > shown.length
    ? `${shown.join(separator)} and ${all - shown.length} more`
    : shown.join(separator);
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
