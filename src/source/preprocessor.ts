/** Facts that come from preprocessor lines and from macros at file level: `#define`s and macro invocations. */
import { conditionsAt } from './conditionals';
import type { DialectResult } from './dialect';
import { docSpanBefore } from './docComments';
import type { InvocationFact, MacroFact } from './facts';
import { TokenKind } from './lexer';
import { argumentsOf } from './normalise';

const DEFINE = /^(#\s*define\s+)(\w+)(?:\(([^)]*)\))?[ \t]*/;

/** `#define`s of a file, in source order. */
export function macrosOf(text: string, dialect: DialectResult): MacroFact[] {
  const { tokens, conditionals } = dialect;
  const macros: MacroFact[] = [];
  for (let i = 0; i < tokens.count; i++) {
    if (tokens.kind[i] !== TokenKind.directive) {
      continue;
    }
    const start = tokens.start[i] ?? 0;
    const end = tokens.end[i] ?? start;
    const match = DEFINE.exec(text.slice(start, end));
    if (!match) {
      continue;
    }
    const name = match[2] ?? '';
    const nameStart = start + (match[1] ?? '').length;
    const parameters = match[3]?.split(',').map((parameter) => parameter.replace(/\\/g, '').trim());
    macros.push({
      name,
      parameters: parameters?.filter((parameter) => parameter !== ''),
      span: { start, end },
      nameSpan: { start: nameStart, end: nameStart + name.length },
      bodySpan: { start: Math.min(end, start + match[0].length), end },
      docSpan: docSpanBefore(text, tokens.comments, start),
      conditions: conditionsAt(conditionals.regions, start),
    });
  }
  return macros;
}

/** Macros called at file level that the dialect pass took out of the parse, such as `EXPORT_SYMBOL_GPL(x)`. */
export function invocationsOf(
  text: string,
  dialect: DialectResult,
  isAtFileLevel: (at: number) => boolean,
): InvocationFact[] {
  return dialect.replacements
    .filter(({ kind, start }) => kind === 'macro call' && isAtFileLevel(start))
    .map(({ name, start, end }) => ({
      macro: name,
      argumentTexts: argumentsOf(text.slice(start, end)),
      span: { start, end },
    }));
}
