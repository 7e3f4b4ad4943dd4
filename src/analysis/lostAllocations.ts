/** Allocations of AVCs and anon_vmas that a path forgets: neither handed on nor freed before the function returns. */
import { pathText } from './lowering';
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
      return { ...allocation, leavesAt: returned(node) };
    }
    queue.push(...successors(node, variable));
  }
  return undefined;
}

function returned(node: ProgramNode): string {
  const value = node.kind === 'return' ? node.value : undefined;
  if (value?.kind === 'number') {
    return value.text;
  }
  return (value && pathText(value)) ?? 'nothing';
}

/** Where paths go on with the allocation still there: not where a test says that it failed. */
function successors(node: ProgramNode, variable: string): readonly number[] {
  switch (node.kind) {
    case 'evaluate':
      return [node.next];
    case 'branch': {
      const tested = testOf(node.test, variable);
      return tested === 'is set' ? [node.yes] : tested === 'is not' ? [node.no] : [node.yes, node.no];
    }
    case 'switch':
      return node.targets;
    case 'each':
      return [node.body, node.next];
    case 'return':
    case 'end':
      return [];
  }
}

/** Whether a condition is just that `variable` was given something, or was not. */
function testOf(test: Expression, variable: string): 'is set' | 'is not' | undefined {
  if (test.kind === 'name' && test.name === variable) {
    return 'is set';
  }
  const [hinted] = test.kind === 'call' && /^(?:un)?likely$/.test(test.callee) ? test.arguments : [];
  if (hinted) {
    return testOf(hinted, variable);
  }
  if (test.kind === 'not') {
    const inner = testOf(test.of, variable);
    return inner === 'is set' ? 'is not' : inner === 'is not' ? 'is set' : undefined;
  }
  return undefined;
}

/** True when a step hands the value on, stores it, or puts something else into the variable. */
function isUsed(node: ProgramNode, variable: string): boolean {
  switch (node.kind) {
    case 'evaluate':
      return node.expression !== undefined && mentions(node.expression, variable);
    case 'branch':
      return testOf(node.test, variable) === undefined && mentions(node.test, variable);
    case 'switch':
      return mentions(node.subject, variable);
    case 'each':
      return [...node.variables, ...node.parts].some((part) => mentions(part, variable));
    case 'return':
      return node.value !== undefined && mentions(node.value, variable);
    case 'end':
      return false;
  }
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
