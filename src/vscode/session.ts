/**
 * The current run and the position in it. There is at most one; everything that shows or moves it listens here.
 * Stepping never runs anything again: it moves a cursor over the recorded trace.
 */
import * as vscode from 'vscode';
import type { Run } from '../scenario/run';
import { BEFORE_FIRST_STEP, Cursor } from '../trace/cursor';
import type { InvariantInfo, Violation } from '../trace/evaluation';
import type { Step } from '../trace/step';
import type { Trace } from '../trace/trace';
import type { KernelTree } from './kernelTree';
import { type LiveStatus, statusAt } from './liveStatus';
import type { ProfileInfo } from './simulator';

/** Where the scenario of a run comes from. */
export type RunSource =
  | { readonly kind: 'sample'; readonly id: string }
  | { readonly kind: 'document'; readonly uri: string };

export interface RunRequest {
  readonly source: RunSource;
  readonly title: string;
  readonly text: string;
  readonly profile: ProfileInfo;
  readonly tree: KernelTree | null;
  readonly run: Run;
}

export interface CurrentRun extends RunRequest {
  /** Counts up over the life of the window. */
  readonly runId: number;
  readonly trace: Trace;
  readonly cursor: Cursor;
}

export class Session implements vscode.Disposable {
  private run: CurrentRun | null = null;
  private runs = 0;
  private readonly runChanged = new vscode.EventEmitter<CurrentRun | null>();
  private readonly cursorMoved = new vscode.EventEmitter<CurrentRun>();
  /** Another run, or none. The cursor counts as moved as well. */
  readonly onDidChangeRun = this.runChanged.event;
  readonly onDidMoveCursor = this.cursorMoved.event;

  get current(): CurrentRun | null {
    return this.run;
  }

  /** Number of the current step; -1 before the first or without a run. */
  get position(): number {
    return this.run?.cursor.position ?? BEFORE_FIRST_STEP;
  }

  get step(): Step | null {
    return this.run?.cursor.step ?? null;
  }

  /** Takes a recorded run on, at `position`. */
  start(request: RunRequest, position = BEFORE_FIRST_STEP): CurrentRun {
    this.runs += 1;
    const { trace } = request.run;
    const current: CurrentRun = { ...request, runId: this.runs, trace, cursor: new Cursor(trace) };
    current.cursor.seek(position);
    this.run = current;
    this.runChanged.fire(current);
    this.cursorMoved.fire(current);
    return current;
  }

  stop(): void {
    if (!this.run) return;
    this.run = null;
    this.runChanged.fire(null);
  }

  /** Moves to a step, clamped to the trace. False when that is where the cursor was. */
  seek(position: number): boolean {
    const { run } = this;
    if (!run) return false;
    const before = run.cursor.position;
    if (run.cursor.seek(Math.trunc(position)) === before) return false;
    this.cursorMoved.fire(run);
    return true;
  }

  stepForward(): boolean {
    return this.seek(this.position + 1);
  }

  stepBack(): boolean {
    return this.seek(this.position - 1);
  }

  /** To the next step that is not deeper in calls than this one. */
  stepOver(): boolean {
    const depth = this.step?.depth ?? 0;
    return this.seekForward((step) => step.depth <= depth);
  }

  /** To the first step after the current function has returned. */
  stepOut(): boolean {
    const { step } = this;
    if (!step) return this.stepForward();
    return this.seekForward((next) => next.depth < step.depth || next.operation !== step.operation);
  }

  /** To the first step of the next operation that has one, or the end. */
  nextOperation(): boolean {
    const operation = this.step?.operation ?? -1;
    return this.seekForward((step) => step.operation !== operation);
  }

  /** To the first step of this operation, or from there to that of the one before. */
  previousOperation(): boolean {
    const { run, step } = this;
    if (!run || !step) return false;
    const here = run.trace.operations[step.operation]?.firstStep ?? 0;
    if (here < step.number) return this.seek(here);
    const before = run.trace.steps[here - 1];
    return this.seek(before ? (run.trace.operations[before.operation]?.firstStep ?? 0) : BEFORE_FIRST_STEP);
  }

  toStart(): boolean {
    return this.seek(BEFORE_FIRST_STEP);
  }

  toEnd(): boolean {
    return this.seek(Number.MAX_SAFE_INTEGER);
  }

  /** To the next step at which an invariant is found violated. */
  nextViolation(): Violation | null {
    const next = this.run?.run.evaluation.violations.find((violation) => violation.step > this.position);
    if (!next) return null;
    this.seek(next.step);
    return next;
  }

  /** Violations found at the current step. */
  violationsHere(): readonly Violation[] {
    const { position } = this;
    return this.run?.run.evaluation.violations.filter((violation) => violation.step === position) ?? [];
  }

  /** Status of an invariant at the current position; null without a run. */
  statusOf(id: string): LiveStatus | null {
    return this.run ? statusAt(this.run.run, id, this.position) : null;
  }

  /** Invariants of the run, or none. */
  get invariants(): readonly InvariantInfo[] {
    return this.run?.run.evaluation.invariants ?? [];
  }

  dispose(): void {
    this.run = null;
    this.runChanged.dispose();
    this.cursorMoved.dispose();
  }

  private seekForward(wanted: (step: Step) => boolean): boolean {
    const { run, position } = this;
    if (!run) return false;
    const { steps } = run.trace;
    for (let at = position + 1; at < steps.length; at += 1) {
      const step = steps[at];
      if (step && wanted(step)) return this.seek(at);
    }
    return this.toEnd();
  }
}
