/**
 * What the status bar says, apart from how it is shown: the tree, the kernel that it is taken for, the engine, whether
 * engines agree, and where the run is. People count steps from 1.
 */

/** Whether two engines, or an engine and the text, came to the same; filled by whoever compares them. */
export interface Agreement {
  readonly state: 'agrees' | 'differs' | 'unknown';
  /** One sentence without a full stop: `the interpreter made the same 80 steps`. */
  readonly text: string;
}

export interface StatusInput {
  /** Null without a kernel tree. `version` is null when its Makefile does not say. */
  readonly tree: { readonly title: string; readonly version: string | null } | null;
  /** Kernel that is simulated, of the run or else of the next one. */
  readonly profile: { readonly id: string; readonly title: string };
  readonly run: {
    readonly engine: string;
    readonly title: string;
    readonly position: number;
    readonly steps: number;
    /** Sentence of the current step; null before the first. */
    readonly step: string | null;
    readonly violated: boolean;
    /** Why the current step has no place in the tree; null when it has one. */
    readonly lost: string | null;
    readonly truncated: string | null;
  } | null;
  readonly agreement: Agreement | null;
}

/** How well the kernel of a tree is known: `exactly`, taken for the `nearest` one that is, or told by a person. */
export type Recognised = 'exactly' | 'nearest' | 'unknown';

/** Whether the simulated kernel is that of the tree. */
export function recognised({ tree, profile }: StatusInput): Recognised {
  if (!tree || tree.version === null) return 'unknown';
  return tree.version === profile.id || tree.version.startsWith(`${profile.id}.`) ? 'exactly' : 'nearest';
}

/** Text of the item, with icons as VS Code writes them. */
export function statusText(input: StatusInput): string {
  const { tree, run, profile } = input;
  const parts = [tree ? tree.title : 'no kernel tree'];
  if (tree && recognised(input) !== 'exactly') parts[0] += ` as ${profile.id}`;
  if (!tree) parts.push(`${profile.id} ${run?.engine ?? 'simulation'} alone`);
  else if (run) parts.push(run.engine);
  const badge = badgeOf(input.agreement);
  if (badge !== '') parts.push(badge);
  if (run) {
    const violated = run.violated ? '$(error) ' : '';
    parts.push(`${violated}step ${run.position + 1} of ${run.steps}`);
    if (tree && run.lost !== null) parts.push('not in this tree');
  }
  return `$(type-hierarchy) ${parts.join(' · ')}`;
}

function badgeOf(agreement: Agreement | null): string {
  switch (agreement?.state) {
    case 'agrees':
      return '$(verified)';
    case 'differs':
      return '$(warning) differs';
    default:
      return '';
  }
}

/** One entry of the tooltip: what it is, and what it says, both plain text. */
export interface StatusLine {
  readonly label: string;
  readonly text: string;
}

export function statusLines(input: StatusInput): StatusLine[] {
  const { tree, profile, run, agreement } = input;
  const lines: StatusLine[] = [
    { label: 'Tree', text: tree ? tree.title : 'none open: the built-in simulation stands alone' },
    { label: 'Kernel', text: kernelSentence(input) },
    { label: 'Engine', text: run?.engine ?? 'simulation' },
  ];
  if (agreement) lines.push({ label: 'Agreement', text: agreement.text });
  if (run) {
    lines.push({ label: 'Scenario', text: run.title });
    const step = run.step === null ? 'before the first' : run.step;
    lines.push({ label: `Step ${run.position + 1} of ${run.steps}`, text: step });
    if (tree && run.lost !== null) lines.push({ label: 'Source', text: run.lost });
    if (run.truncated !== null) lines.push({ label: 'Ended early', text: run.truncated });
  }
  if (!tree) lines[1] = { label: 'Kernel', text: `simulated as ${profile.title}` };
  return lines;
}

function kernelSentence(input: StatusInput): string {
  const { title } = input.profile;
  switch (recognised(input)) {
    case 'exactly':
      return `recognised: simulated as ${title}`;
    case 'nearest':
      return `not known exactly: simulated as ${title}`;
    case 'unknown':
      return `its Makefile names no version: simulated as ${title}`;
  }
}
