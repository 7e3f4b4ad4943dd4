/**
 * Counters of an anon_vma that some path of a function leaves behind: counted with the pointer that they follow on one
 * path and not on another, or counted up and not taken back before an error is returned.
 */
import { pathText } from './lowering';
import { expressionsOf, returnedText, successorsOf } from './paths';
import type { CallExpression, Expression, Extent, Program } from './program';

/** Each counter, and the field that points at the anon_vma for as long as it counts. */
const COUNTERS = [
  { counter: 'num_active_vmas', pointer: 'anon_vma' },
  { counter: 'num_children', pointer: 'parent' },
] as const;

export interface UnevenCounter {
  readonly counter: string;
  readonly pointer: string;
  /** The pointer is set without the counter, or the counter stays up although an error is returned. */
  readonly kind: 'not counted' | 'not taken back';
  /** The statement that sets the pointer, or that counts. */
  readonly extent: Extent;
  /** What the path that forgets it returns, as the text says. */
  readonly returns: string;
}

/** What has happened on the way to a step. */
interface State {
  /** Where the pointer was set, and the path to it as the text writes it. */
  readonly set: Placed | null;
  /** Where the counter was counted up. */
  readonly up: Placed | null;
}

interface Placed {
  readonly text: string;
  readonly extent: Extent;
}

interface Exit extends State {
  readonly value: Expression | undefined;
}

/** Nothing is said about more states than this. */
const STATES_LIMIT = 4000;

/**
 * Counters that a path leaves behind, in the order of the text.
 * @param writes fields that a function of this name may write, itself or below it
 */
export function unevenCounters(
  program: Program,
  writes: (callee: string) => ReadonlySet<string>,
): readonly UnevenCounter[] {
  return COUNTERS.flatMap((pair) => {
    const exits = exitsOf(program, pair, writes);
    return [...notCounted(exits, pair), ...notTakenBack(exits, pair)];
  });
}

type Pair = (typeof COUNTERS)[number];

function notCounted(exits: readonly Exit[], pair: Pair): UnevenCounter[] {
  const isSometimesBoth = exits.some(({ set, up }) => set && up);
  return exits.flatMap(({ set, up, value }) =>
    isSometimesBoth && set && !up
      ? [{ ...pair, kind: 'not counted' as const, extent: set.extent, returns: returnedText(value) }]
      : [],
  );
}

function notTakenBack(exits: readonly Exit[], pair: Pair): UnevenCounter[] {
  const isError = (value: Expression | undefined): boolean => value?.kind === 'number' && value.value < 0;
  const isSometimesKept = exits.some(({ up, value }) => up && !isError(value));
  return exits.flatMap(({ up, value }) =>
    isSometimesKept && up && isError(value)
      ? [{ ...pair, kind: 'not taken back' as const, extent: up.extent, returns: returnedText(value) }]
      : [],
  );
}

/** All ways in which the function can end, as far as the pair is concerned; none when there are too many. */
function exitsOf(
  program: Program,
  pair: Pair,
  writes: (callee: string) => ReadonlySet<string>,
): readonly Exit[] {
  const exits: Exit[] = [];
  const seen = new Set<string>();
  const queue: { readonly index: number; readonly state: State }[] = [
    { index: program.entry, state: { set: null, up: null } },
  ];
  for (let next = queue.pop(); next; next = queue.pop()) {
    const { index, state } = next;
    const key = `${index} ${state.set?.extent.start} ${state.up?.extent.start}`;
    const node = program.nodes[index];
    if (!node || seen.has(key)) {
      continue;
    }
    if (seen.add(key).size > STATES_LIMIT) {
      return [];
    }
    let after: State | null = state;
    for (const expression of expressionsOf(node)) {
      after = after && walked(expression, after, pair, writes);
    }
    // what is not known any more is not spoken of
    if (!after) {
      continue;
    }
    if (node.kind === 'return' || node.kind === 'end') {
      exits.push({ ...after, value: node.kind === 'return' ? node.value : undefined });
    }
    for (const index of successorsOf(node, after.set?.text)) queue.push({ index, state: after });
  }
  return exits;
}

/** The state behind an expression; null when it is no longer known. */
function walked(
  expression: Expression,
  state: State,
  pair: Pair,
  writes: (callee: string) => ReadonlySet<string>,
): State | null {
  const all = (parts: readonly Expression[]): State | null =>
    parts.reduce<State | null>((so, part) => so && walked(part, so, pair, writes), state);
  switch (expression.kind) {
    case 'name':
    case 'number':
      return state;
    case 'field':
      return walked(expression.base, state, pair, writes);
    case 'address':
    case 'pointee':
    case 'not':
      return walked(expression.of, state, pair, writes);
    case 'and':
    case 'or':
    case 'compare':
      return all([expression.left, expression.right]);
    case 'choose':
      return all([expression.test, expression.yes, expression.no]);
    case 'sequence':
    case 'other':
      return all(expression.parts);
    case 'call': {
      const stored = storeOf(expression);
      if (stored) {
        return assigned(stored, state, pair, expression.extent);
      }
      const { callee } = expression;
      const isCounted = state.set !== null || state.up !== null;
      const isOver = isCounted && (GIVES_BACK.test(callee) || writes(callee).has(pair.counter));
      return isOver ? null : all(expression.arguments);
    }
    case 'assign': {
      const before = expression.value ? walked(expression.value, state, pair, writes) : state;
      return before && assigned(expression, before, pair);
    }
  }
}

/** Macros that store their second argument where the first points, or into it. */
const STORES = new Set(['smp_store_release', 'WRITE_ONCE', 'rcu_assign_pointer']);

function storeOf({ callee, arguments: [into, value], extent }: CallExpression): Assignment | undefined {
  if (!STORES.has(callee) || !into || !value) {
    return undefined;
  }
  const target = into.kind === 'address' ? into.of : into;
  return { kind: 'assign', target, value, at: extent.start };
}

/** Functions behind which the object may be gone, and its counters with it. */
const GIVES_BACK = /(?:^|_)(?:put|free|unlink|cleanup|kfree)(?:_|$)/;

type Assignment = Extract<Expression, { readonly kind: 'assign' }>;

/** @param whole the statement, where it is no assignment in the text */
function assigned(
  { target, value, goes, at }: Assignment,
  state: State,
  { counter, pointer }: Pair,
  whole?: Extent,
): State {
  if (target.kind !== 'field') {
    return state;
  }
  const text = pathText(target) ?? '';
  const extent = whole ?? { start: at, end: at + text.length };
  if (target.name === counter) {
    const isUp = goes === 'up' || (value?.kind === 'number' && value.value > 0);
    return { ...state, up: isUp ? { text, extent } : null };
  }
  if (target.name === pointer && target.isArrow && text !== '') {
    const isCleared = value?.kind === 'number';
    return { ...state, set: isCleared ? null : { text, extent } };
  }
  return state;
}
