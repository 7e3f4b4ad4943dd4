/** Tokens of C text with the place they come from, as the preprocessor passes them on. */
import { lex, TokenKind } from '../source/lexer';

export interface Token {
  readonly kind: number;
  readonly text: string;
  /** Blanks or a comment before it. */
  readonly space: boolean;
  /** Where it stands in the text that is being compiled; of tokens out of a macro, the place of its use. */
  readonly start: number;
  readonly end: number;
  /** Macros it must not be expanded by any more, since it came out of them. */
  readonly hidden: ReadonlySet<string> | null;
}

export const {
  name: NAME,
  number: NUMBER,
  string: STRING,
  punctuation: PUNCTUATION,
  directive: DIRECTIVE,
} = TokenKind;

/** Tokens of [start, end) of a text that was split up already, preprocessor lines left out. */
export function tokensOf(text: string): Token[] {
  const { count, kind, start, end } = lex(text);
  const tokens: Token[] = [];
  let previous = -1;
  for (let i = 0; i < count; i++) {
    const [from, to] = [start[i] ?? 0, end[i] ?? 0];
    if (kind[i] !== DIRECTIVE)
      tokens.push({
        kind: kind[i] ?? 0,
        text: text.slice(from, to),
        space: from !== previous,
        start: from,
        end: to,
        hidden: null,
      });
    previous = to;
  }
  return tokens;
}

/** The text of tokens, one blank where there were any. */
export function textOf(tokens: readonly Token[]): string {
  return tokens.map(({ text, space }, index) => (space && index > 0 ? ` ${text}` : text)).join('');
}

export function isPunctuation(token: Token | undefined, text: string): boolean {
  return token !== undefined && token.kind === PUNCTUATION && token.text === text;
}

/** Index behind the bracket that closes the one at `open`; the length of `tokens` when none does. */
export function closingBehind(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    const token = tokens[i];
    if (token?.kind !== PUNCTUATION) continue;
    if (token.text === '(' || token.text === '[' || token.text === '{') depth++;
    else if (token.text === ')' || token.text === ']' || token.text === '}') {
      depth--;
      if (depth === 0) return i + 1;
    }
  }
  return tokens.length;
}

/** What stands between the brackets that open at `open`, split at its commas. */
export function argumentsAt(tokens: readonly Token[], open: number): { args: Token[][]; behind: number } {
  const behind = closingBehind(tokens, open);
  const args: Token[][] = [[]];
  let depth = 0;
  for (let i = open + 1; i < behind - 1; i++) {
    const token = tokens[i];
    if (!token) break;
    if (token.kind === PUNCTUATION) {
      if (token.text === '(' || token.text === '[' || token.text === '{') depth++;
      else if (token.text === ')' || token.text === ']' || token.text === '}') depth--;
      else if (token.text === ',' && depth === 0) {
        args.push([]);
        continue;
      }
    }
    args.at(-1)?.push(token);
  }
  return { args, behind };
}
