/**
 * One function as the lock analysis reads it: a graph of small steps over expressions, as plain data without any wasm
 * object. Offsets count from the function's first character, so that a program stays good when its function moves.
 */

/** Half-open piece of the function's text, in UTF-16 units from its start. */
export interface Extent {
  readonly start: number;
  readonly end: number;
}

export interface CallExpression {
  readonly kind: 'call';
  /** Name of the function or macro; for a call through a pointer in a field the field's name. */
  readonly callee: string;
  readonly isIndirect: boolean;
  /** The field that a call through a pointer reads. */
  readonly pointer: Expression | undefined;
  readonly arguments: readonly Expression[];
  /** The arguments' own texts, for flags such as `GFP_KERNEL`. */
  readonly texts: readonly string[];
  readonly extent: Extent;
}

export type Comparison = '==' | '!=' | '<' | '>' | '<=' | '>=';

export type Expression =
  | { readonly kind: 'name'; readonly name: string }
  | {
      readonly kind: 'field';
      readonly base: Expression;
      readonly name: string;
      readonly isArrow: boolean;
    }
  | { readonly kind: 'address' | 'pointee' | 'not'; readonly of: Expression }
  | { readonly kind: 'number'; readonly value: number; readonly text: string }
  | CallExpression
  | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: 'compare';
      readonly operator: Comparison;
      readonly left: Expression;
      readonly right: Expression;
    }
  /** `value` is undefined where what is written depends on the old value (`++`, `+=`); `goes` says then whether up or down. */
  | {
      readonly kind: 'assign';
      readonly target: Expression;
      readonly value: Expression | undefined;
      readonly goes?: 'up' | 'down';
      readonly at: number;
    }
  | {
      readonly kind: 'choose';
      readonly test: Expression;
      readonly yes: Expression;
      readonly no: Expression;
    }
  /** All are evaluated in order, the last is the value. */
  | { readonly kind: 'sequence'; readonly parts: readonly Expression[] }
  /** All are evaluated in order; the value is not known, but for bits (`flags & FAULT_FLAG_TRIED`): the same are the same. */
  | {
      readonly kind: 'other';
      readonly parts: readonly Expression[];
      readonly isMask?: boolean;
      readonly at: number;
    };

/** One step. `at` is where the statement begins that it belongs to, `next` and the like are indices of other steps. */
export type ProgramNode =
  | {
      readonly kind: 'evaluate';
      readonly at: number;
      readonly expression: Expression | undefined;
      next: number;
    }
  | { readonly kind: 'branch'; readonly at: number; readonly test: Expression; yes: number; no: number }
  /** `switch`, with one target for each case and for leaving it. */
  | {
      readonly kind: 'switch';
      readonly at: number;
      readonly subject: Expression;
      readonly targets: number[];
    }
  /** A loop by an iterator macro: `variables` get new values before each round. */
  | {
      readonly kind: 'each';
      readonly at: number;
      readonly variables: readonly Expression[];
      readonly parts: readonly Expression[];
      body: number;
      next: number;
    }
  | { readonly kind: 'return'; readonly at: number; readonly value: Expression | undefined }
  | { readonly kind: 'end'; readonly at: number };

/** Something that the reading could not take account of. */
export interface ProgramProblem {
  readonly extent: Extent;
  /** One phrase. */
  readonly reason: string;
  /** What was not looked at on purpose, not because it could not be read. */
  readonly kind?: 'left out';
}

export interface Program {
  readonly name: string;
  readonly parameters: readonly string[];
  /** All names declared in the body. */
  readonly locals: ReadonlySet<string>;
  /** Those of them that are structs and no pointers: taking their address does not change what they are. */
  readonly structs: ReadonlySet<string>;
  readonly nodes: readonly ProgramNode[];
  readonly entry: number;
  readonly problems: readonly ProgramProblem[];
  /** Names and fields that more than one condition tests. */
  readonly testedOften: readonly Expression[];
}
