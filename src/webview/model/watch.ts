/**
 * Watch expressions: what can be asked of every step of a run.
 *
 *   expression  sum, or sum < <= > >= == != sum
 *   sum         term + term - term …
 *   term        a number, count(KIND), or a path
 *   path        OBJECT.part.part …      A0.num_active_vmas   P@16-20.chain.length   F0.mapping.refcount
 *
 * An OBJECT is named as the pictures name it, `AVC(P@16-20, A0)` for a link. A part is a field, the place of an item in a
 * list (from 0), or `length`; pointers are followed. Objects that do not exist at a step have no value there.
 */

import type { ObjectId } from '../../trace/value';
import type { Frame } from './frame';

/** Longest expression. */
export const MAX_EXPRESSION = 200;

export type Path = {
  readonly type: 'path';
  readonly object: ObjectName;
  readonly parts: readonly string[];
};

export type ObjectName =
  | { readonly type: 'label'; readonly label: string }
  | { readonly type: 'avc'; readonly vma: string; readonly anonVma: string };

export type Term =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'count'; readonly kind: string }
  | Path;

export interface Sum {
  readonly first: Term;
  readonly rest: readonly { readonly sign: 1 | -1; readonly term: Term }[];
}

export type Comparison = '<' | '<=' | '>' | '>=' | '==' | '!=';

export interface Watch {
  readonly text: string;
  readonly left: Sum;
  readonly compare: { readonly by: Comparison; readonly right: Sum } | null;
}

export type Parsed =
  | { readonly ok: true; readonly watch: Watch }
  /** One sentence that says what to do. */
  | { readonly ok: false; readonly problem: string };

const EXAMPLE = 'A0.num_active_vmas or P@16-20.chain.length';
const NUMBER = /^(0x[0-9a-f]+|\d+)/i;
const COUNT = /^count\s*\(\s*([A-Za-z_]\w*)\s*\)/;
const AVC = /^AVC\s*\(\s*([^,()]+?)\s*,\s*([^,()]+?)\s*\)/;
const VMA = /^([A-Za-z_]\w*)@(0x[0-9a-f]+|\d+)-(0x[0-9a-f]+|\d+)/i;
const NAME = /^[A-Za-z_]\w*/;
const PART = /^\.\s*([A-Za-z_]\w*|\d+)/;
const COMPARE = /^(<=|>=|==|!=|<|>)/;

class Problem extends Error {}

/** Reads an expression. Never throws. */
export function parseWatch(text: string): Parsed {
  const trimmed = text.trim();
  if (trimmed === '') return { ok: false, problem: `Write what to watch, such as ${EXAMPLE}.` };
  if (trimmed.length > MAX_EXPRESSION)
    return {
      ok: false,
      problem: `An expression has at most ${MAX_EXPRESSION} characters: watch less at once.`,
    };
  try {
    return { ok: true, watch: new Reader(trimmed).expression() };
  } catch (error) {
    if (error instanceof Problem) return { ok: false, problem: error.message };
    throw error;
  }
}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  expression(): Watch {
    const left = this.sum();
    const by = this.take(COMPARE)?.[1] as Comparison | undefined;
    const compare = by === undefined ? null : { by, right: this.sum() };
    this.spaces();
    if (this.at < this.text.length)
      throw new Problem(`“${this.rest()}” is one too many: use + or -, or compare two values.`);
    return { text: this.text, left, compare };
  }

  private sum(): Sum {
    const first = this.term();
    const rest: { sign: 1 | -1; term: Term }[] = [];
    for (;;) {
      const sign = this.take(/^[+-]/)?.[0];
      if (sign === undefined) return { first, rest };
      rest.push({ sign: sign === '+' ? 1 : -1, term: this.term() });
    }
  }

  private term(): Term {
    const number = this.take(NUMBER)?.[1];
    if (number !== undefined) return { type: 'number', value: Number(number) };
    const kind = this.take(COUNT)?.[1];
    if (kind !== undefined) return { type: 'count', kind };
    return this.path();
  }

  private path(): Path {
    const object = this.object();
    const parts: string[] = [];
    for (;;) {
      const part = this.take(PART)?.[1];
      if (part === undefined) break;
      parts.push(part);
    }
    if (this.text[this.at] === '.') throw new Problem(`After “.” stands a field, such as ${EXAMPLE}.`);
    return { type: 'path', object, parts };
  }

  private object(): ObjectName {
    const avc = this.take(AVC);
    if (avc?.[1] !== undefined && avc[2] !== undefined)
      return { type: 'avc', vma: plainLabel(avc[1]), anonVma: avc[2] };
    const vma = this.take(VMA);
    if (vma) return { type: 'label', label: plainLabel(vma[0]) };
    const name = this.take(NAME)?.[0];
    if (name !== undefined) return { type: 'label', label: name };
    const rest = this.rest();
    throw new Problem(
      rest === ''
        ? `The expression ends too early: name an object and its field, such as ${EXAMPLE}.`
        : `“${rest}” names no object: begin with its name in the pictures, such as ${EXAMPLE}.`,
    );
  }

  private take(pattern: RegExp): RegExpExecArray | null {
    this.spaces();
    const match = pattern.exec(this.text.slice(this.at));
    if (match) this.at += match[0].length;
    return match;
  }

  private spaces(): void {
    while (this.text[this.at] === ' ') this.at += 1;
  }

  private rest(): string {
    const rest = this.text.slice(this.at);
    return rest.length > 20 ? `${rest.slice(0, 20)}…` : rest;
  }
}

/** `P@0x10-0x14` as the pictures write it, `P@16-20`. */
function plainLabel(label: string): string {
  const match = VMA.exec(label);
  return match ? `${match[1]}@${Number(match[2])}-${Number(match[3])}` : label;
}

/** The expression that watches a field, or null for an object or a field that none can name. */
export function watchOf(frame: Frame, id: ObjectId, label: string, field: string): string | null {
  const type = frame.fieldOf(id, field)?.type;
  if (type === undefined || type === 'record' || label.startsWith('new ')) return null;
  const text = `${label}.${field}${type === 'list' || type === 'tree' ? '.length' : ''}`;
  return parseWatch(text).ok ? text : null;
}
