/**
 * One thing that completion proposes, as plain data; `src/vscode/scenarioCompletion.ts` shows it.
 */
import type { WordInfo } from './language';

export type EntryKind =
  | 'directive'
  | 'process'
  | 'verb'
  | 'keyword'
  | 'number'
  | 'id'
  | 'function'
  | 'statement';

export interface CompletionEntry {
  readonly kind: EntryKind;
  readonly label: string;
  /** A few words beside the label: what is there, or how it is used. */
  readonly detail: string;
  /** One or two sentences of plain text, or ''. */
  readonly doc: string;
  /** A line of a scenario that shows it, or ''. */
  readonly example: string;
  readonly insert: string;
  /** `insert` is a snippet in the grammar of VS Code. */
  readonly snippet: boolean;
  /** Something more has to be written behind it: propose again. */
  readonly again: boolean;
}

/** An entry that inserts its label, unless something else is said. */
export function entry(
  kind: EntryKind,
  label: string,
  more: Partial<Omit<CompletionEntry, 'kind' | 'label'>> = {},
): CompletionEntry {
  return {
    kind,
    label,
    detail: '',
    doc: '',
    example: '',
    insert: label,
    snippet: false,
    again: false,
    ...more,
  };
}

/** An entry for a word of the language. */
export function wordEntry(kind: EntryKind, { name, usage, doc, example }: WordInfo): CompletionEntry {
  return entry(kind, name, { detail: usage, doc, example });
}

/** Text inside a snippet, where `$`, `}` and `\` have a meaning. */
export function snippetText(text: string): string {
  return text.replace(/[\\$}]/g, '\\$&');
}
