/**
 * What can be written behind the verb of an operation: addresses, lengths, words, faults.
 */
import type { Snapshot } from '../trace/snapshot';
import {
  childNames,
  freePlaces,
  hex,
  lengths,
  mappedPlaces,
  type Place,
  pagePlaces,
  vmasOf,
} from './addresses';
import type { Vocabulary } from './completionContext';
import { type CompletionEntry, entry } from './completionEntry';
import { ADVICES, FAULT_KINDS, PROTS } from './language';
import type { Expected } from './slots';
import { ADVICE_DOCS, FAULT_DOCS, OTHER_DOCS, PROT_DOCS, VMA_OPERATION_DOCS } from './words';

type Argument = Extract<Expected, { readonly slot: 'argument' }>;
type CallArgument = Extract<Expected, { readonly slot: 'callArgument' }>;
type FaultPart = Extract<Expected, { readonly slot: 'fault' }>['part'];

/** What an argument is, by verb and place; what may follow behind the last one is a fault. */
type Role = 'free' | 'mapped' | 'page' | 'length' | 'prot' | 'advice' | 'child' | 'dontunmap';

const ROLES: Readonly<Record<string, readonly Role[]>> = {
  mmap: ['free', 'length', 'prot'],
  munmap: ['mapped', 'length'],
  mprotect: ['mapped', 'length', 'prot'],
  mremap: ['mapped', 'length', 'free', 'dontunmap'],
  madvise: ['mapped', 'length', 'advice'],
  read: ['page'],
  write: ['page'],
  walk: ['page'],
  fork: ['child'],
  exit: [],
};

export function argumentEntries({ process, verb, args }: Argument, snapshot: Snapshot): CompletionEntry[] {
  const roles = ROLES[verb];
  if (!roles) return [];
  const file = args.indexOf('file');
  if (file >= 0) return fileEntries(args.length - file, snapshot);
  const role = roles[args.length];
  const more = verb === 'mmap' && args.length >= 2 ? [fileEntry()] : [];
  if (role === undefined) return [...more, ...faultEntries('bang')];
  const optional = verb === 'mmap' && role === 'prot' ? faultEntries('bang') : [];
  return [...roleEntries(role, { process, verb, args }, snapshot), ...more, ...optional];
}

function roleEntries(
  role: Role,
  { process, verb, args }: Omit<Argument, 'slot'>,
  snapshot: Snapshot,
): CompletionEntry[] {
  switch (role) {
    case 'free':
      return numbers(freePlaces(snapshot, process), hex);
    case 'mapped':
      return numbers(mappedPlaces(snapshot, process), hex);
    case 'page': {
      const places = pagePlaces(snapshot, process);
      // a walk starts from a folio
      const walked = verb === 'walk' ? places.filter(({ detail }) => /^F\d/.test(detail)) : places;
      return numbers(walked, hex);
    }
    case 'length':
      return numbers(
        verb === 'mmap'
          ? [4, 1, 2, 8].map((page) => ({ page, detail: page === 1 ? 'page' : 'pages' }))
          : lengths(snapshot, process, Number(args[0])),
        String,
      );
    case 'prot':
      return PROTS.toReversed().map((prot) => entry('keyword', prot, { doc: PROT_DOCS[prot] }));
    case 'advice':
      return ADVICES.map((advice) => entry('keyword', advice, { doc: ADVICE_DOCS[advice] }));
    case 'child':
      return childNames(snapshot).map((name) => entry('process', name, { detail: 'a new process' }));
    case 'dontunmap':
      return [entry('keyword', 'dontunmap', { doc: OTHER_DOCS['dontunmap'] ?? '' }), ...faultEntries('bang')];
  }
}

function fileEntry(): CompletionEntry {
  return entry('keyword', 'file', {
    detail: 'file NAME PGOFF',
    doc: OTHER_DOCS['file'] ?? '',
    insert: `file \${1:data} \${2:0}`,
    snippet: true,
  });
}

function fileEntries(behind: number, snapshot: Snapshot): CompletionEntry[] {
  if (behind === 1) {
    const known = snapshot.mms.flatMap(({ vmas }) => vmas.flatMap(({ file }) => file ?? []));
    return [...new Set([...known, 'data'])].map((name) => entry('id', name, { detail: 'a file' }));
  }
  if (behind === 2) return [entry('number', '0', { detail: 'from the first page of the file' })];
  return faultEntries('bang');
}

export function callArgumentEntries(
  { process, function: name, nth }: CallArgument,
  { functions }: Vocabulary,
  snapshot: Snapshot,
): CompletionEntry[] {
  const usage = functions.find((known) => known.name === name)?.usage ?? '';
  const parameter = /\((.*)\)/.exec(usage)?.[1]?.split(/,\s*/)[nth] ?? '';
  const detail = parameter === '' ? '' : `as ${parameter}`;
  if (parameter === 'OPERATION')
    return Object.entries(VMA_OPERATION_DOCS).map(([word, doc]) => entry('keyword', word, { detail, doc }));
  if (parameter === 'ADDRESS')
    return vmasOf(snapshot, process)
      .filter(({ start, end }) => end - start > 1)
      .map(({ start, end }) => entry('number', hex(start + Math.floor((end - start) / 2)), { detail }));
  return [
    ...numbers(mappedPlaces(snapshot, process), hex),
    entry('keyword', 'new', { detail, doc: OTHER_DOCS['new'] ?? '' }),
  ];
}

export function faultEntries(part: FaultPart): CompletionEntry[] {
  const fail = OTHER_DOCS['fail'] ?? '';
  switch (part) {
    case 'bang':
      return FAULT_KINDS.map((kind) =>
        entry('keyword', `! fail ${kind}:1`, {
          detail: 'makes an allocation fail',
          doc: `${FAULT_DOCS[kind]} ${fail}`,
          insert: `! fail ${kind}:\${1:1}`,
          snippet: true,
        }),
      );
    case 'fail':
    case 'more':
      return [entry('keyword', 'fail', { detail: 'fail KIND:N', doc: fail, insert: 'fail ', again: true })];
    case 'kind':
      return FAULT_KINDS.map((kind) =>
        entry('keyword', kind, {
          detail: `fail ${kind}:N`,
          doc: FAULT_DOCS[kind],
          insert: `${kind}:\${1:1}`,
          snippet: true,
        }),
      );
    case 'nth':
      return [1, 2, 3].map((nth) => entry('number', String(nth), { detail: `allocation ${nth} fails` }));
    case 'nowait':
      return [entry('keyword', 'nowait', { doc: OTHER_DOCS['nowait'] ?? '' })];
  }
}

function numbers(places: readonly Place[], text: (page: number) => string): CompletionEntry[] {
  return places.map(({ page, detail }) => entry('number', text(page), { detail }));
}
