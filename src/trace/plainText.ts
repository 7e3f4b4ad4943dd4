/**
 * Text for a mail to a kernel list: ASCII, at most so many columns, whatever names and titles it speaks of.
 */

/** Columns of a mail that is quoted once or twice and still not wrapped. */
export const MAIL_COLUMNS = 75;

/** Signs that texts of this program use, in ASCII. */
const SIGNS: Readonly<Record<string, string>> = {
  '→': '->',
  '←': '<-',
  '−': '-',
  '–': '-',
  '—': '-',
  '…': '...',
  '“': '"',
  '”': '"',
  '„': '"',
  '‘': "'",
  '’': "'",
  '×': 'x',
  '≤': '<=',
  '≥': '>=',
  '·': '-',
  '✓': 'ok',
  '✗': 'x',
};

/** The text in printable ASCII on one line: signs written out, accents taken off, the rest as `?`. */
export function ascii(text: string): string {
  let out = '';
  for (const char of text.normalize('NFD')) {
    const code = char.codePointAt(0) ?? 0;
    if (code >= 0x300 && code < 0x370) continue; // an accent that stands apart now
    if (SIGNS[char] !== undefined) out += SIGNS[char];
    else if (code >= 0x20 && code < 0x7f) out += char;
    else out += /\s/.test(char) ? ' ' : '?';
  }
  return out;
}

/** At most `width` columns; `~` at the end says that something was cut off. */
export function clipped(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}~`;
}

/** Words in lines of at most `width` columns. A word that is longer is broken. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    let rest = word;
    if (line !== '' && line.length + 1 + rest.length <= width) {
      line += ` ${rest}`;
      continue;
    }
    if (line !== '') lines.push(line);
    for (; rest.length > width; rest = rest.slice(width)) lines.push(rest.slice(0, width));
    line = rest;
  }
  if (line !== '') lines.push(line);
  return lines;
}

/** `first` and the text behind it, further lines indented as far. */
export function hangingText(first: string, text: string, width = MAIL_COLUMNS): string[] {
  const lines = wrapped(text, Math.max(8, width - first.length));
  const indent = ' '.repeat(first.length);
  return lines.length === 0 ? [first.trimEnd()] : lines.map((line, at) => (at === 0 ? first : indent) + line);
}

/** Columns of cells padded with blanks, cut so that a row fits. The widest column gives way. */
export function columns(rows: readonly (readonly string[])[], width = MAIL_COLUMNS): string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  const gaps = 2 * Math.max(0, widths.length - 1);
  let over = widths.reduce((sum, one) => sum + one, gaps) - width;
  while (over > 0) {
    const widest = Math.max(...widths);
    const second = Math.max(0, ...widths.filter((one) => one < widest));
    const share = Math.max(1, Math.min(over, widest - second));
    widths[widths.indexOf(widest)] = widest - share;
    over -= share;
  }
  return rows.map((row) =>
    row
      .map((cell, at) => clipped(cell, widths[at] ?? 0).padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
