/**
 * A run in the making: operations one after the other on one engine, recorded, with invariants evaluated as it goes.
 * The runner drives one over a file; an explorer or a debugger can drive one by hand.
 */
import type { Engine, Operation, OperationResult } from '../trace/engine';
import type { Evaluation } from '../trace/evaluation';
import { Recorder, RunStopped, StepLimitReached } from '../trace/recorder';
import type { Snapshot } from '../trace/snapshot';
import { State } from '../trace/state';
import type { OperationRecord, Trace } from '../trace/trace';
import { asFound, type Moment, whatIsWrong } from './expectations';
import { printOperation, printStatement } from './printer';
import type { ExpectationResult, RunOptions } from './run';
import type { CountedObject, Expectation, TextRange } from './syntax';

/** Where a statement stands; all null for one that no file holds. */
export interface StatementPlace {
  readonly line: number | null;
  readonly range: TextRange | null;
  /** As written; null to have it printed. */
  readonly text: string | null;
}

export const NOWHERE: StatementPlace = { line: null, range: null, text: null };

const NOTHING_EVALUATED: Evaluation = { invariants: [], spans: {}, violations: [] };

export class Session {
  readonly operations: OperationRecord[] = [];
  readonly expectations: ExpectationResult[] = [];
  /** Snapshot before the first operation. */
  readonly initial: Snapshot;
  private readonly recorder: Recorder | null;
  private readonly counted = new State();
  private countedSteps = 0;
  private limit: string | null = null;

  constructor(
    readonly engine: Engine,
    private readonly options: RunOptions = {},
  ) {
    this.recorder = options.record === false ? null : new Recorder(engine.name, options.stepLimit);
    this.initial = engine.snapshot();
  }

  /** The limit that ended the run, as one sentence, or null. After it operations are refused. */
  get truncated(): string | null {
    return this.limit;
  }

  /** Runs one operation. null when the run has been ended by a limit. */
  apply(operation: Operation, place: StatementPlace = NOWHERE): OperationRecord | null {
    if (this.limit !== null) return null;
    const index = this.operations.length;
    const text = place.text ?? printOperation(operation);
    const firstStep = this.recorder?.steps.length ?? 0;
    this.recorder?.begin(index);
    const result = this.applyOrStop(operation);
    const record: OperationRecord = {
      index,
      line: place.line,
      text,
      process: operation.process,
      verb: operation.verb,
      firstStep,
      endStep: this.recorder?.steps.length ?? 0,
      status: result.status,
      errno: result.errno,
      visits: result.visits,
      snapshot: this.limit === null ? this.engine.snapshot() : this.lastSnapshot(),
    };
    this.operations.push(record);
    this.evaluate(record);
    return record;
  }

  /** Looks at an expectation now. */
  expect(expectation: Expectation, place: StatementPlace): ExpectationResult {
    const moment: Moment = {
      engine: this.engine,
      snapshot: this.lastSnapshot(),
      last: this.operations.at(-1) ?? null,
      violated: this.options.evaluator?.violated() ?? new Set<string>(),
      count: (object) => this.count(object),
    };
    const found = this.limit ?? whatIsWrong(expectation, moment);
    const other = found === null || this.limit !== null ? null : asFound(expectation, moment);
    const result: ExpectationResult = {
      line: place.line,
      range: place.range,
      text: place.text ?? expectation.expect,
      met: found === null,
      found,
      instead: other && printStatement({ kind: 'expect', expectation: other }),
      operation: this.operations.length - 1,
    };
    this.expectations.push(result);
    return result;
  }

  /** The trace so far. */
  trace(title: string): Trace {
    return {
      version: 1,
      title,
      engine: this.engine.name,
      profile: this.engine.profile,
      kinds: this.engine.kinds,
      operations: this.operations,
      steps: this.recorder?.steps ?? [],
      truncated: this.limit,
    };
  }

  evaluation(): Evaluation {
    return this.options.evaluator?.result() ?? NOTHING_EVALUATED;
  }

  private applyOrStop(operation: Operation): OperationResult {
    try {
      const result = this.engine.apply(operation, this.recorder);
      this.recorder?.end();
      return result;
    } catch (error) {
      if (!(error instanceof RunStopped)) throw error;
      this.limit = error.message;
      // what the last step has done counts; at the limit on steps there is no room for it
      if (!(error instanceof StepLimitReached)) this.recorder?.end();
      return { status: 'error', errno: null, visits: null };
    }
  }

  private evaluate(record: OperationRecord): void {
    const { evaluator } = this.options;
    if (!evaluator || !this.recorder) return;
    evaluator.begin(record);
    for (let at = record.firstStep; at < record.endStep; at += 1) {
      const step = this.recorder.steps[at];
      if (step) evaluator.step(step);
    }
    if (this.limit === null) evaluator.end(record.status);
  }

  private lastSnapshot(): Snapshot {
    return this.operations.at(-1)?.snapshot ?? this.initial;
  }

  /** Live objects of a kind. Without a recording, as far as the snapshot shows them. */
  private count(object: CountedObject): number {
    if (!this.recorder) return countInSnapshot(this.lastSnapshot(), object);
    for (; this.countedSteps < this.recorder.steps.length; this.countedSteps += 1)
      for (const change of this.recorder.steps[this.countedSteps]?.changes ?? [])
        this.counted.forward(change);
    return [...this.counted.live(object)].length;
  }
}

/** Objects of a kind as far as a snapshot shows them. */
export function countInSnapshot(snapshot: Snapshot, object: CountedObject): number {
  const vmas = snapshot.mms.flatMap((mm) => mm.vmas);
  switch (object) {
    case 'anon_vma':
      return snapshot.anonVmas.length;
    case 'folio':
      return snapshot.folios.length;
    case 'mm':
      return snapshot.mms.length;
    case 'vma':
      return vmas.length;
    case 'anon_vma_chain':
      return vmas.reduce((sum, vma) => sum + vma.chain.length, 0);
  }
}
