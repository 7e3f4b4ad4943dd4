/** What the text around a name says about it: member, tag, call, label. Judged by characters, so that it holds in macros too. */
import type { Span } from '../text';

/** The last `count` units before `offset` without blanks at their end; comments are rare enough there to be left out. */
function before(text: string, offset: number): string {
  return text.slice(Math.max(0, offset - 120), offset).trimEnd();
}

function after(text: string, offset: number): string {
  return text.slice(offset, offset + 40).trimStart();
}

/** True behind `.` or `->` (but not behind `...`): a member's name. */
export function isMember(text: string, { start }: Span): boolean {
  const lead = before(text, start);
  return lead.endsWith('->') || (lead.endsWith('.') && !lead.endsWith('..') && !/\d\.$/.test(lead));
}

/** True behind `struct`, `union` or `enum`: a tag. */
export function isTag(text: string, { start }: Span): boolean {
  return /\b(?:struct|union|enum)$/.test(before(text, start));
}

/** True before a parenthesis. */
export function isCalled(text: string, { end }: Span): boolean {
  return after(text, end).startsWith('(');
}

/** True for `goto name` and for `name:` at the beginning of a statement. */
export function isLabel(text: string, { start, end }: Span): boolean {
  const lead = before(text, start);
  if (/\bgoto$/.test(lead)) {
    return true;
  }
  return /^:(?!:)/.test(after(text, end)) && (lead === '' || /[;{}:)]$|\*\/$/.test(lead));
}

/**
 * Could `name` at `at` be where it is defined, by the kernel's layout? `likely` for what begins in the first column or is a
 * `#define` or a tag before a brace, `perhaps` for what stands like an enumerator. A filter that spares parsing: what passes
 * is looked up in the index.
 */
export function mayDefine(text: string, at: number, name: string): 'likely' | 'perhaps' | undefined {
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  const lead = text.slice(lineStart, at);
  const next = after(text, at + name.length);
  if (/^\s*#\s*define\s+$/.test(lead)) {
    return 'likely';
  }
  if (/\b(?:struct|union|enum)\s+$/.test(lead)) {
    return next.startsWith('{') ? 'likely' : undefined;
  }
  if (/^\s+$/.test(lead) || lead === '') {
    if (/^(?:[,=}]|\/[*/]|$)/.test(next)) {
      return 'perhaps';
    }
  }
  const isInFirstColumn = lead === '' || !/^\s/.test(lead);
  const isDefinition = isInFirstColumn
    ? /^[([;=,{)]/.test(next) || next.startsWith('__')
    : /\b[A-Z_]+\($/.test(lead);
  if (isDefinition) {
    return 'likely';
  }
  return /[{,]\s*$/.test(lead) && /^[,=}]/.test(next) ? 'perhaps' : undefined;
}

/** Span of the call that the word is an argument of, but not the first; undefined when it is none. */
export function callAround(text: string, word: Span): Span | undefined {
  if (!before(text, word.start).endsWith(',')) {
    return undefined;
  }
  let depth = 0;
  for (let at = word.start - 1; at > word.start - 600 && at >= 0; at--) {
    const unit = text.charAt(at);
    if (unit === ')') {
      depth++;
    } else if (unit === '(' && depth-- === 0) {
      const start = at - (/\w*$/.exec(text.slice(Math.max(0, at - 80), at))?.[0].length ?? 0);
      return { start, end: word.end };
    } else if (unit === ';' || unit === '{' || unit === '}') {
      return undefined;
    }
  }
  return undefined;
}
