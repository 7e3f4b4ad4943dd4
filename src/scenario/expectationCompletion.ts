/**
 * What can be written behind `expect`. Where a state is asked for, what the simulation has there is proposed first.
 */
import { hex, pagePlaces, rangeText, vmasOf } from './addresses';
import type { CompletionContext } from './completionContext';
import { type CompletionEntry, entry, wordEntry } from './completionEntry';
import { visitedFrom, vmaAt } from './expectations';
import { EXPECTATIONS } from './language';
import type { Replay } from './replay';
import { countInSnapshot } from './session';
import type { Expected } from './slots';
import { COUNTED_OBJECTS } from './syntax';
import { COUNTED_DOCS, ERRNO_DOCS } from './words';

const AS_IT_IS = 'as it is here';

/** The forms of expectations, that of the operation above first. */
export function expectationEntries({ replay, last }: CompletionContext): CompletionEntry[] {
  const made = EXPECTATIONS.flatMap((info) => {
    const word = wordEntry('keyword', info);
    if (info.name === 'ok' || info.name === 'error') {
      if (!replay.last) return [];
      const fits = (replay.last.status === 'ok') === (info.name === 'ok');
      if (info.name === 'error' && last)
        return [{ ...word, insert: `error ${errnoSnippet(replay)}`, snippet: true, fits }];
      return [{ ...word, fits }];
    }
    if (info.name === 'clean' || !last) return [{ ...word, fits: false }];
    return [{ ...word, insert: `${info.name} `, again: true, fits: false }];
  });
  return made.sort((a, b) => Number(b.fits) - Number(a.fits)).map(({ fits: _, ...rest }) => rest);
}

/** A choice of errnos, that of the operation above first. */
function errnoSnippet(replay: Replay): string {
  return `\${1|${errnos(replay).join(',')}|}`;
}

function errnos({ last }: Replay): string[] {
  const known = Object.keys(ERRNO_DOCS);
  return last?.errno ? [last.errno, ...known.filter((errno) => errno !== last.errno)] : known;
}

/** What can be written inside an expectation. */
export function inExpectationEntries(expected: Expected, context: CompletionContext): CompletionEntry[] {
  const { replay, vocabulary } = context;
  const { snapshot } = replay;
  switch (expected.slot) {
    case 'errno':
      return errnos(replay).map((errno) =>
        entry('keyword', errno, {
          doc: ERRNO_DOCS[errno] ?? '',
          detail: errno === replay.last?.errno ? 'of the operation above' : '',
        }),
      );
    case 'invariant':
      return vocabulary.invariants.map(({ id, title, statement, why }) =>
        entry('id', id, { detail: title, doc: why === '' ? statement : `${statement}\n\n${why}` }),
      );
    case 'process':
      return snapshot.mms.map(({ name }) => entry('process', name, { insert: `${name}:`, again: true }));
    case 'page':
      return pagePlaces(snapshot, expected.process).map(({ page, detail }) =>
        entry('number', hex(page), { detail }),
      );
    case 'equals':
      return [entry('keyword', '=', { insert: '= ', again: true, detail: 'what is expected there' })];
    case 'visited':
      return visitedEntries(expected, replay);
    case 'vmaRange':
      return vmasOf(snapshot, expected.process).map((vma) => entry('number', rangeText(vma)));
    case 'labels':
      return labelEntries(expected, replay);
    case 'counted':
      return COUNTED_OBJECTS.map((object) =>
        entry('keyword', object, {
          doc: COUNTED_DOCS[object],
          detail: `${countInSnapshot(snapshot, object)} here`,
          insert: `${object} `,
          again: true,
        }),
      );
    case 'count': {
      const object = COUNTED_OBJECTS.find((known) => known === expected.object);
      return object ? [entry('number', String(countInSnapshot(snapshot, object)), { detail: AS_IT_IS })] : [];
    }
    default:
      return [];
  }
}

function visitedEntries(
  { process, page, first }: Extract<Expected, { readonly slot: 'visited' }>,
  { engine, snapshot }: Replay,
): CompletionEntry[] {
  const visited = first ? visitedFrom({ process, page }, engine) : null;
  const all = visited?.map((vma) => `${vma.process}@${rangeText(vma)}`).join(' ') ?? '';
  const single = snapshot.mms.flatMap(({ name, vmas }) =>
    vmas.map((vma) => `${name}@${rangeText(vma)}`).filter((text) => text !== all),
  );
  return [
    ...(all === '' ? [] : [entry('statement', all, { detail: AS_IT_IS })]),
    ...single.map((text) => entry('id', text)),
  ];
}

function labelEntries(
  { process, page, first }: Extract<Expected, { readonly slot: 'labels' }>,
  { snapshot }: Replay,
): CompletionEntry[] {
  const chain = vmaAt(snapshot, { process, page })?.chain ?? [];
  const all = first ? chain.join(' ') : '';
  return [
    ...(all === '' ? [] : [entry('statement', all, { detail: AS_IT_IS })]),
    ...snapshot.anonVmas
      .filter(({ id }) => id !== all)
      .map(({ id, root }) => entry('id', id, { detail: id === root ? 'a root' : `root ${root}` })),
  ];
}
