/** Expressions of C read from the syntax tree into the analysis' own plain form (program.ts). */
import type { Node } from 'web-tree-sitter';
import { squeeze } from '../source/normalise';
import type { ParsedFile } from '../source/parser';
import type { Comparison, Expression, Extent, ProgramProblem } from './program';

const NULL: Expression = { kind: 'number', value: 0, text: 'NULL' };
const COMPARISONS = new Set(['==', '!=', '<', '>', '<=', '>=']);

/** Reads expressions of one function. `base` is the function's start: offsets are given from there. */
export class ExpressionLowering {
  readonly problems: ProgramProblem[] = [];
  readonly #file: ParsedFile;
  readonly #base: number;

  constructor(file: ParsedFile, base: number) {
    this.#file = file;
    this.#base = base;
  }

  extent(node: Node): Extent {
    return { start: node.startIndex - this.#base, end: node.endIndex - this.#base };
  }

  text(node: Node): string {
    return this.#file.text.slice(node.startIndex, node.endIndex);
  }

  #field(node: Node, name: 'argument' | 'left' | 'right' | 'value' | 'operator'): Node | null {
    return node.childForFieldName(name);
  }

  /** Text of the operator between the operands of `node`. */
  #operator(node: Node): string {
    return this.#field(node, 'operator')?.type ?? '';
  }

  read(node: Node | null): Expression {
    if (!node) {
      return { kind: 'other', parts: [], at: 0 };
    }
    switch (node.type) {
      case 'identifier':
      case 'field_identifier':
      case 'type_identifier':
        return this.#name(this.text(node));
      case 'null':
      case 'false':
        return NULL;
      case 'true':
        return { kind: 'number', value: 1, text: '1' };
      case 'number_literal':
      case 'char_literal':
        return this.#number(node);
      case 'parenthesized_expression':
        return this.#parenthesized(node);
      case 'cast_expression':
        return this.read(this.#field(node, 'value'));
      case 'field_expression':
        return this.#member(node);
      case 'pointer_expression':
        return {
          kind: this.#operator(node) === '&' ? 'address' : 'pointee',
          of: this.read(this.#field(node, 'argument')),
        };
      case 'unary_expression':
        return this.#unary(node);
      case 'binary_expression':
        return this.#binary(node);
      case 'assignment_expression':
        return this.#assignment(node);
      case 'update_expression':
        return {
          kind: 'assign',
          target: this.read(this.#field(node, 'argument')),
          value: undefined,
          ...directionOf(this.#operator(node)),
          at: node.startIndex - this.#base,
        };
      case 'conditional_expression':
        return this.#choice(node);
      case 'comma_expression':
        return {
          kind: 'sequence',
          parts: [this.read(this.#field(node, 'left')), this.read(this.#field(node, 'right'))],
        };
      case 'call_expression':
        return this.#call(node);
      default:
        return this.#other(node);
    }
  }

  #name(name: string): Expression {
    return name === 'NULL' || name === 'false'
      ? NULL
      : name === 'true'
        ? { kind: 'number', value: 1, text: '1' }
        : { kind: 'name', name };
  }

  #number(node: Node): Expression {
    const text = this.text(node);
    const value = Number(text.replace(/[uUlL]+$/, ''));
    return Number.isNaN(value)
      ? { kind: 'other', parts: [], at: node.startIndex - this.#base }
      : { kind: 'number', value, text: String(value) };
  }

  #parenthesized(node: Node): Expression {
    const inner = node.namedChildren.find((child) => child.type !== 'comment') ?? null;
    if (inner?.type === 'compound_statement') {
      this.problems.push({ extent: this.extent(node), reason: 'statements inside an expression' });
      return { kind: 'other', parts: [], at: node.startIndex - this.#base };
    }
    return this.read(inner);
  }

  #member(node: Node): Expression {
    const field = node.childForFieldName('field');
    return {
      kind: 'field',
      base: this.read(this.#field(node, 'argument')),
      name: field ? this.text(field) : '',
      isArrow: this.#operator(node) === '->',
    };
  }

  #unary(node: Node): Expression {
    const of = this.read(this.#field(node, 'argument'));
    const operator = this.#operator(node);
    if (operator === '!') {
      return { kind: 'not', of };
    }
    if (operator === '-' && of.kind === 'number') {
      return { kind: 'number', value: -of.value, text: `-${of.text}` };
    }
    // -ENOMEM and the like
    if (operator === '-' && of.kind === 'name' && /^E[A-Z0-9]+$/.test(of.name)) {
      return { kind: 'number', value: -1, text: `-${of.name}` };
    }
    return { kind: 'other', parts: [of], at: node.startIndex - this.#base };
  }

  #binary(node: Node): Expression {
    const left = this.read(this.#field(node, 'left'));
    const right = this.read(this.#field(node, 'right'));
    const operator = this.#operator(node);
    if (operator === '&&' || operator === '||') {
      return { kind: operator === '&&' ? 'and' : 'or', left, right };
    }
    if (COMPARISONS.has(operator)) {
      return { kind: 'compare', operator: operator as Comparison, left, right };
    }
    const at = node.startIndex - this.#base;
    return operator === '&' && isFlag(right)
      ? { kind: 'other', parts: [left, right], isMask: true, at }
      : { kind: 'other', parts: [left, right], at };
  }

  #assignment(node: Node): Expression {
    const operator = this.#operator(node);
    const value = this.read(this.#field(node, 'right'));
    const target = this.read(this.#field(node, 'left'));
    const at = node.startIndex - this.#base;
    if (operator === '=') {
      return { kind: 'assign', target, value, at };
    }
    const changed: Expression = { kind: 'assign', target, value: undefined, ...directionOf(operator), at };
    return { kind: 'sequence', parts: [value, changed] };
  }

  #choice(node: Node): Expression {
    const test = this.read(node.childForFieldName('condition'));
    const yes = node.childForFieldName('consequence');
    return {
      kind: 'choose',
      test,
      yes: yes ? this.read(yes) : test,
      no: this.read(node.childForFieldName('alternative')),
    };
  }

  #call(node: Node): Expression {
    const callee = node.childForFieldName('function');
    const list = node.childForFieldName('arguments');
    const parts = list?.namedChildren.filter((child) => child.type !== 'comment') ?? [];
    const args = parts.map((part) => this.read(part));
    const isIndirect = callee?.type === 'field_expression';
    const nameNode = isIndirect ? callee.childForFieldName('field') : callee;
    if (!nameNode || (nameNode.type !== 'identifier' && nameNode.type !== 'field_identifier')) {
      return { kind: 'other', parts: args, at: node.startIndex - this.#base };
    }
    return {
      kind: 'call',
      callee: this.text(nameNode),
      isIndirect,
      pointer: isIndirect ? this.read(callee) : undefined,
      arguments: args,
      texts: parts.map((part) => squeeze(this.text(part))),
      extent: this.extent(node),
    };
  }

  /** Anything else: what stands in it is evaluated, the value is not known. */
  #other(node: Node): Expression {
    const isPlain = /^(?:sizeof_expression|offsetof_expression|string_literal|concatenated_string)$/.test(
      node.type,
    );
    const parts = isPlain
      ? []
      : node.namedChildren
          .filter((child) => !/^(?:comment|field_designator|type_descriptor)$/.test(child.type))
          .map((child) => this.read(child));
    return { kind: 'other', parts, at: node.startIndex - this.#base };
  }
}

/** True for the name of a constant, such as `FAULT_FLAG_TRIED`. */
function isFlag(expression: Expression): boolean {
  return expression.kind === 'name' && /^[A-Z][A-Z0-9_]*$/.test(expression.name);
}

/** Which way `++`, `-=` and the like count. */
function directionOf(operator: string): { readonly goes?: 'up' | 'down' } {
  return operator.startsWith('+') ? { goes: 'up' } : operator.startsWith('-') ? { goes: 'down' } : {};
}
