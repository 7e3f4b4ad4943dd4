/** Going through a program (program.ts) along its paths: what a step evaluates, where it leads, and what a test says of a pointer. */
import { pathText } from './lowering';
import type { Expression, ProgramNode } from './program';

/** The expressions that a step evaluates, in order. */
export function expressionsOf(node: ProgramNode): readonly Expression[] {
  switch (node.kind) {
    case 'evaluate':
      return node.expression ? [node.expression] : [];
    case 'branch':
      return [node.test];
    case 'switch':
      return [node.subject];
    case 'each':
      return node.parts;
    case 'return':
      return node.value ? [node.value] : [];
    case 'end':
      return [];
  }
}

/** The steps that may follow. `isSet`: a path to a pointer that is not NULL here; the branches for NULL are not taken. */
export function successorsOf(node: ProgramNode, isSet: string | undefined): readonly number[] {
  switch (node.kind) {
    case 'evaluate':
      return [node.next];
    case 'branch': {
      const tested = isSet === undefined ? undefined : truthWhenSet(node.test, isSet);
      return tested === undefined ? [node.yes, node.no] : [tested ? node.yes : node.no];
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

/** Value of a condition that only tests the pointer at `path`, when that is not NULL; undefined for other conditions. */
export function truthWhenSet(test: Expression, path: string): boolean | undefined {
  if (test.kind === 'not') {
    const inner = truthWhenSet(test.of, path);
    return inner === undefined ? undefined : !inner;
  }
  const [hinted] = test.kind === 'call' && /^(?:un)?likely$/.test(test.callee) ? test.arguments : [];
  return hinted ? truthWhenSet(hinted, path) : pathText(test) === path ? true : undefined;
}

/** What is returned, as the text says. */
export function returnedText(value: Expression | undefined): string {
  return value?.kind === 'number' ? value.text : ((value && pathText(value)) ?? 'nothing');
}
