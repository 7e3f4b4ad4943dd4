/**
 * Where steps stand in the source, and the other way round: which steps of the run stand on a line.
 */
import type { RunData } from '../../protocol/messages';
import type { Location } from '../../trace/step';

export type CodePlace =
  | { readonly type: 'known'; readonly location: Location }
  /** Why there is none, as a clause. `tree`: one is open. */
  | { readonly type: 'missing'; readonly why: string; readonly tree: boolean };

/** Where a step stands. */
export function placeOf(data: RunData, step: number): CodePlace {
  const place = data.places[step];
  const location =
    place && 'location' in place
      ? data.locations[place.location]
      : (data.trace.steps[step]?.location ?? undefined);
  if (location) return { type: 'known', location };
  if (data.tree === null) return { type: 'missing', why: 'no kernel tree is open', tree: false };
  return {
    type: 'missing',
    why: place && 'missing' in place ? place.missing : 'not in this tree',
    tree: true,
  };
}

/** Steps by file and line. */
export class StepsByLine {
  private readonly steps = new Map<string, number[]>();

  constructor(data: RunData) {
    for (const { number } of data.trace.steps) {
      const place = placeOf(data, number);
      if (place.type !== 'known') continue;
      const key = `${place.location.line} ${place.location.file}`;
      const steps = this.steps.get(key);
      if (steps) steps.push(number);
      else this.steps.set(key, [number]);
    }
  }

  /** Ascending; empty for a line that the run never comes to. */
  on(file: string, line: number): readonly number[] {
    return this.steps.get(`${line} ${file}`) ?? [];
  }
}

/** The step of an ascending list that follows `position`, or the last one before it when none does. */
export function nearestStep(steps: readonly number[], position: number): number | null {
  return steps.find((step) => step > position) ?? steps.findLast((step) => step < position) ?? null;
}

export interface Piece {
  readonly text: string;
  readonly tone: 'plain' | 'comment' | 'string' | 'keyword';
}

const KEYWORDS = new Set(
  (
    'break case const continue default do else enum extern for goto if inline return sizeof static struct switch ' +
    'typedef union unsigned void volatile while bool int long char short signed __init'
  ).split(' '),
);
const WORDS = /\/\*.*?(?:\*\/|$)|\/\/.*$|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[A-Za-z_]\w*/g;

/** Does a comment run on into the line after these? For text that begins outside a comment. */
export function endsInComment(line: string, begins: boolean): boolean {
  let inside = begins;
  for (const [mark] of line.matchAll(/\/\*|\*\/|\/\//g)) {
    if (mark === '/*') inside = true;
    else if (mark === '*/') inside = false;
    else if (!inside) return false;
  }
  return inside;
}

/** A line cut into what is shown alike. `inComment`: it begins inside a comment. */
export function piecesOf(line: string, inComment: boolean): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  if (inComment) {
    const end = line.indexOf('*/');
    at = end < 0 ? line.length : end + 2;
    pieces.push({ text: line.slice(0, at), tone: 'comment' });
  }
  WORDS.lastIndex = at;
  for (const match of line.slice(at).matchAll(WORDS)) {
    const [text] = match;
    const tone = text.startsWith('/')
      ? 'comment'
      : /^["']/.test(text)
        ? 'string'
        : KEYWORDS.has(text)
          ? 'keyword'
          : null;
    if (tone === null) continue;
    const from = (inComment ? (pieces[0]?.text.length ?? 0) : 0) + match.index;
    if (from > at) pieces.push({ text: line.slice(at, from), tone: 'plain' });
    pieces.push({ text, tone });
    at = from + text.length;
  }
  if (at < line.length) pieces.push({ text: line.slice(at), tone: 'plain' });
  return pieces;
}

/** The lines' common indent taken away, tabs as eight columns. */
export function withoutIndent(lines: readonly string[]): string[] {
  const wide = lines.map((line) => line.replace(/^\t+/, (tabs) => ' '.repeat(8 * tabs.length)));
  const indents = wide.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const least = indents.length === 0 ? 0 : Math.min(...indents);
  return wide.map((line) => line.slice(Math.min(least, line.length)));
}
