/** Builds the program (program.ts) of one function: its statements as a graph with all jumps resolved. */
import type { Node } from 'web-tree-sitter';
import { conditionsAt, negationsIn } from '../source/conditionals';
import { declaredName } from '../source/definitions';
import type { FunctionFact } from '../source/facts';
import type { ParsedFile } from '../source/parser';
import type { Replacement } from '../source/replacement';
import { ExpressionLowering } from './expressions';
import type { Expression, Program, ProgramNode } from './program';

/** Where a jump that has no target yet goes; patched later. */
const NOWHERE = -1;

/** Conditions by which paths are kept apart. */
const MAX_TESTED_OFTEN = 10;

/** Steps that wait to be told where they lead. */
type Open = readonly ((target: number) => void)[];

interface Loop {
  readonly breaks: ((target: number) => void)[];
  /** Undefined for a construct that `break` leaves but `continue` does not mean. */
  readonly continues: ((target: number) => void)[] | undefined;
}

class ProgramBuilder {
  readonly #file: ParsedFile;
  readonly #definition: FunctionFact;
  readonly #base: number;
  readonly #expressions: ExpressionLowering;
  readonly #nodes: ProgramNode[] = [];
  readonly #labels = new Map<string, number>();
  readonly #gotos: { readonly label: string; readonly node: Node; readonly go: (target: number) => void }[] =
    [];
  readonly #locals = new Set<string>();
  readonly #structs = new Set<string>();
  readonly #tests = new Map<string, { readonly test: Expression; count: number }>();
  readonly #blockMacros: ReadonlyMap<number, Replacement>;
  readonly #hasConditions: boolean;
  /** Innermost last. `break` also leaves a `switch`, which takes no `continue`. */
  readonly #loops: Loop[] = [];
  readonly #cases: { readonly targets: number[]; hasDefault: boolean }[] = [];

  constructor(file: ParsedFile, definition: FunctionFact) {
    this.#file = file;
    this.#definition = definition;
    this.#base = definition.span.start;
    this.#expressions = new ExpressionLowering(file, this.#base);
    const { start, end } = definition.span;
    const inside = file.dialect.replacements.filter((one) => start <= one.start && one.end <= end);
    this.#blockMacros = new Map(
      inside
        .filter(({ kind, text }) => (kind === 'iterator' || kind === 'scope') && text.trim() !== '')
        .map((macro) => [macro.start, macro]),
    );
    for (const { kind, name, text, start: from, end: to } of inside) {
      if ((kind === 'macro call' || kind === 'scope') && text.trim() === '') {
        this.#problem(from, to, `the macro ${name} stands where it hides what it does`);
      }
    }
    this.#hasConditions = file.dialect.conditionals.regions.some(
      ({ span }) => start < span.start && span.start < end,
    );
  }

  build(): Program {
    const { bodySpan, name, parameters } = this.#definition;
    const body = bodySpan
      ? this.#file.tree.rootNode.namedDescendantForIndex(bodySpan.start, bodySpan.end - 1)
      : null;
    let open: Open = [];
    let entry = NOWHERE;
    open = [
      (target) => {
        entry = target;
      },
    ];
    if (body?.type === 'compound_statement') {
      open = this.#block(body, open);
    } else if (bodySpan) {
      this.#problem(bodySpan.start, bodySpan.end, 'no block was recognised here');
    }
    if (body) this.#noteUnparsed(body);
    const end = this.#add({ kind: 'end', at: (bodySpan?.end ?? 1) - 1 - this.#base });
    this.#join(open, end);
    for (const { label, node, go } of this.#gotos) {
      const target = this.#labels.get(label);
      if (target === undefined) {
        this.#problem(node.startIndex, node.endIndex, `there is no label ${label}`);
      }
      go(target ?? end);
    }
    return {
      name,
      parameters: parameters.map((parameter) => parameter.name),
      locals: this.#locals,
      structs: this.#structs,
      nodes: this.#nodes,
      entry: entry === NOWHERE ? end : entry,
      problems: [...this.#expressions.problems],
      testedOften: [...this.#tests.values()]
        .filter(({ count }) => count > 1)
        .slice(0, MAX_TESTED_OFTEN)
        .map(({ test }) => test),
    };
  }

  #problem(start: number, end: number, reason: string, kind?: 'left out'): void {
    this.#expressions.problems.push({
      extent: { start: start - this.#base, end: end - this.#base },
      reason,
      ...(kind ? { kind } : {}),
    });
  }

  /** What the parser could not read, wherever it stands. */
  #noteUnparsed(node: Node): void {
    if (node.isError || node.isMissing) {
      this.#problem(node.startIndex, node.endIndex, 'not parsed');
    } else if (node.hasError) {
      for (const child of node.children) this.#noteUnparsed(child);
    }
  }

  #add(node: ProgramNode): number {
    this.#nodes.push(node);
    return this.#nodes.length - 1;
  }

  #join(open: Open, target: number): void {
    for (const go of open) {
      go(target);
    }
  }

  /** Adds a step without alternatives behind `open`. */
  #step(at: number, expression: Expression | undefined, open: Open): Open {
    const node: ProgramNode = { kind: 'evaluate', at, expression, next: NOWHERE };
    this.#join(open, this.#add(node));
    return [
      (target) => {
        node.next = target;
      },
    ];
  }

  #branch(at: number, test: Expression, open: Open): { readonly node: number; yes: Open; no: Open } {
    this.#countTests(test);
    const node: ProgramNode = { kind: 'branch', at, test, yes: NOWHERE, no: NOWHERE };
    const index = this.#add(node);
    this.#join(open, index);
    return {
      node: index,
      yes: [
        (target) => {
          node.yes = target;
        },
      ],
      no: [
        (target) => {
          node.no = target;
        },
      ],
    };
  }

  /** Remembers which names and fields conditions test, to keep paths apart that depend on the same one. */
  #countTests(test: Expression): void {
    switch (test.kind) {
      case 'not':
        this.#countTests(test.of);
        break;
      case 'and':
      case 'or':
        this.#countTests(test.left);
        this.#countTests(test.right);
        break;
      case 'call':
        if (/^(?:un)?likely$/.test(test.callee) && test.arguments[0]) {
          this.#countTests(test.arguments[0]);
        }
        break;
      case 'name':
      case 'field':
      case 'other': {
        const text = testedText(test);
        if (text !== undefined) {
          const known = this.#tests.get(text);
          this.#tests.set(text, { test, count: (known?.count ?? 0) + 1 });
        }
        break;
      }
      default:
    }
  }

  #at(node: Node): number {
    return node.startIndex - this.#base;
  }

  #block(block: Node, open: Open): Open {
    let after = open;
    for (const child of block.namedChildren) {
      after = this.#statement(child, after);
    }
    return after;
  }

  /** True in an `#else` and the like: the feature counts as switched on. */
  #isLeftOut(node: Node): boolean {
    if (!this.#hasConditions) {
      return false;
    }
    const { regions } = this.#file.dialect.conditionals;
    return negationsIn(conditionsAt(regions, node.startIndex)) > negationsIn(this.#definition.conditions);
  }

  #statement(node: Node, open: Open): Open {
    if (node.type === 'comment' || node.type === 'else_clause') {
      return open;
    }
    if (this.#isLeftOut(node)) {
      this.#problem(node.startIndex, node.endIndex, 'a branch for kernels without the feature', 'left out');
      return open;
    }
    switch (node.type) {
      case 'compound_statement':
        return this.#block(node, open);
      case 'expression_statement':
        return node.endIndex - node.startIndex <= 1
          ? open
          : this.#step(this.#at(node), this.#expressions.read(node.namedChildren[0] ?? null), open);
      case 'declaration':
        return this.#declaration(node, open);
      case 'return_statement':
        return this.#return(node, open);
      case 'goto_statement':
        return this.#goto(node, open);
      case 'break_statement':
        this.#loops.at(-1)?.breaks.push(...this.#step(this.#at(node), undefined, open));
        return [];
      case 'continue_statement':
        return this.#continue(node, open);
      case 'if_statement':
        return this.#if(node, open);
      case 'while_statement':
        return this.#while(node, open);
      case 'for_statement':
        return this.#for(node, open);
      case 'do_statement':
        return this.#do(node, open);
      case 'switch_statement':
        return this.#switch(node, open);
      case 'case_statement':
        return this.#case(node, open);
      case 'labeled_statement':
        return this.#labelled(node, open);
      default:
        return this.#unknown(node, open);
    }
  }

  #unknown(node: Node, open: Open): Open {
    if (node.type === 'ERROR') {
      return this.#block(node, open);
    }
    return /specifier$|^type_definition$|^attribute/.test(node.type)
      ? open
      : this.#step(this.#at(node), this.#expressions.read(node), open);
  }

  #declaration(node: Node, open: Open): Open {
    const isStruct = /^(?:struct|union)_specifier$/.test(node.childForFieldName('type')?.type ?? '');
    const parts: Expression[] = [];
    for (const declarator of node.childrenForFieldName('declarator')) {
      const name = declaredName(declarator, this.#file);
      if (!name) {
        continue;
      }
      const text = this.#file.text.slice(name.start, name.end);
      this.#locals.add(text);
      const inner =
        declarator.type === 'init_declarator' ? declarator.childForFieldName('declarator') : declarator;
      if (isStruct && inner?.type === 'identifier') {
        this.#structs.add(text);
      }
      const value = declarator.type === 'init_declarator' ? declarator.childForFieldName('value') : null;
      if (value) {
        const at = declarator.startIndex - this.#base;
        const target: Expression = { kind: 'name', name: text };
        if (this.#structs.has(text)) {
          parts.push(...this.#initialisers(value, target, at));
        } else {
          parts.push({ kind: 'assign', target, value: this.#expressions.read(value), at });
        }
      }
    }
    return this.#step(this.#at(node), { kind: 'sequence', parts }, open);
  }

  /** `{ .field = value, … }` as assignments; anything else is only evaluated. */
  #initialisers(list: Node, base: Expression, at: number): Expression[] {
    if (list.type !== 'initializer_list') {
      return [this.#expressions.read(list)];
    }
    return list.namedChildren
      .filter((child) => child.type !== 'comment')
      .map((child): Expression => {
        const designator = child.childForFieldName('designator');
        const value = child.childForFieldName('value');
        if (child.type !== 'initializer_pair' || designator?.type !== 'field_designator' || !value) {
          return this.#expressions.read(child);
        }
        const name = this.#expressions.text(designator).replace(/^\.\s*/, '');
        const target: Expression = { kind: 'field', base, name, isArrow: false };
        return { kind: 'assign', target, value: this.#expressions.read(value), at };
      });
  }

  #return(node: Node, open: Open): Open {
    const value = node.namedChildren.find((child) => child.type !== 'comment');
    const read = value ? this.#expressions.read(value) : undefined;
    this.#join(open, this.#add({ kind: 'return', at: this.#at(node), value: read }));
    return [];
  }

  #goto(node: Node, open: Open): Open {
    const label = node.childForFieldName('label');
    const name = label ? this.#expressions.text(label) : '';
    for (const go of this.#step(this.#at(node), undefined, open)) {
      this.#gotos.push({ label: name, node, go });
    }
    return [];
  }

  #continue(node: Node, open: Open): Open {
    const loop = this.#loops.findLast(({ continues }) => continues !== undefined);
    loop?.continues?.push(...this.#step(this.#at(node), undefined, open));
    return [];
  }

  #if(node: Node, open: Open): Open {
    const test = this.#expressions.read(node.childForFieldName('condition'));
    const { yes, no } = this.#branch(this.#at(node), test, open);
    const consequence = node.childForFieldName('consequence');
    const afterYes = consequence ? this.#statement(consequence, yes) : yes;
    const alternative = node.childForFieldName('alternative');
    const afterNo = alternative ? this.#block(alternative, no) : no;
    return [...afterYes, ...afterNo];
  }

  #body(node: Node, open: Open, loop: Loop): Open {
    const body = node.childForFieldName('body');
    this.#loops.push(loop);
    const after = body ? this.#statement(body, open) : open;
    this.#loops.pop();
    return after;
  }

  #while(node: Node, open: Open): Open {
    const macro = this.#blockMacros.get(node.startIndex);
    if (macro) {
      return macro.kind === 'iterator' ? this.#each(node, macro, open) : this.#scope(node, macro, open);
    }
    const loop: Loop = { breaks: [], continues: [] };
    const test = this.#expressions.read(node.childForFieldName('condition'));
    const head = this.#branch(this.#at(node), test, open);
    const after = this.#body(node, head.yes, loop);
    this.#join([...after, ...(loop.continues ?? [])], head.node);
    return [...head.no, ...loop.breaks];
  }

  #macroArguments(node: Node): Expression[] {
    const flat = (expression: Expression): Expression[] =>
      expression.kind === 'sequence' ? expression.parts.flatMap(flat) : [expression];
    return flat(this.#expressions.read(node.childForFieldName('condition')));
  }

  #each(node: Node, macro: Replacement, open: Open): Open {
    const parts = this.#macroArguments(node);
    const loop: Loop = { breaks: [], continues: [] };
    const step: ProgramNode = {
      kind: 'each',
      at: this.#at(node),
      variables: variablesOf(macro.name, parts),
      parts,
      body: NOWHERE,
      next: NOWHERE,
    };
    const index = this.#add(step);
    this.#join(open, index);
    const after = this.#body(
      node,
      [
        (target) => {
          step.body = target;
        },
      ],
      loop,
    );
    this.#join([...after, ...(loop.continues ?? [])], index);
    return [
      (target) => {
        step.next = target;
      },
      ...loop.breaks,
    ];
  }

  /** `scoped_guard(…) { }`: the block runs once, and what the macro takes is not known. */
  #scope(node: Node, macro: Replacement, open: Open): Open {
    this.#problem(macro.start, macro.end, `the macro ${macro.name} is not followed`);
    const loop: Loop = { breaks: [], continues: undefined };
    const step = this.#step(this.#at(node), undefined, open);
    const body = node.childForFieldName('body');
    this.#loops.push(loop);
    const after = body ? this.#statement(body, step) : step;
    this.#loops.pop();
    return [...after, ...loop.breaks];
  }

  #for(node: Node, open: Open): Open {
    const loop: Loop = { breaks: [], continues: [] };
    const at = this.#at(node);
    const initializer = node.childForFieldName('initializer');
    const start =
      initializer?.type === 'declaration'
        ? this.#declarationAt(initializer, at, open)
        : this.#step(at, initializer ? this.#expressions.read(initializer) : undefined, open);
    const condition = node.childForFieldName('condition');
    const always: Expression = { kind: 'number', value: 1, text: '1' };
    const head = this.#branch(at, condition ? this.#expressions.read(condition) : always, start);
    const after = this.#body(node, head.yes, loop);
    const update = node.childForFieldName('update');
    const back = this.#step(at, update ? this.#expressions.read(update) : undefined, [
      ...after,
      ...(loop.continues ?? []),
    ]);
    this.#join(back, head.node);
    return [...head.no, ...loop.breaks];
  }

  /** A declaration in the head of a `for` belongs to the `for`. */
  #declarationAt(node: Node, at: number, open: Open): Open {
    const after = this.#declaration(node, open);
    const last = this.#nodes.length - 1;
    const step = this.#nodes[last];
    if (step) {
      const moved = { ...step, at };
      this.#nodes[last] = moved;
      return moved.kind === 'evaluate'
        ? [
            (target) => {
              moved.next = target;
            },
          ]
        : after;
    }
    return after;
  }

  #do(node: Node, open: Open): Open {
    const loop: Loop = { breaks: [], continues: [] };
    let first = NOWHERE;
    const mark = this.#nodes.length;
    const after = this.#body(
      node,
      [
        ...open,
        (target) => {
          first = target;
        },
      ],
      loop,
    );
    const condition = node.childForFieldName('condition');
    const word = node.children.find((child) => child.type === 'while');
    const at = (word ?? node).startIndex - this.#base;
    const test = this.#expressions.read(condition);
    const tail = this.#branch(at, test, [...after, ...(loop.continues ?? [])]);
    this.#join(tail.yes, first === NOWHERE ? mark : first);
    return [...tail.no, ...loop.breaks];
  }

  #switch(node: Node, open: Open): Open {
    const subject = this.#expressions.read(node.childForFieldName('condition'));
    const step: ProgramNode = { kind: 'switch', at: this.#at(node), subject, targets: [] };
    this.#join(open, this.#add(step));
    const loop: Loop = { breaks: [], continues: undefined };
    const cases = { targets: step.targets, hasDefault: false };
    this.#cases.push(cases);
    const after = this.#body(node, [], loop);
    this.#cases.pop();
    const leave: Open = cases.hasDefault ? [] : [(target) => step.targets.push(target)];
    return [...after, ...loop.breaks, ...leave];
  }

  #case(node: Node, open: Open): Open {
    const cases = this.#cases.at(-1);
    const value = node.childForFieldName('value');
    if (cases && !value) {
      cases.hasDefault = true;
    }
    let after = this.#step(this.#at(node), undefined, [
      ...open,
      ...(cases ? [(target: number) => void cases.targets.push(target)] : []),
    ]);
    for (const child of node.namedChildren) {
      if (child.id !== value?.id) {
        after = this.#statement(child, after);
      }
    }
    return after;
  }

  #labelled(node: Node, open: Open): Open {
    const label = node.childForFieldName('label');
    let after = this.#step(this.#at(node), undefined, open);
    this.#labels.set(label ? this.#expressions.text(label) : '', this.#nodes.length - 1);
    for (const child of node.namedChildren) {
      if (child.id !== label?.id) {
        after = this.#statement(child, after);
      }
    }
    return after;
  }
}

/** A name or a chain of fields as it is written, without blanks; undefined for anything else. */
export function pathText(expression: Expression): string | undefined {
  if (expression.kind === 'name') {
    return expression.name;
  }
  if (expression.kind === 'field') {
    const base = pathText(expression.base);
    return base === undefined ? undefined : `${base}${expression.isArrow ? '->' : '.'}${expression.name}`;
  }
  return undefined;
}

/** Name of what a condition asks for: a variable, a field, or a flag of one. */
function testedText(test: Expression): string | undefined {
  if (test.kind !== 'other') {
    return pathText(test);
  }
  const [of, flag] = test.isMask ? test.parts : [];
  const [whose, which] = [of && pathText(of), flag && pathText(flag)];
  return whose === undefined || which === undefined ? undefined : `${whose}&${which}`;
}

/** Arguments of an iterator macro that it sets: the first, for VMA iterators the second, with `_safe` two. */
function variablesOf(macro: string, parts: readonly Expression[]): readonly Expression[] {
  if (/^(?:for_each_vma|mas_for_each|mt_for_each|for_each_mt)/.test(macro)) {
    return parts.slice(1, 2);
  }
  return parts.slice(0, macro.includes('safe') ? 2 : 1);
}

/** The program of `definition`, one of the present index of `file`. */
export function programOf(file: ParsedFile, definition: FunctionFact): Program {
  return new ProgramBuilder(file, definition).build();
}
