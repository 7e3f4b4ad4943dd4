/**
 * Markdown for hovers. Text that comes from a kernel tree or a scenario is escaped or fenced, never interpreted;
 * links run this extension's own commands only.
 */
/** Commands that a link in a hover may run. */
export const LINKED_COMMANDS = [
  'rmapLens.seek',
  'rmapLens.runFunction',
  'rmapLens.runSample',
  'rmapLens.openPlace',
  'rmapLens.openExplorer',
  'rmapLens.chooseProfile',
  'rmapLens.stepForward',
  'rmapLens.stepBack',
  'rmapLens.showStepInSource',
  'rmapLens.showLog',
  'rmapLens.getKernelFiles',
  'rmapLens.nextStop',
  'rmapLens.previousStop',
  'rmapLens.chooseStop',
  'rmapLens.endReading',
] as const;

export type LinkedCommand = (typeof LINKED_COMMANDS)[number];

/** Plain text in which nothing is markup, on one line. */
export function escaped(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_{}[\]()#+\-.!~|>$:]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;');
}

/** Inline code that cannot be left from inside. */
export function code(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  if (flat === '') return '';
  const longest = Math.max(0, ...(flat.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 || flat.startsWith('`') || flat.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${flat}${pad}${fence}`;
}

/** A link that runs a command. `label` is Markdown. */
export function commandLink(
  label: string,
  command: LinkedCommand,
  args: readonly unknown[] = [],
  tooltip = '',
): string {
  const query = args.length > 0 ? `?${encodeURIComponent(JSON.stringify(args))}` : '';
  const title = tooltip ? ` "${tooltip.replace(/["\\\n]/g, ' ')}"` : '';
  // a closing parenthesis would end the link's target
  return `[${label}](command:${command}${query.replace(/[()]/g, (sign) => (sign === '(' ? '%28' : '%29'))}${title})`;
}
