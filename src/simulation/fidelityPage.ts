/**
 * docs/fidelity.md as text, made from fidelity.ts and from the function tables of the profiles: what a profile has that
 * its neighbour has not is found by comparing the tables, never written down.
 */
import { ASSERTS_LEFT_OUT, type FunctionFidelity, HELPER_FIDELITY, TABLE_FIDELITY } from './fidelity';
import type { KernelFunctions, Profile } from './kernel';
import { NOT_CALLABLE_REASONS } from './notCallable';
import { findProfile, PROFILES } from './profiles';

type TableName = keyof KernelFunctions;

const TABLE = Object.keys(TABLE_FIDELITY) as TableName[];

/** Said once, of everything. */
const GENERAL: readonly string[] = [
  'One thread. Locks are words with an owner and a mode; nobody ever waits for one, and RCU sections exclude nobody. What takes two at once (a trylock that fails, a walk beside an unmap) does not happen; `mem/no-use-after-free` and the lock invariants say what would be wrong about it.',
  'The maple tree and the interval trees are sorted arrays. Preallocating their nodes never fails, but in the profile `bug/merge-no-undo`, where `vma:N` stands for it.',
  'One folio is one page, unshared means mapped once, and a folio dies with its last mapping: no large folios, swap, KSM, migration, hugetlb, reference counts other than the mapcount.',
  'Page tables are a map from page to entry for each address space. Making them never fails, and they are not locked.',
  'Only allocations of anon_vmas, AVCs, VMAs and folios can fail, where a scenario says so. Limits (`map_count`, RLIMIT, overcommit) are never reached; `VM_ACCOUNT` is a flag that decides merging, nothing is charged.',
  'Memory policies, userfaultfd, names of anonymous VMAs, close hooks, special, locked, sealed and sticky flags never occur. Soft-dirty never decides anything.',
  `Asserts of the kernel’s own are evaluated, but for some of ${ASSERTS_LEFT_OUT.map(code).join(', ')} (7.3), most of which speak of iterators, statistics and page table flags. \`*_ONCE\` is recorded each time that it fires. After one that fires, a \`BUG_ON\` too, the simulation goes on; after a NULL pointer it leaves the access out.`,
  'Use of freed memory is noticed on every write, and on the reads that say so in the source (`deref`): where the kernel follows a pointer that may dangle.',
  'Memory barriers, `READ_ONCE` and statistics have no effect and mostly no step.',
];

/** What cannot be equal to the compiled code, and why. */
const NOT_EQUAL: readonly (readonly [what: string, why: string])[] = [
  [
    'Asserts of the maple tree (`__mas_set_range`)',
    'a sorted array has no iterator that stands anywhere. One fires in 6.12, 7.2 and 7.3, when `mmap` could merge with both neighbours and the duplication of the anon_vma runs out of memory',
  ],
  [
    'Everything after a crash of the kernel’s code',
    'only a `call` that breaks rules has led to one; the simulation goes on where the compiled code is gone, and nothing more of that scenario is compared',
  ],
  ['Time, physical order, concurrency', 'both run on one thread'],
  ['The order in which freed memory is handed out again', 'neither does: a freed object stays freed'],
  ['`call copy_page_range(…)`', 'page tables are our own C in the oracle, so that it gives `ENOSYS` there'],
  [
    '`call folio_get_anon_vma(…)`, `folio_lock_anon_vma_read(…)`, `rmap_walk_anon(…)`',
    'the oracle gives `ENOSYS`: they are compared as parts of `walk`, where its caller uses them',
  ],
  [
    'Page faults, zapping and moving of entries, sharing of folios on fork',
    'they are compared, but with our own C after the contract’s page semantics, not with mm/memory.c: both could be wrong in the same way. The anon_vma functions that they call are the kernel’s',
  ],
];

const COMPARISONS =
  'random scenarios: errno of each operation, visits of walks, snapshot after each operation, asserts that fired';

/** Trees whose compiled functions the oracle compares with the profile of that name. */
const COMPARED: readonly string[] = ['7.3', '7.2', '6.12', '6.1'];

/** The profile that another is described against; bugs are described against what they are nearest to. */
const NEIGHBOURS: Readonly<Record<string, string>> = {
  '7.2': '7.3',
  '7.0': 'series/9',
  '6.12': '7.2',
  '6.1': '6.12',
  'series/0': '7.2',
};

function profileNamed(id: string): Profile {
  const profile = findProfile(id);
  if (typeof profile === 'string') throw new Error(profile);
  return profile;
}

/** Functions of the table that the two profiles do not have in common. */
export function differing(profile: Profile, other: Profile): TableName[] {
  return TABLE.filter((name) => profile.functions[name] !== other.functions[name]);
}

/** The profile that this one is described against; null for the newest kernel, which all others come from. */
export function neighbourOf({ id }: Profile): Profile | null {
  const known = NEIGHBOURS[id];
  if (known) return profileNamed(known);
  const patches = /^series\/(\d+)$/.exec(id)?.[1];
  if (patches) return profileNamed(`series/${Number(patches) - 1}`);
  if (!id.startsWith('bug/')) return null;
  const others = PROFILES.filter((other) => !other.id.startsWith('bug/')).map((other) =>
    profileNamed(other.id),
  );
  const distance = (other: Profile): number => differing(profileNamed(id), other).length;
  return others.reduce((nearest, other) => (distance(other) < distance(nearest) ? other : nearest));
}

function code(text: string): string {
  return `\`${text}\``;
}

function state({ file, how, steps }: FunctionFidelity): string {
  if (file === null) return `part: ${how}`;
  const said = how === null ? 'modelled' : `abstracted: ${how}`;
  return steps === null ? said : `${said}; ${steps}`;
}

const JUDGES = { kernel: 'the kernel’s', glue: 'ours', none: '–' } as const;

function row(name: string, fidelity: FunctionFidelity): string {
  const place = fidelity.file === null ? '' : fidelity.file;
  return `| ${code(name)} | ${place} | ${state(fidelity)} | ${JUDGES[fidelity.judge]} |`;
}

function functionTable(entries: Readonly<Record<string, FunctionFidelity>>): string[] {
  const names = Object.keys(entries).sort((a, b) => bare(a).localeCompare(bare(b), 'en'));
  return [
    '| function | where | state | in the oracle |',
    '|---|---|---|---|',
    ...names.flatMap((name) => (entries[name] ? [row(name, entries[name])] : [])),
  ];
}

function bare(name: string): string {
  return name.replace(/^_+/, '');
}

/** What a profile has of its own, one line each. */
function profileSection(profile: Profile): string[] {
  const neighbour = neighbourOf(profile);
  const lines = [
    `### ${profile.id}: ${profile.title}`,
    '',
    `${sentence(profile.note)} ${comparison(profile)}`,
    '',
  ];
  if (!neighbour) return [...lines, '- Every function is as in the tables below.'];
  const own = differing(profile, neighbour);
  const named = own.map(code).join(', ');
  lines.push(
    own.length > 0
      ? `- Not those of ${neighbour.id}: ${named}.`
      : `- Every function is that of ${neighbour.id}.`,
  );
  for (const name of own) {
    const said = TABLE_FIDELITY[name].profiles?.[profile.id];
    if (said) lines.push(`- ${code(name)}: ${said}.`);
  }
  const absent = profile.absent.filter((name) => !neighbour.absent.includes(name));
  const present = neighbour.absent.filter((name) => !profile.absent.includes(name));
  if (absent.length > 0)
    lines.push(`- Not there, so that \`call\` refuses them: ${absent.map(code).join(', ')}.`);
  if (present.length > 0) lines.push(`- There, unlike in ${neighbour.id}: ${present.map(code).join(', ')}.`);
  const traits = traitsOf(profile).filter((trait) => !traitsOf(neighbour).includes(trait));
  if (traits.length > 0) lines.push(`- ${sentence(traits.join('; '))}`);
  const names = Object.entries(profile.names).filter(([role, name]) => neighbour.names[role] !== name);
  if (names.length > 0)
    lines.push(
      `- Named otherwise: ${names.map(([role, name]) => `${code(role)} is ${code(name)}`).join(', ')}.`,
    );
  return lines;
}

/** Names of C keep their small letter. */
function sentence(text: string): string {
  if (/^\w*[_(]/.test(text)) return `${text}.`;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function traitsOf(profile: Profile): string[] {
  return [
    ...(profile.onePageOffset ? ['one page offset for files and for the anonymous reverse map'] : []),
    ...(profile.noVmaLock ? ['VMAs have no lock of their own'] : []),
    ...(profile.countsDegree ? ['anon_vmas count `degree`'] : []),
  ];
}

function comparison({ id }: Profile): string {
  if (COMPARED.includes(id)) return 'Compared with its own compiled tree.';
  if (id.startsWith('bug/'))
    return 'Not compared: a variant, of which only the bug is the old kernel’s. `samples/bugs` shows it.';
  if (id === '7.0')
    return 'Not compared: there is no tree of it here. mm/rmap.c is that of the series and its fix, all else that of 7.2.';
  return 'Not compared: there is no tree of it here. mm/rmap.c is written after the patches, all else is that of 7.2.';
}

/** The whole page, with a line break at its end. */
export function fidelityPage(): string {
  const profiles = PROFILES.map(({ id }) => profileNamed(id));
  return `${[
    '# Fidelity of the simulation',
    '',
    'Made from `src/simulation/fidelity.ts` and the function tables by `npm run docs`; a test fails when it is stale.',
    '',
    '- *modelled*: each statement that decides or changes something is there; nothing is known to be left out beyond section 1.',
    '- *abstracted*: as modelled, but for what is said.',
    '- *part*: not a function of C, but a part of some that changes from kernel to kernel.',
    '- Not modelled: every function of the kernel that this page does not name.',
    '',
    '## 1. Of everything',
    '',
    ...GENERAL.map((line) => `- ${line}`),
    '',
    '## 2. What the oracle has compared',
    '',
    `The oracle (\`test/oracle\`) compiles the kernel’s own functions from the trees ${COMPARED.join(', ')} (what exactly: its README) and compares`,
    `${COMPARISONS}. How many of them: \`test/oracle/simulation.test.ts\`; some are made to run out of memory,`,
    'some to `call` single functions. It compares what comes out of operations, **not the steps** on the way: that a step stands at the right',
    'statement is checked against the text of the trees (`test/simulation/anchors.test.ts`), that locks are held where they should be by the',
    'invariants alone.',
    '',
    'What cannot be equal, or proves less than it seems:',
    '',
    ...NOT_EQUAL.map(([what, why]) => `- ${what}: ${why}.`),
    '',
    'Functions of mm/rmap.c and of the VMA layer that `call` does not run alone (those that it runs: `docs/scenario-language.md`), and why:',
    '',
    ...NOT_CALLABLE_REASONS.map(([why, names]) => `- ${names.map(code).join(', ')}: ${why}.`),
    '',
    '## 3. Profiles',
    '',
    ...profiles.flatMap((profile) => [...profileSection(profile), '']),
    '## 4. Functions of the table, as in 7.3',
    '',
    'Each profile may replace them (section 3). *In the oracle*: whose C runs there under that name; –: what is compared is only what it leads to.',
    '',
    ...functionTable(TABLE_FIDELITY),
    '',
    '## 5. Other functions with steps',
    '',
    'Called directly by those of the table; where kernels differ, each has its own caller.',
    '',
    ...functionTable(HELPER_FIDELITY),
  ].join('\n')}\n`;
}
