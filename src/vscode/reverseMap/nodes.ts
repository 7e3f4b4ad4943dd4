/** What stands in the tree view, as data: groups, the functions that play their roles, invariants and callers. */
import type { Span } from '../../source/text';
import type { InvariantInfo } from '../../trace/evaluation';
import type { KernelTree } from '../kernelTree';
import type { FunctionState } from './functionState';
import type { GroupText } from './groups';

/** A place in a tree, from the tree's root. */
export interface Place {
  readonly path: string;
  readonly span: Span;
}

export interface GroupNode {
  readonly kind: 'group';
  readonly tree: KernelTree;
  readonly text: GroupText;
}

export interface FunctionNode {
  readonly kind: 'function';
  readonly tree: KernelTree;
  readonly role: string;
  /** The name in this tree. */
  readonly name: string;
  readonly state: FunctionState;
  readonly place: Place;
  /** Line from 0. */
  readonly line: number;
  /** Written by a macro, or itself one. */
  readonly isMacro: boolean;
  /** Samples that reach it. */
  readonly samples: number;
}

/** A role that this tree does not have. */
export interface AbsentNode {
  readonly kind: 'absent';
  readonly tree: KernelTree;
  readonly role: string;
}

/** A heading below a function. */
export interface ListNode {
  readonly kind: 'invariants' | 'callers';
  readonly parent: FunctionNode;
}

export interface InvariantNode {
  readonly kind: 'invariant';
  readonly parent: FunctionNode;
  readonly info: InvariantInfo;
}

export interface CallerNode {
  readonly kind: 'caller';
  readonly parent: FunctionNode;
  readonly name: string;
  readonly place: Place;
  /** Line from 0. */
  readonly line: number;
  readonly calls: number;
}

/** Something that is said in place of children. */
export interface NoteNode {
  readonly kind: 'note';
  readonly text: string;
}

export type Node = GroupNode | FunctionNode | AbsentNode | ListNode | InvariantNode | CallerNode | NoteNode;
