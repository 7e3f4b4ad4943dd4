/**
 * What the command line runs in, and how text is laid out there.
 */
import { styleText } from 'node:util';

export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Text of standard input, to its end. */
  input(): Promise<string>;
  /** Whether `out` understands colours. Nothing is told by colour alone. */
  readonly colours: boolean;
  /** Columns of `out`; at most `MAX_COLUMNS` are used. */
  readonly columns: number;
  /** Bytes of `web-tree-sitter.wasm` or `tree-sitter-c.wasm`. */
  wasm(name: string): Promise<Uint8Array>;
}

/** Wider text is hard to read. */
export const MAX_COLUMNS = 100;

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow';

/** Text in a style, where the terminal shows colours. */
export function styled(terminal: Terminal, style: Style, text: string): string {
  return terminal.colours ? styleText(style, text, { validateStream: false }) : text;
}

/** Columns to use on a terminal. */
export function widthOf(terminal: Terminal): number {
  return Math.max(40, Math.min(terminal.columns, MAX_COLUMNS));
}

/** Breaks text at blanks into lines of at most `width` columns; longer words stand alone. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '') lines.push(line);
  return lines;
}

/** The text after `first`, wrapped, further lines indented as far as `first` is long. */
export function hanging(first: string, text: string, width: number): string {
  const indent = ' '.repeat(first.length);
  const lines = wrap(text, width - first.length);
  return lines.map((line, at) => (at === 0 ? first : indent) + line).join('\n');
}

/** Rows as columns, the last one wrapped. Cells are padded with blanks, two between columns. */
export function table(rows: readonly (readonly string[])[], width: number): string {
  const widths: number[] = [];
  for (const row of rows)
    for (const [at, cell] of row.slice(0, -1).entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  return rows
    .map((row) => {
      const first = row.slice(0, -1).map((cell, at) => cell.padEnd((widths[at] ?? 0) + 2));
      return hanging(first.join(''), row.at(-1) ?? '', width).trimEnd() || first.join('').trimEnd();
    })
    .join('\n');
}

/** `1 step`, `2 steps`. */
export function plural(count: number, noun: string, nouns = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : nouns}`;
}
