/** Statements: from syntax to closures. Each reports itself as a step before it runs. */
import {
  Break,
  type Code,
  type Context,
  Continue,
  type Frame,
  Goto,
  Next,
  placeOf,
  Return,
  reserve,
  Scope,
  type Statement,
  textOfNode,
} from './compilation';
import { decay } from './expressions';
import { isUnsupported, unsupported } from './operators';
import type { Place } from './problem';
import { constantCode, convert, truth, writePlace } from './storage';
import { child, childrenOf, type Syntax } from './syntax';
import { readDeclarator, readSpecifier } from './typeReader';
import { type CType, INT, isScalar, sizeOf, typeName, VOID } from './types';
import type { Value } from './value';

const NO_LABELS: ReadonlySet<string> = new Set();

/** A statement without labels inside. */
function plain(run: (frame: Frame) => number): Statement {
  return { run, labels: NO_LABELS };
}

function withLabels(run: (frame: Frame) => number, ...inner: readonly (Statement | undefined)[]): Statement {
  const labels = inner.flatMap((statement) => [...(statement?.labels ?? [])]);
  return { run, labels: labels.length > 0 ? new Set(labels) : NO_LABELS };
}

export function compileStatement(context: Context, node: Syntax): Statement {
  switch (node.type) {
    case 'compound_statement':
      return block(context, node);
    case 'expression_statement':
      return expressionStatement(context, node);
    case 'declaration':
      return declaration(context, node);
    case 'if_statement':
      return ifStatement(context, node);
    case 'while_statement':
      return whileStatement(context, node);
    case 'do_statement':
      return doStatement(context, node);
    case 'for_statement':
      return forStatement(context, node);
    case 'switch_statement':
      return switchStatement(context, node);
    case 'return_statement':
      return returnStatement(context, node);
    case 'break_statement':
      return plain(() => Break);
    case 'continue_statement':
      return plain(() => Continue);
    case 'goto_statement':
      return gotoStatement(context, node);
    case 'labeled_statement':
      return labeled(context, node);
    case 'attributed_statement':
      return sequence(node.children.filter(isStatement).map((inner) => compileStatement(context, inner)));
    case 'type_definition':
    case 'struct_specifier':
    case 'enum_specifier':
    case 'attribute_declaration':
      return plain(() => Next);
    default:
      return notUnderstood(context, node);
  }
}

function isStatement({ type }: Syntax): boolean {
  return type.endsWith('_statement') || type === 'declaration';
}

function notUnderstood(context: Context, node: Syntax): Statement {
  const what = `"${textOfNode(context, node).slice(0, 60)}" was not understood`;
  const code = unsupported(context, what, () => placeOf(context, node));
  return plain((frame) => {
    code.run(frame);
    return Next;
  });
}

/** Reports a step at a node. */
function stepAt(context: Context, node: Syntax): () => void {
  if (!context.traced) return () => {};
  const place = placeOf(context, node);
  const { runtime, functionName } = context;
  return () => runtime.step(place, functionName);
}

// ---- sequences and jumps -----------------------------------------------------------------------------------

/** Statements one after the other; a `goto` into one of them begins there. */
function sequence(statements: readonly Statement[]): Statement {
  const [first, second] = statements;
  if (!first) return plain(() => Next);
  if (!second) return first;
  const hasLabels = statements.some(({ labels }) => labels.size > 0);
  const runs = statements.map(({ run }) => run);
  if (!hasLabels) return plain(inOrder(runs));
  return withLabels(
    (frame) => {
      let i = frame.target === null ? 0 : indexOfLabel(statements, frame.target);
      while (i < runs.length) {
        let ended = runs[i]?.(frame) ?? Next;
        if (ended === Goto && frame.target !== null) {
          const target = indexOfLabel(statements, frame.target);
          if (target >= statements.length) return Goto;
          i = target;
          continue;
        }
        if (ended !== Next) return ended;
        ended = Next;
        i++;
      }
      return Next;
    },
    ...statements,
  );
}

/** Runs them until one ends otherwise than by going on; two at a time, which is what most blocks are. */
function inOrder(runs: readonly Statement['run'][]): Statement['run'] {
  const [first, second, ...rest] = runs;
  if (!first) return () => Next;
  if (!second) return first;
  if (rest.length === 0)
    return (frame) => {
      const ended = first(frame);
      return ended === Next ? second(frame) : ended;
    };
  const others = inOrder(rest);
  return (frame) => {
    let ended = first(frame);
    if (ended !== Next) return ended;
    ended = second(frame);
    return ended === Next ? others(frame) : ended;
  };
}

function indexOfLabel(statements: readonly Statement[], label: string): number {
  const index = statements.findIndex(({ labels }) => labels.has(label));
  return index < 0 ? statements.length : index;
}

/** Compiles in a scope of its own. */
function scoped<T>(context: Context, compile: () => T): T {
  const outer = context.scope;
  context.scope = new Scope(outer);
  try {
    return compile();
  } finally {
    context.scope = outer;
  }
}

function block(context: Context, node: Syntax): Statement {
  return scoped(context, () => sequence(node.children.map((inner) => compileStatement(context, inner))));
}

function labeled(context: Context, node: Syntax): Statement {
  const label = child(node, 'label');
  const name = label ? textOfNode(context, label) : '';
  const rest = sequence(
    node.children.filter((inner) => inner !== label).map((inner) => compileStatement(context, inner)),
  );
  const labels = new Set([name, ...rest.labels]);
  return {
    labels,
    run: (frame) => {
      if (frame.target === name) frame.target = null;
      return rest.run(frame);
    },
  };
}

function gotoStatement(context: Context, node: Syntax): Statement {
  const label = child(node, 'label');
  const name = label ? textOfNode(context, label) : '';
  const step = stepAt(context, node);
  return plain((frame) => {
    step();
    frame.target = name;
    return Goto;
  });
}

// ---- expressions, declarations, return ------------------------------------------------------------------------

function expressionStatement(context: Context, node: Syntax): Statement {
  const [inner] = node.children;
  if (!inner) return plain(() => Next);
  if (inner.type === 'gnu_asm_expression') return barrier(context, inner);
  return stepping(context, inner, node);
}

/** `asm volatile("" ::: "memory")` only keeps the compiler from moving accesses. */
function barrier(context: Context, node: Syntax): Statement {
  const code = child(node, 'assembly_code');
  if (code && textOfNode(context, code) === '""') return plain(() => Next);
  return notUnderstood(context, node);
}

function isStatic(context: Context, node: Syntax): boolean {
  return node.children.some(
    (inner) => inner.type === 'storage_class_specifier' && textOfNode(context, inner) === 'static',
  );
}

function declaration(context: Context, node: Syntax): Statement {
  const base = readSpecifier(context, child(node, 'type'));
  const kept = isStatic(context, node);
  const step = stepAt(context, node);
  const parts = childrenOf(node, 'declarator').map((declarator) => declare(context, declarator, base, kept));
  const initialising = parts.filter((part) => part !== undefined);
  if (initialising.length === 0) return plain(() => Next);
  const [only, ...others] = initialising;
  if (only && others.length === 0)
    return plain((frame) => {
      step();
      only(frame);
      return Next;
    });
  return plain((frame) => {
    step();
    for (const part of initialising) part(frame);
    return Next;
  });
}

/** Declares one variable; gives what initialises it each time the declaration is reached. */
function declare(
  context: Context,
  node: Syntax,
  base: CType,
  kept: boolean,
): ((frame: Frame) => void) | undefined {
  const value = child(node, 'value');
  const declared = readDeclarator(context, node, base);
  const type = completed(context, declared.type, value);
  if (type.kind === 'function') return undefined;
  if (kept) return declareStatic(context, declared.name, type, value);
  if (isScalar(type) && !context.addressed.has(declared.name))
    return declareSlot(context, declared.name, type, value);
  return declareOnStack(context, declared.name, type, value, node);
}

/** An `auto` variable has the type of its value, and `int a[] = { … }` the length of its list. */
function completed(context: Context, type: CType, value: Syntax | undefined): CType {
  if (!value) return type;
  if (type.kind === 'unknown' && context.chunk.expansion.placeholders.get(type.name)?.kind === 'auto')
    return decay(context.compiler.expression(context, value)).type;
  if (type.kind === 'array' && type.length === null) return { ...type, length: value.children.length };
  return type;
}

function declareSlot(
  context: Context,
  name: string,
  type: CType,
  value: Syntax | undefined,
): (frame: Frame) => void {
  const index = context.slots++;
  context.scope.variables.set(name, { kind: 'slot', index, type, name });
  const initial = value ? scalarValue(context, type, value) : undefined;
  if (!initial)
    return (frame) => {
      frame.slots[index] = undefined;
    };
  const { run } = initial;
  return (frame) => {
    frame.slots[index] = run(frame);
  };
}

function scalarValue(context: Context, type: CType, node: Syntax): Code {
  const inner = node.type === 'initializer_list' ? node.children[0] : node;
  const code = inner ? decay(context.compiler.expression(context, inner)) : constantCode(INT, 0);
  return isUnsupported(code) ? code : convert(code, type);
}

function declareOnStack(
  context: Context,
  name: string,
  type: CType,
  value: Syntax | undefined,
  node: Syntax,
): (frame: Frame) => void {
  const size = sizeOf(type);
  if (size === undefined) {
    const code = unsupported(
      context,
      `the size of ${typeName(type)} is not known`,
      () => placeOf(context, node),
      typeName(type),
    );
    context.scope.variables.set(name, { kind: 'stack', offset: reserve(context, 8), type });
    return (frame) => {
      code.run(frame);
    };
  }
  const offset = reserve(context, size);
  context.scope.variables.set(name, { kind: 'stack', offset, type });
  const { memory } = context.runtime;
  if (!value) return (frame) => memory.forget(frame.base + offset, size);
  const fill = context.compiler.initialiser(context, type, value);
  return (frame) => fill(frame, frame.base + offset);
}

function declareStatic(context: Context, name: string, type: CType, value: Syntax | undefined): undefined {
  const address = context.runtime.staticMemory(sizeOf(type) ?? 8, name);
  context.scope.variables.set(name, { kind: 'static', address, type });
  if (!value || !isScalar(type)) return undefined;
  const { constant } = scalarValue(context, type, value);
  const write = writePlace(context, { kind: 'memory', address: () => address, bits: undefined }, type);
  if (constant !== undefined) write({ slots: [], base: 0, returnTo: 0, returned: 0, target: null }, constant);
  return undefined;
}

function returnStatement(context: Context, node: Syntax): Statement {
  const step = stepAt(context, node);
  const [inner] = node.children;
  if (!inner || context.returns.kind === 'void') {
    const effect = inner ? context.compiler.expression(context, inner).run : undefined;
    return plain((frame) => {
      step();
      effect?.(frame);
      return Return;
    });
  }
  const code = decay(context.compiler.expression(context, inner));
  const { run } = isUnsupported(code) ? code : convert(code, context.returns);
  const size = context.returns.kind === 'struct' ? (sizeOf(context.returns) ?? 0) : 0;
  const { memory } = context.runtime;
  return plain((frame) => {
    step();
    const value: Value = run(frame);
    if (size > 0) memory.copy(frame.returnTo, Number(value), size);
    frame.returned = value;
    return Return;
  });
}

/** `({ … })`: its value is that of its last statement. */
export function compileStatementExpression(context: Context, node: Syntax): Code {
  return scoped(context, () => {
    const last = node.children.at(-1);
    const isValue = last?.type === 'expression_statement' && last.children[0] !== undefined;
    const before = sequence(
      (isValue ? node.children.slice(0, -1) : node.children).map((inner) => compileStatement(context, inner)),
    );
    const value =
      isValue && last.children[0]
        ? decay(context.compiler.expression(context, last.children[0]))
        : { type: VOID, run: () => 0 };
    const at = (): Place => placeOf(context, node);
    const { runtime } = context;
    const { run } = value;
    return {
      type: value.type,
      run: (frame) => {
        if (before.run(frame) !== Next)
          runtime.stop('unsupported', 'a jump out of a statement expression is not supported', at());
        return run(frame);
      },
    };
  });
}

// ---- if, loops, switch ------------------------------------------------------------------------------------

/** The condition as a step of its own. */
function condition(context: Context, node: Syntax, field = 'condition'): (frame: Frame) => boolean {
  const inner = child(node, field);
  if (!inner) return () => true;
  const holds = truth(decay(context.compiler.expression(context, inner)));
  const { runtime, functionName, traced } = context;
  if (!traced) return holds;
  const place = placeOf(context, inner);
  return (frame) => {
    runtime.step(place, functionName);
    return holds(frame);
  };
}

function part(context: Context, node: Syntax, field: string): Statement | undefined {
  const inner = child(node, field);
  if (!inner) return undefined;
  const body = inner.type === 'else_clause' ? inner.children[0] : inner;
  return body ? scoped(context, () => compileStatement(context, body)) : undefined;
}

function ifStatement(context: Context, node: Syntax): Statement {
  const holds = condition(context, node);
  const yes = part(context, node, 'consequence');
  const no = part(context, node, 'alternative');
  if (!yes?.labels.size && !no?.labels.size) {
    const [then, otherwise] = [yes?.run, no?.run];
    if (then && !otherwise) return plain((frame) => (holds(frame) ? then(frame) : Next));
    return plain((frame) => (holds(frame) ? (then?.(frame) ?? Next) : (otherwise?.(frame) ?? Next)));
  }
  return withLabels(
    (frame) => {
      if (frame.target !== null) {
        if (yes?.labels.has(frame.target)) return yes.run(frame);
        if (no?.labels.has(frame.target)) return no.run(frame);
      }
      if (holds(frame)) return yes ? yes.run(frame) : Next;
      return no ? no.run(frame) : Next;
    },
    yes,
    no,
  );
}

/** A loop: `first` says whether the condition is asked before the first round. */
function loop(
  context: Context,
  node: Syntax,
  holds: (frame: Frame) => boolean,
  body: Statement | undefined,
  update: ((frame: Frame) => void) | undefined,
  first: boolean,
): Statement {
  const { runtime } = context;
  const at = placeOf(context, node);
  return withLabels((frame) => {
    let entered = !first || (frame.target !== null && (body?.labels.has(frame.target) ?? false));
    for (;;) {
      runtime.count(at);
      if (!entered && !holds(frame)) return Next;
      entered = false;
      const ended = body ? body.run(frame) : Next;
      if (ended === Break) return Next;
      if (ended === Return || ended === Goto) return ended;
      update?.(frame);
    }
  }, body);
}

function whileStatement(context: Context, node: Syntax): Statement {
  return loop(context, node, condition(context, node), part(context, node, 'body'), undefined, true);
}

function doStatement(context: Context, node: Syntax): Statement {
  const inner = child(node, 'condition');
  const once = inner && decay(context.compiler.expression(context, inner)).constant === 0;
  return loop(
    context,
    node,
    once ? () => false : condition(context, node),
    part(context, node, 'body'),
    undefined,
    false,
  );
}

function forStatement(context: Context, node: Syntax): Statement {
  return scoped(context, () => {
    const initial = child(node, 'initializer');
    const begin =
      initial &&
      (initial.type === 'declaration' ? compileStatement(context, initial) : stepping(context, initial));
    const holds = condition(context, node);
    const updating = child(node, 'update');
    const update = updating && stepping(context, updating);
    const rounds = loop(
      context,
      node,
      holds,
      part(context, node, 'body'),
      update && ((frame) => void update.run(frame)),
      true,
    );
    return {
      labels: rounds.labels,
      run: (frame) => {
        if (frame.target === null) begin?.run(frame);
        return rounds.run(frame);
      },
    };
  });
}

/** An expression as a statement with a step, which stands at `whole`. */
function stepping(context: Context, node: Syntax, whole: Syntax = node): Statement {
  const { run } = context.compiler.expression(context, node);
  const { runtime, functionName, traced } = context;
  if (!traced)
    return plain((frame) => {
      run(frame);
      return Next;
    });
  const place = placeOf(context, whole);
  return plain((frame) => {
    runtime.step(place, functionName);
    run(frame);
    return Next;
  });
}

interface Case {
  /** Undefined for `default`. */
  readonly value: Value | undefined;
  readonly index: number;
}

function switchStatement(context: Context, node: Syntax): Statement {
  const selector = child(node, 'condition');
  const body = child(node, 'body');
  if (!selector || !body) return notUnderstood(context, node);
  const { run } = decay(context.compiler.expression(context, selector));
  const step = stepAt(context, selector);
  const cases: Case[] = [];
  const statements: Statement[] = [];
  scoped(context, () => {
    for (const inner of body.children) collectCase(context, inner, cases, statements);
  });
  const inside = statements.map(({ run: inner }) => inner);
  const otherwise = cases.find(({ value }) => value === undefined)?.index ?? statements.length;
  const indices = new Map(cases.map(({ value, index }) => [value, index]));
  return withLabels(
    (frame) => {
      let i = 0;
      if (frame.target === null) {
        step();
        const value = run(frame);
        i = indices.get(value) ?? otherwise;
      } else i = indexOfLabel(statements, frame.target);
      while (i < inside.length) {
        const ended = inside[i]?.(frame) ?? Next;
        if (ended === Break) return Next;
        if (
          ended === Goto &&
          frame.target !== null &&
          indexOfLabel(statements, frame.target) < statements.length
        ) {
          i = indexOfLabel(statements, frame.target);
          continue;
        }
        if (ended !== Next) return ended;
        i++;
      }
      return Next;
    },
    ...statements,
  );
}

/** Cases may be nested in each other by the grammar: `case A: case B: …`. */
function collectCase(context: Context, node: Syntax, cases: Case[], statements: Statement[]): void {
  if (node.type !== 'case_statement') {
    statements.push(compileStatement(context, node));
    return;
  }
  const label = child(node, 'value');
  const value = label ? context.compiler.expression(context, label).constant : undefined;
  if (label && value === undefined) {
    statements.push(notUnderstood(context, label));
    return;
  }
  cases.push({ value, index: statements.length });
  for (const inner of node.children) if (inner !== label) collectCase(context, inner, cases, statements);
}
