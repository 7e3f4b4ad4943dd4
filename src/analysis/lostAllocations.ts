/** Allocations of AVCs and anon_vmas that a path forgets: neither handed on nor freed before the function returns. */
import { expressionsOf, returnedText, successorsOf, truthWhenSet } from './paths';
import type { Expression, Extent, Program, ProgramNode } from './program';

const ALLOCATORS: ReadonlySet<string> = new Set(['anon_vma_chain_alloc', 'anon_vma_alloc']);

export interface AllocationLost {
  readonly variable: string;
  readonly allocator: string;
  readonly extent: Extent;
  /** What the path that forgets it returns, in words. */
  readonly leavesAt: string;
}

interface Allocation {
  readonly variable: string;
  readonly allocator: string;
  readonly extent: Extent;
}

/** Allocations in `program` that some path loses, in the order of the text. */
export function lostAllocations(program: Program): readonly AllocationLost[] {
  return program.nodes.flatMap((node) =>
    node.kind === 'evaluate' && node.expression
      ? allocationsIn(node.expression).flatMap((one) => lostBehind(program, node.next, one) ?? [])
      : [],
  );
}

function allocationsIn(expression: Expression): Allocation[] {
  if (expression.kind === 'sequence') {
    return expression.parts.flatMap(allocationsIn);
  }
  const { kind } = expression;
  if (kind !== 'assign' || expression.target.kind !== 'name' || expression.value?.kind !== 'call') {
    return [];
  }
  const { callee, extent } = expression.value;
  return ALLOCATORS.has(callee) ? [{ variable: expression.target.name, allocator: callee, extent }] : [];
}

/** Walks all paths from `start` as long as nothing uses the allocation. */
function lostBehind(program: Program, start: number, allocation: Allocation): AllocationLost | undefined {
  const { variable } = allocation;
  const seen = new Set<number>();
  const queue = [start];
  for (let index = queue.pop(); index !== undefined; index = queue.pop()) {
    const node = program.nodes[index];
    if (!node || seen.has(index)) {
      continue;
    }
    seen.add(index);
    if (isUsed(node, variable)) {
      continue;
    }
    if (node.kind === 'return' || node.kind === 'end') {
      return { ...allocation, leavesAt: returnedText(node.kind === 'return' ? node.value : undefined) };
    }
    queue.push(...successorsOf(node, variable));
  }
  return undefined;
}

/** True when a step hands the value on, stores it, or puts something else into the variable. */
function isUsed(node: ProgramNode, variable: string): boolean {
  const isTest = node.kind === 'branch' && truthWhenSet(node.test, variable) !== undefined;
  return !isTest && expressionsOf(node).some((expression) => mentions(expression, variable));
}

/** The variable itself as a value: a field of what it points at does not count. */
function mentions(expression: Expression, variable: string): boolean {
  switch (expression.kind) {
    case 'name':
      return expression.name === variable;
    case 'number':
      return false;
    case 'field':
      return expression.base.kind !== 'name' && mentions(expression.base, variable);
    case 'address':
    case 'pointee':
    case 'not':
      return mentions(expression.of, variable);
    case 'and':
    case 'or':
    case 'compare':
      return mentions(expression.left, variable) || mentions(expression.right, variable);
    case 'assign':
      return (
        mentions(expression.target, variable) ||
        (expression.value !== undefined && mentions(expression.value, variable))
      );
    case 'choose':
      return [expression.test, expression.yes, expression.no].some((part) => mentions(part, variable));
    case 'sequence':
    case 'other':
      return expression.parts.some((part) => mentions(part, variable));
    case 'call':
      return expression.arguments.some((part) => mentions(part, variable));
  }
}
