/**
 * `rmap-lens profiles`, `rmap-lens invariants` and `rmap-lens explain ID`.
 */
import { CATALOGUE, findInvariant, INVARIANT_IDS } from '../invariants/catalogue';
import { closest } from '../scenario/closest';
import { DEFAULT_PROFILE, PROFILES } from '../simulation/profiles';
import type { InvariantInfo, Place, When } from '../trace/evaluation';
import { type KernelTree, openKernelTree } from './kernelTree';
import { OK, UNUSABLE } from './runCommand';
import { hanging, styled, type Terminal, table, widthOf } from './terminal';

type Format = 'text' | 'json';

export function listProfiles(format: Format, terminal: Terminal): number {
  if (format === 'json') terminal.out(`${JSON.stringify(PROFILES)}\n`);
  else {
    // two columns: the titles of the series and of the bugs are too long for a third
    const rows = PROFILES.map(({ id, title, note }) => [
      id,
      `${title}: ${note}${id === DEFAULT_PROFILE ? ' (used when none is named)' : ''}`,
    ]);
    terminal.out(`${table(rows, widthOf(terminal))}\n`);
  }
  return OK;
}

export function listInvariants(format: Format, terminal: Terminal): number {
  if (format === 'json') {
    const list = CATALOGUE.map(({ id, when, title, statement, why }) => ({
      id,
      when: when.rule,
      title,
      statement,
      why,
    }));
    terminal.out(`${JSON.stringify(list)}\n`);
  } else {
    const rows = CATALOGUE.map(({ id, when, statement }) => [id, when.rule, statement]);
    const more = [
      'assert/FUNCTION/EXPRESSION',
      'at-assert',
      'Each assert of the kernel’s own code that runs.',
    ];
    terminal.out(`${table([...rows, more], widthOf(terminal))}\n`);
  }
  return OK;
}

/** Everything that is known of one invariant. */
export async function explain(
  id: string,
  kernel: string | null,
  format: Format,
  terminal: Terminal,
): Promise<number> {
  const info = findInvariant(id) ?? assertNamed(id);
  if (!info) {
    const near = closest(id, INVARIANT_IDS);
    const hint = near ? `did you mean ${near}?` : 'rmap-lens invariants lists them.';
    terminal.err(`rmap-lens: There is no invariant ${id}: ${hint}\n`);
    return UNUSABLE;
  }
  const tree = kernel === null ? null : await openKernelTree(kernel, terminal);
  if (tree && 'problem' in tree) {
    terminal.err(`rmap-lens: ${tree.problem}\n`);
    return UNUSABLE;
  }
  const places = await placesOf(info, tree);
  if (format === 'json') {
    const { title, statement, why, speaksOf } = info;
    terminal.out(
      `${JSON.stringify({ id, when: info.when.rule, title, statement, why, speaksOf, places })}\n`,
    );
    return OK;
  }
  const width = widthOf(terminal);
  const subjects = info.speaksOf.map(({ kind, fields }) =>
    fields.length === 0 ? kind : `${kind} (${fields.join(', ')})`,
  );
  const lines = [
    styled(terminal, 'bold', info.id),
    '',
    hanging('', info.statement, width),
    '',
    hanging('Holds     ', whenText(info.when), width),
    hanging('Why       ', info.why, width),
    ...(subjects.length === 0 ? [] : [hanging('Speaks of ', subjects.join('; '), width)]),
    ...places.map((place, at) => hanging(at === 0 ? 'In C      ' : '          ', placeText(place), width)),
  ];
  terminal.out(`${lines.join('\n')}\n`);
  return OK;
}

/** An assert of the kernel's, as far as its id says. */
function assertNamed(id: string): InvariantInfo | null {
  const [, functionName, expression] = /^assert\/([^/]+)\/(.+)$/s.exec(id) ?? [];
  if (functionName === undefined || expression === undefined) return null;
  return {
    id,
    when: { rule: 'at-assert' },
    title: expression,
    statement: `An assert in ${functionName}() on ${expression} does not fire.`,
    why: 'The kernel’s own code says so: it warns, or stops, where this does not hold.',
    speaksOf: [],
    places: [],
  };
}

function whenText(when: When): string {
  switch (when.rule) {
    case 'always':
      return 'after every step.';
    case 'quiescent':
      return 'whenever no operation runs; broken inside one until it has ended.';
    case 'section':
      return `except while ${when.field} of the ${when.kind} is held for writing.`;
    case 'at-assert':
      return 'where the assert stands.';
  }
}

interface ListedPlace {
  readonly function: string;
  readonly nature: Place['nature'];
  readonly comment: string | null;
  readonly file: string | null;
  readonly line: number | null;
}

/** Places of an invariant; with a tree only those that it has, with file and line. */
async function placesOf(info: InvariantInfo, tree: KernelTree | null): Promise<ListedPlace[]> {
  const listed: ListedPlace[] = [];
  for (const place of info.places) {
    const found = tree ? await tree.find(place) : null;
    if (tree && !found) continue;
    const { role, nature, comment } = place;
    listed.push({ function: role, nature, comment, file: found?.file ?? null, line: found?.line ?? null });
  }
  for (const { file, line } of tree ? await tree.findAsserts(info) : [])
    listed.push({ function: info.id.split('/')[1] ?? '', nature: 'assert', comment: null, file, line });
  return listed;
}

const NATURES: Readonly<Record<Place['nature'], string>> = {
  assert: 'asserted in',
  comment: 'said by a comment of',
  relies: 'relied on by',
  maintains: 'kept true by',
};

function placeText(place: ListedPlace): string {
  const where = place.file === null ? '' : `, ${place.file}:${place.line}`;
  const words = place.comment === null ? '' : `: “${place.comment}”`;
  return `${NATURES[place.nature]} ${place.function}()${where}${words}`;
}
