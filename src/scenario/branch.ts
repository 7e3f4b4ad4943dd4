/**
 * A branch of a scenario: the same up to an operation, something else from there. Operations are what a scenario is made
 * of, so a branch begins before one: from a step in the middle of an operation, this operation is tried differently.
 */
import { faultText, sameFault } from '../trace/allocations';
import type { AllocationFault, Operation } from '../trace/engine';
import { outlineOf } from './outline';
import { parseScenario } from './parser';
import { printOperation, printStatement } from './printer';
import { titleOf } from './runner';
import type { Statement } from './syntax';

export interface Branch {
  /** Index of the operation that is tried differently; that of the end adds one there. */
  readonly at: number;
  /** What is tried instead. */
  readonly operation: Operation;
  /** Whether the operations after it follow. Expectations do not: they speak of the other run. */
  readonly rest: boolean;
}

export interface BranchedScenario {
  readonly title: string;
  readonly text: string;
  /** The operation that was changed, as text. */
  readonly what: string;
}

/** The scenario of a branch, as text. */
export function branchOf(text: string, branch: Branch): BranchedScenario {
  const scenario = parseScenario(text);
  const { operations } = outlineOf(scenario);
  const what = printOperation(branch.operation);
  const title = `${titleOf(scenario) ?? 'Scenario'}: ${what}`.replaceAll('"', "'");
  const head = scenario.lines.flatMap(({ statement }) =>
    statement?.kind === 'profile' ? [printStatement(statement)] : [],
  );
  const above = operations.slice(0, branch.at).map(({ statement }) => operationText(statement));
  const below = branch.rest
    ? operations.slice(branch.at + 1).map(({ statement }) => operationText(statement))
    : [];
  const instead = operations[branch.at];
  const mark = instead ? `  # instead of ${operationText(instead.statement)}` : '  # added';
  return {
    title,
    what,
    text: [`scenario "${title}"`, ...head, '', ...above, `${what}${mark}`, ...below, ''].join('\n'),
  };
}

function operationText(statement: Statement): string {
  return statement.kind === 'operation' ? printOperation(statement.operation) : statement.text;
}

/** The operation with one more allocation failing, or, where that one fails already, with it succeeding. */
export function withFault(operation: Operation, fault: AllocationFault): Operation {
  const others = operation.faults.filter((known) => !sameFault(known, fault));
  const faults = others.length < operation.faults.length ? others : [...others, fault];
  return { ...operation, faults };
}

/** Operation of a scenario by index; null when there is none. */
export function operationAt(text: string, index: number): Operation | null {
  const statement = outlineOf(parseScenario(text)).operations[index]?.statement;
  return statement?.kind === 'operation' ? statement.operation : null;
}

/** `fails avc:2` */
export function faultsText(faults: readonly AllocationFault[]): string {
  return faults.length === 0 ? 'nothing fails' : `fails ${faults.map(faultText).join(', ')}`;
}
