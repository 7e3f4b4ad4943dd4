/** `#if` conditions: integer expressions over macros, `defined(X)` and the kernel's configuration. */
import { closingBehind, isPunctuation, NAME, NUMBER, type Token, tokensOf } from './tokens';

/** Settings of the kernel's configuration: `CONFIG_MMU` → `y`, or the text of a value. What is missing is off. */
export type Configuration = ReadonlyMap<string, string>;

export interface ConditionNames {
  readonly configuration: Configuration;
  isDefined(name: string): boolean;
  /** Replacement of an object-like macro. */
  replacement(name: string): readonly Token[] | undefined;
}

const MAX_DEPTH = 30;
const ENABLED = /^IS_(ENABLED|BUILTIN|REACHABLE|MODULE)$/;

/** True when CONFIG_X is built in, or a module. */
export function isConfigured(configuration: Configuration, name: string): boolean {
  const value = configuration.get(name);
  return value !== undefined && value !== 'n';
}

/** Value of the condition; text that is no expression counts as 0. */
export function evaluateCondition(text: string, names: ConditionNames): boolean {
  return new Reader(tokensOf(text), names, 0).whole() !== 0;
}

const BINARY: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

class Reader {
  #at = 0;
  constructor(
    private readonly tokens: readonly Token[],
    private readonly names: ConditionNames,
    private readonly depth: number,
  ) {}

  whole(): number {
    const condition = this.#binary(0);
    if (!this.#take('?')) return condition;
    const yes = this.whole();
    this.#take(':');
    const no = this.whole();
    return condition === 0 ? no : yes;
  }

  /** The operator at the current place, which may be of several single characters. */
  #operator(among: readonly string[]): string | undefined {
    for (const operator of [...among].sort((a, b) => b.length - a.length)) {
      if (![...operator].every((char, i) => isPunctuation(this.tokens[this.#at + i], char))) continue;
      const next = this.tokens[this.#at + operator.length];
      const doubled =
        operator.length === 1 && next && !next.space && next.text === operator && '&|<>='.includes(operator);
      if (doubled) continue;
      return operator;
    }
    return undefined;
  }

  #take(operator: string): boolean {
    if (this.#operator([operator]) === undefined) return false;
    this.#at += operator.length;
    return true;
  }

  #binary(level: number): number {
    const operators = BINARY[level];
    if (!operators) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const operator = this.#operator(operators);
      if (operator === undefined) return left;
      this.#at += operator.length;
      left = apply(operator, left, this.#binary(level + 1));
    }
  }

  #unary(): number {
    if (this.#take('!')) return this.#unary() === 0 ? 1 : 0;
    if (this.#take('-')) return -this.#unary();
    if (this.#take('+')) return this.#unary();
    if (this.#take('~')) return ~this.#unary();
    if (this.#take('(')) {
      const value = this.whole();
      this.#take(')');
      return value;
    }
    const token = this.tokens[this.#at++];
    if (!token) return 0;
    if (token.kind === NUMBER)
      return Number.parseInt(token.text.replace(/[uUlL]+$/, ''), token.text.startsWith('0x') ? 16 : 10) || 0;
    return token.kind === NAME ? this.#name(token.text) : 0;
  }

  #name(name: string): number {
    if (name === 'defined') {
      const bracketed = this.#take('(');
      const what = this.tokens[this.#at++]?.text ?? '';
      if (bracketed) this.#take(')');
      return this.#isDefined(what) ? 1 : 0;
    }
    if (isPunctuation(this.tokens[this.#at], '(')) {
      const inner = this.tokens[this.#at + 1]?.text ?? '';
      this.#at = closingBehind(this.tokens, this.#at);
      return ENABLED.test(name) && isConfigured(this.names.configuration, inner) ? 1 : 0;
    }
    const setting = this.names.configuration.get(name);
    if (setting !== undefined) return setting === 'y' ? 1 : Number(setting) || 0;
    const body = this.depth < MAX_DEPTH ? this.names.replacement(name) : undefined;
    return body ? new Reader(body, this.names, this.depth + 1).whole() : 0;
  }

  #isDefined(name: string): boolean {
    return name.startsWith('CONFIG_')
      ? isConfigured(this.names.configuration, name)
      : this.names.isDefined(name);
  }
}

function apply(operator: string, a: number, b: number): number {
  switch (operator) {
    case '||':
      return a !== 0 || b !== 0 ? 1 : 0;
    case '&&':
      return a !== 0 && b !== 0 ? 1 : 0;
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case '&':
      return a & b;
    case '==':
      return a === b ? 1 : 0;
    case '!=':
      return a !== b ? 1 : 0;
    case '<':
      return a < b ? 1 : 0;
    case '>':
      return a > b ? 1 : 0;
    case '<=':
      return a <= b ? 1 : 0;
    case '>=':
      return a >= b ? 1 : 0;
    case '<<':
      return a << b;
    case '>>':
      return a >> b;
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    default:
      return b === 0 ? 0 : operator === '/' ? Math.trunc(a / b) : a % b;
  }
}
