/**
 * `#if` groups, read from the lexer's preprocessor lines. The grammar never sees these lines (the dialect pass blanks
 * them); here their regions and conditions are recorded, and it is decided which branches can stand side by side in one
 * parse and which exclude each other (two heads of one function, two conditions of one `if`).
 */
import type { IfdefBranch, IfdefRegion } from './facts';
import { TokenKind, type Tokens } from './lexer';
import { collapse, negate } from './normalise';
import type { Span } from './text';

/** Regions in source order, and for each token whether it is left out of the parse (preprocessor lines are). */
export interface Conditionals {
  readonly regions: readonly IfdefRegion[];
  readonly isLeftOut: Uint8Array;
}

type Directive = IfdefBranch['directive'];

interface OpenBranch {
  directive: Directive;
  /** The directive's own condition, without what the branches before it add. */
  own: string;
  directiveToken: number;
  firstToken: number;
  lastToken: number;
  /** Openers at its end, and whether it closed more than it opened. */
  depthAtEnd: number;
  dipped: boolean;
}

interface OpenGroup {
  region: number;
  parent: number | undefined;
  depth: number;
  openersBefore: string;
  previousToken: number;
  branches: OpenBranch[];
  openersAfter: string;
}

const DIRECTIVE = /^#\s*(ifdef|ifndef|if|elifdef|elifndef|elif|else|endif)\b/;

function ownCondition(directive: Directive, rest: string): string {
  const text = collapse(rest);
  switch (directive) {
    case 'ifdef':
    case 'elifdef':
      return `defined(${text})`;
    case 'ifndef':
    case 'elifndef':
      return `!defined(${text})`;
    case 'if':
    case 'elif':
      return text;
    case 'else':
      return '';
  }
}

function wholeCondition(branches: readonly OpenBranch[], index: number): string {
  const terms = branches.slice(0, index).map((branch) => negate(branch.own));
  const own = branches[index]?.own ?? '';
  if (own !== '') {
    terms.push(terms.length > 0 && /\|\||\?/.test(own) ? `(${own})` : own);
  }
  return terms.join(' && ');
}

/** Walks the tokens once, keeping the stack of open brackets as a string of `(`, `[` and `{`. */
class ConditionalReader {
  readonly #text: string;
  readonly #tokens: Tokens;
  readonly #isLeftOut: Uint8Array;
  readonly #regions: (IfdefRegion | undefined)[] = [];
  readonly #groups: OpenGroup[] = [];
  #openers = '';
  #previous = -1;

  constructor(text: string, tokens: Tokens) {
    this.#text = text;
    this.#tokens = tokens;
    this.#isLeftOut = new Uint8Array(tokens.count);
  }

  read(): Conditionals {
    const { count, kind, start, end } = this.#tokens;
    for (let i = 0; i < count; i++) {
      if (kind[i] === TokenKind.directive) {
        this.#isLeftOut[i] = 1;
        this.#directive(i, this.#text.slice(start[i], end[i]));
      } else {
        if (kind[i] === TokenKind.punctuation) {
          this.#bracket(this.#text.charAt(start[i] ?? 0));
        }
        this.#previous = i;
      }
    }
    while (this.#groups.length > 0) {
      this.#close(count, this.#text.length, false);
    }
    return { regions: this.#regions.filter((region) => region !== undefined), isLeftOut: this.#isLeftOut };
  }

  #bracket(character: string): void {
    if (character === '(' || character === '[' || character === '{') {
      this.#openers += character;
    } else if (character === ')' || character === ']' || character === '}') {
      this.#openers = this.#openers.slice(0, -1);
      const group = this.#groups.at(-1);
      const branch = group?.branches.at(-1);
      if (group && branch && this.#openers.length < group.openersBefore.length) {
        branch.dipped = true;
      }
    }
  }

  #directive(token: number, text: string): void {
    const match = DIRECTIVE.exec(text);
    if (!match) {
      return;
    }
    const word = match[1] ?? '';
    const rest = text.slice(match[0].length);
    if (word === 'endif') {
      this.#close(token, this.#tokens.end[token] ?? 0, true);
      return;
    }
    const directive = word as Directive;
    if (directive === 'if' || directive === 'ifdef' || directive === 'ifndef') {
      this.#open();
    } else {
      this.#endBranch(token);
    }
    this.#groups.at(-1)?.branches.push({
      directive,
      own: ownCondition(directive, rest),
      directiveToken: token,
      firstToken: token + 1,
      lastToken: token,
      depthAtEnd: 0,
      dipped: false,
    });
  }

  #open(): void {
    this.#groups.push({
      region: this.#regions.length,
      parent: this.#groups.at(-1)?.region,
      depth: this.#groups.length,
      openersBefore: this.#openers,
      previousToken: this.#previous,
      branches: [],
      openersAfter: this.#openers,
    });
    this.#regions.push(undefined);
  }

  /** Ends the branch being read; the next one starts again from the brackets open before the group. */
  #endBranch(token: number): void {
    const group = this.#groups.at(-1);
    const branch = group?.branches.at(-1);
    if (!group || !branch) {
      return;
    }
    branch.lastToken = token - 1;
    branch.depthAtEnd = this.#openers.length;
    if (group.branches.length === 1 || this.#isNever(group.branches[group.branches.length - 2])) {
      group.openersAfter = this.#openers;
    }
    this.#openers = group.openersBefore;
    this.#previous = group.previousToken;
  }

  #isNever(branch: OpenBranch | undefined): boolean {
    return branch?.own === '0';
  }

  #close(token: number, end: number, isClosed: boolean): void {
    this.#endBranch(token);
    const group = this.#groups.pop();
    if (!group) {
      return;
    }
    const kept = this.#keptBranches(group, token);
    this.#openers = kept.size > 0 ? group.openersAfter : group.openersBefore;
    group.branches.forEach((branch, index) => {
      if (!kept.has(index)) {
        this.#isLeftOut.fill(1, branch.firstToken, branch.lastToken + 1);
      }
    });
    this.#previous = this.#lastLiveBefore(token);
    this.#regions[group.region] = this.#region(group, kept, token, end, isClosed);
  }

  #keptBranches(group: OpenGroup, endToken: number): Set<number> {
    const indices = group.branches.map((_, index) => index);
    const possible = indices.filter((index) => !this.#isNever(group.branches[index]));
    if (possible.length > 1 && !this.#canStandTogether(group, endToken)) {
      return new Set(possible.slice(0, 1));
    }
    return new Set(possible);
  }

  /** Branches can be parsed one after the other when each is whole: complete statements, definitions, or list items. */
  #canStandTogether(group: OpenGroup, endToken: number): boolean {
    const around = group.openersBefore.at(-1);
    if (around === '(' || around === '[') {
      return false;
    }
    const next = this.#textOf(this.#firstLiveFrom(endToken + 1));
    const isFileLevel = around === undefined;
    const isWholeAfter = (token: number): boolean => {
      const text = this.#textOf(token);
      if (text === ')') {
        return isFileLevel && next !== '{' && next !== ';';
      }
      return text === '' || text === ';' || text === '}' || text === '{' || text === ',' || text === ':';
    };
    if (!isWholeAfter(group.previousToken)) {
      return false;
    }
    return group.branches.every((branch) => {
      if (branch.dipped || branch.depthAtEnd !== group.openersBefore.length) {
        return false;
      }
      const last = this.#lastLiveBefore(branch.lastToken + 1);
      return last < branch.firstToken || (this.#textOf(last) !== '{' && isWholeAfter(last));
    });
  }

  #lastLiveBefore(token: number): number {
    let i = token - 1;
    while (i >= 0 && this.#isLeftOut[i] === 1) {
      i--;
    }
    return i;
  }

  #firstLiveFrom(token: number): number {
    let i = token;
    while (i < this.#tokens.count && this.#tokens.kind[i] === TokenKind.directive) {
      i++;
    }
    return i;
  }

  #textOf(token: number): string {
    if (token < 0 || token >= this.#tokens.count) {
      return '';
    }
    return this.#text.slice(this.#tokens.start[token], this.#tokens.end[token]);
  }

  /** From the line after the directive that ends at `start`. */
  #linesBetween(start: number, end: number): Span {
    return { start: Math.min(end, this.#text.startsWith('\n', start) ? start + 1 : start), end };
  }

  #region(group: OpenGroup, kept: Set<number>, token: number, end: number, isClosed: boolean): IfdefRegion {
    const { start: starts, end: ends } = this.#tokens;
    const branches = group.branches.map((branch, index): IfdefBranch => {
      const next = group.branches[index + 1];
      const branchEnd = next ? starts[next.directiveToken] : isClosed ? starts[token] : end;
      return {
        directive: branch.directive,
        condition: wholeCondition(group.branches, index),
        directiveSpan: { start: starts[branch.directiveToken] ?? 0, end: ends[branch.directiveToken] ?? 0 },
        span: this.#linesBetween(ends[branch.directiveToken] ?? 0, branchEnd ?? end),
        isParsed: kept.has(index),
      };
    });
    const start = branches[0]?.directiveSpan.start ?? end;
    return { span: { start, end }, branches, depth: group.depth, parent: group.parent, isClosed };
  }
}

/** Reads the `#if` groups of `text`. Stray `#else` and `#endif` are passed over; an open group ends with the text. */
export function readConditionals(text: string, tokens: Tokens): Conditionals {
  return new ConditionalReader(text, tokens).read();
}

/** Conditions of the branches around `offset`, outermost first. */
export function conditionsAt(regions: readonly IfdefRegion[], offset: number): readonly string[] {
  const conditions: string[] = [];
  for (const region of regions) {
    if (region.span.start > offset) {
      break;
    }
    if (offset < region.span.end) {
      const branch = region.branches.find(({ span }) => span.start <= offset && offset < span.end);
      if (branch) {
        conditions.push(branch.condition);
      }
    }
  }
  return conditions;
}

const INCLUDE_GUARD = /^!defined\(_*[A-Z0-9_]+_H_*\)$/;

/** How many of `conditions` say that something is not configured; include guards do not count. Stubs have more. */
export function negationsIn(conditions: readonly string[]): number {
  return conditions.filter((condition) => condition.startsWith('!') && !INCLUDE_GUARD.test(condition)).length;
}
