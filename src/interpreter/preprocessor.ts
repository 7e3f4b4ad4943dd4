/**
 * Macro expansion over tokens that keep their places. What the C grammar has no form for (`typeof`, nested `offsetof`) becomes a name
 * that stands for it; the compiler looks up what it means.
 */
import { ATTRIBUTE_CALLS, ATTRIBUTES } from '../source/dialectTables';
import { type Configuration, isConfigured } from './condition';
import type { Macro } from './scan';
import {
  argumentsAt,
  closingBehind,
  isPunctuation,
  NAME,
  NUMBER,
  PUNCTUATION,
  STRING,
  type Token,
  textOf,
  tokensOf,
} from './tokens';

export interface MacroSource {
  readonly configuration: Configuration;
  macro(name: string): Macro | undefined;
}

/** What a made-up name stands for. */
export type Placeholder =
  | { readonly kind: 'typeof'; readonly text: string }
  | { readonly kind: 'auto' }
  | { readonly kind: 'offsetof'; readonly type: string; readonly path: readonly (string | number)[] };

/** Expanded text, with the place of each of its tokens. */
export interface Expansion {
  readonly text: string;
  readonly placeholders: ReadonlyMap<string, Placeholder>;
  /** Range of the original text that [start, end) of `text` comes from. */
  original(start: number, end: number): { readonly start: number; readonly end: number };
}

/** Tokens that one expansion may give; beyond it a macro is taken to be running away. */
const MAX_TOKENS = 200_000;
/** Macros that one expansion may replace. */
const MAX_REPLACEMENTS = 30_000;

export class TooManyTokens extends Error {}

const ENABLED = /^IS_(ENABLED|BUILTIN|REACHABLE|MODULE)$/;
const TYPEOF = new Set([
  'typeof',
  '__typeof__',
  '__typeof',
  'typeof_unqual',
  '__typeof_unqual__',
  'TYPEOF_UNQUAL',
]);
const AUTO = new Set(['__auto_type', 'auto']);
const OFFSETOF = new Set(['offsetof', '__builtin_offsetof']);
const MORE_ATTRIBUTES = new Set([
  '_Alignas',
  '__extension__',
  '__restrict__',
  'register',
  '__inline',
  '__inline__',
  '__const',
  '__volatile__',
  '_Noreturn',
]);

/** Expands the macros in `tokens`. */
export function expand(tokens: readonly Token[], source: MacroSource): Expansion {
  const expander = new Expander(source);
  return finish(expander.expand(tokens));
}

class Expander {
  #made = 0;
  constructor(private readonly source: MacroSource) {}

  expand(input: readonly Token[]): Token[] {
    const output: Token[] = [];
    // Tokens still to be looked at, next one last.
    const pending = [...input].reverse();
    while (pending.length > 0) {
      const token = pending.pop();
      if (!token) break;
      if (token.kind !== NAME || !this.#replace(token, pending, output)) output.push(token);
      if (output.length + pending.length > MAX_TOKENS) throw new TooManyTokens();
    }
    return output;
  }

  /** Replaces a macro's use at the end of `pending`; false when the name stands for itself. */
  #replace(token: Token, pending: Token[], output: Token[]): boolean {
    if (++this.#made > MAX_REPLACEMENTS) throw new TooManyTokens();
    if (token.hidden?.has(token.text)) return false;
    const next = pending.at(-1);
    const isCall = isPunctuation(next, '(');
    if (isCall && ENABLED.test(token.text)) {
      const { args } = this.#takeArguments(pending);
      const on = isConfigured(this.source.configuration, textOf(args[0] ?? []));
      output.push({ ...token, kind: NUMBER, text: on ? '1' : '0' });
      return true;
    }
    const macro = this.source.macro(token.text);
    if (!macro) {
      const setting = this.source.configuration.get(token.text);
      if (setting === undefined) return false;
      output.push({ ...token, kind: NUMBER, text: setting === 'y' ? '1' : setting });
      return true;
    }
    if (macro.parameters === null && macro.variadic === null) {
      this.#push(this.#body(macro, new Map(), new Map(), token, token.end), pending);
      return true;
    }
    if (!isCall) return false;
    const { args, end, hidden } = this.#takeArguments(pending);
    const named = nameArguments(macro, args);
    const expanded = new Map([...named].map(([name, arg]) => [name, this.expand(arg)]));
    const use = { ...token, hidden: intersect(token.hidden, hidden) };
    this.#push(this.#body(macro, named, expanded, use, end), pending);
    return true;
  }

  #takeArguments(pending: Token[]): { args: Token[][]; end: number; hidden: ReadonlySet<string> | null } {
    let depth = 0;
    let at = pending.length - 1;
    for (; at >= 0; at--) {
      const token = pending[at];
      if (isPunctuation(token, '(')) depth++;
      else if (isPunctuation(token, ')') && --depth === 0) break;
    }
    const taken = pending.splice(Math.max(0, at)).reverse();
    const last = taken.at(-1);
    return { args: argumentsAt(taken, 0).args, end: last?.end ?? 0, hidden: last?.hidden ?? null };
  }

  #push(body: readonly Token[], pending: Token[]): void {
    const following = pending.pop();
    if (following) pending.push(following.space ? following : { ...following, space: true });
    for (let i = body.length - 1; i >= 0; i--) {
      const token = body[i];
      if (token) pending.push(i === 0 ? { ...token, space: true } : token);
    }
  }

  #body(
    macro: Macro,
    raw: ReadonlyMap<string, readonly Token[]>,
    expanded: ReadonlyMap<string, readonly Token[]>,
    use: Token,
    end: number,
  ): Token[] {
    const hidden = new Set([...(use.hidden ?? []), macro.name]);
    const place = (token: Token): Token => ({ ...token, start: use.start, end, hidden });
    const result: Token[] = [];
    const { body } = macro;
    for (let i = 0; i < body.length; i++) {
      const token = body[i];
      if (!token) continue;
      const next = body[i + 1];
      if (isPunctuation(token, '#') && isPunctuation(next, '#')) {
        i += this.#paste(result, body, i + 2, raw, macro, place);
        continue;
      }
      const named = next && isPunctuation(token, '#') ? raw.get(next.text) : undefined;
      if (named) {
        result.push(place({ ...token, kind: STRING, text: JSON.stringify(textOf(named)) }));
        i++;
        continue;
      }
      if (next && token.text === '__VA_OPT__' && isPunctuation(next, '(')) {
        const behind = closingBehind(body, i + 1);
        const inner = { ...macro, body: body.slice(i + 2, behind - 1) };
        if ((raw.get(macro.variadic ?? '')?.length ?? 0) > 0)
          result.push(...this.#body(inner, raw, expanded, use, end));
        i = behind - 1;
        continue;
      }
      const pastes = isPunctuation(next, '#') && isPunctuation(body[i + 2], '#');
      const argument = (pastes ? raw : expanded).get(token.text);
      if (token.kind === NAME && argument) {
        argument.forEach((part, index) => {
          result.push({
            ...part,
            space: index === 0 ? true : part.space,
            hidden: union(part.hidden, hidden),
          });
        });
        this.#separateNext = !pastes;
        continue;
      }
      result.push(this.#separated(place(token)));
    }
    this.#separateNext = false;
    return result;
  }

  #separateNext = false;

  #separated(token: Token): Token {
    if (!this.#separateNext) return token;
    this.#separateNext = false;
    return { ...token, space: true };
  }

  /** `left ## right`: joins the last token made with the next of the body. Returns how many body tokens it took. */
  #paste(
    result: Token[],
    body: readonly Token[],
    at: number,
    raw: ReadonlyMap<string, readonly Token[]>,
    macro: Macro,
    place: (token: Token) => Token,
  ): number {
    const right = body[at];
    if (!right) return 1;
    const argument = right.kind === NAME ? raw.get(right.text) : undefined;
    const parts = argument ?? [right];
    const left = result.at(-1);
    if (isPunctuation(left, ',') && right.text === macro.variadic) {
      if (parts.length === 0) result.pop();
      else result.push(...parts.map((part) => ({ ...part, space: true })));
      return 2;
    }
    const [first, ...rest] = parts;
    if (left && first) {
      result.pop();
      const [joined] = tokensOf(left.text + first.text);
      const text = left.text + first.text;
      result.push(place({ ...left, kind: joined?.kind ?? left.kind, text }));
    } else if (first) result.push(place(first));
    result.push(...rest);
    return 2;
  }
}

function union(a: ReadonlySet<string> | null, b: ReadonlySet<string>): ReadonlySet<string> {
  return a === null || a.size === 0 ? b : new Set([...a, ...b]);
}

function intersect(a: ReadonlySet<string> | null, b: ReadonlySet<string> | null): ReadonlySet<string> | null {
  if (!a || !b) return null;
  return new Set([...a].filter((name) => b.has(name)));
}

function nameArguments(macro: Macro, args: readonly Token[][]): Map<string, readonly Token[]> {
  const named = new Map<string, readonly Token[]>();
  const parameters = macro.parameters ?? [];
  parameters.forEach((name, index) => {
    named.set(name, args[index] ?? []);
  });
  if (macro.variadic !== null) {
    const rest: Token[] = [];
    args.slice(parameters.length).forEach((arg, index) => {
      if (index > 0)
        rest.push({
          kind: PUNCTUATION,
          text: ',',
          space: false,
          start: arg[0]?.start ?? 0,
          end: arg[0]?.start ?? 0,
          hidden: null,
        });
      rest.push(...arg);
    });
    named.set(macro.variadic, rest);
  }
  return named;
}

/** Text that is expanded already, such as what a `typeof` stands for. */
export function readExpanded(text: string): Expansion {
  return finish(tokensOf(text));
}

/** Puts names for what the grammar lacks, and joins the tokens to a text. */
function finish(tokens: readonly Token[]): Expansion {
  const placeholders = new Map<string, Placeholder>();
  const output: Token[] = [];
  const name = (placeholder: Placeholder, from: Token, to: Token | undefined): void => {
    const text = `__${placeholder.kind}_${placeholders.size}`;
    placeholders.set(text, placeholder);
    output.push({ ...from, kind: NAME, text, space: true, end: to?.end ?? from.end });
  };
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (!token) continue;
    const isCall = token.kind === NAME && isPunctuation(tokens[i + 1], '(');
    const behind = isCall ? closingBehind(tokens, i + 1) : 0;
    if (isCall && TYPEOF.has(token.text)) {
      name({ kind: 'typeof', text: textOf(tokens.slice(i + 2, behind - 1)) }, token, tokens[behind - 1]);
      i = behind - 1;
    } else if (isCall && OFFSETOF.has(token.text)) {
      const [type = [], member = []] = argumentsAt(tokens, i + 1).args;
      const path = member
        .filter(({ kind }) => kind !== PUNCTUATION)
        .map((part) => (part.kind === NUMBER ? Number(part.text) : part.text));
      name({ kind: 'offsetof', type: textOf(type), path }, token, tokens[behind - 1]);
      i = behind - 1;
    } else if (token.kind === NAME && ATTRIBUTE_CALLS.has(token.text)) {
      if (isCall) i = behind - 1;
    } else if (token.kind === NAME && (ATTRIBUTES.has(token.text) || MORE_ATTRIBUTES.has(token.text))) {
      if (isCall && token.text === '_Alignas') i = behind - 1;
    } else if (token.kind === NAME && AUTO.has(token.text)) name({ kind: 'auto' }, token, undefined);
    else output.push(token);
  }
  return joined(output, placeholders);
}

function joined(tokens: readonly Token[], placeholders: ReadonlyMap<string, Placeholder>): Expansion {
  const starts = new Int32Array(tokens.length);
  const parts: string[] = [];
  let length = 0;
  tokens.forEach((token, index) => {
    if (token.space && index > 0) {
      parts.push(' ');
      length++;
    }
    starts[index] = length;
    parts.push(token.text);
    length += token.text.length;
  });
  /** Index of the last token that begins at or before `at`. */
  const tokenAt = (at: number): number => {
    let [low, high] = [0, tokens.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  return {
    text: parts.join(''),
    placeholders,
    original(start, end) {
      let [from, to] = [Number.POSITIVE_INFINITY, 0];
      for (let i = tokenAt(start); i < tokens.length && (starts[i] ?? 0) < end; i++) {
        from = Math.min(from, tokens[i]?.start ?? from);
        to = Math.max(to, tokens[i]?.end ?? to);
      }
      return { start: from === Number.POSITIVE_INFINITY ? 0 : from, end: to };
    },
  };
}
