/**
 * Collects what an engine reports into steps. One recorder serves one run.
 */
import type { EngineName, Observer } from './engine';
import type { Anchor, Change, Location, Step, StepEvent, StepKind } from './step';

/** Steps a run may take before it is ended; a setting may ask for more. */
export const DEFAULT_STEP_LIMIT = 200_000;

interface Frame {
  readonly role: string;
  readonly functionName: string;
}

/** A step that is still being written. */
interface OpenStep extends Step {
  anchor: Anchor | null;
  location: Location | null;
  changes: Change[];
  events: StepEvent[];
}

/** Shared by all steps that have none: most steps change little. */
const NO_CHANGES: readonly Change[] = [];
const NO_EVENTS: readonly StepEvent[] = [];

/** Sentences kept to be used again, at most. */
const KNOWN_TEXTS = 8192;

/** Thrown through or by an engine to end a run before its end, with one sentence that says why; caught by the runner. */
export class RunStopped extends Error {}

/** The run has come to its step limit. */
export class StepLimitReached extends RunStopped {
  constructor(readonly limit: number) {
    super(`The run was ended after ${limit} steps; raise the step limit or shorten the scenario.`);
  }
}

export class Recorder implements Observer {
  readonly steps: Step[] = [];
  private readonly frames: Frame[] = [];
  private open: OpenStep | null = null;
  private operation = 0;
  /** Sentences of late: most come again and again, and each is kept once. */
  private readonly texts = new Map<string, string>();
  /** Anchors by role and pattern, each made once. */
  private readonly anchors = new Map<string, Map<string, Anchor>>();

  constructor(
    readonly engine: EngineName,
    private readonly limit: number = DEFAULT_STEP_LIMIT,
  ) {}

  /** Begins the steps of an operation. */
  begin(operation: number): void {
    this.close();
    this.frames.length = 0;
    this.operation = operation;
  }

  /** Ends the steps of an operation. Returns the number of steps recorded so far. */
  end(): number {
    this.close();
    return this.steps.length;
  }

  enter(role: string, functionName: string, text: string): void {
    this.frames.push({ role, functionName });
    this.start('entry', 'call', text);
  }

  at(pattern: string, kind: StepKind, text: string): void {
    this.start(pattern, kind, text);
  }

  leave(pattern: string, text: string): void {
    this.start(pattern, 'return', text);
    this.frames.pop();
  }

  located(location: Location): void {
    if (!this.open) return;
    this.open.location = location;
    // a place in the text itself needs no anchor
    this.open.anchor = null;
  }

  change(change: Change): void {
    this.current().changes.push(change);
  }

  event(event: StepEvent): void {
    this.current().events.push(event);
  }

  private start(pattern: string, kind: StepKind, text: string): void {
    this.close();
    const frame = this.frames.at(-1);
    if (!frame) throw new Error(`a step "${text}" outside any function`);
    this.open = {
      number: this.steps.length,
      operation: this.operation,
      kind,
      function: frame.functionName,
      depth: this.frames.length - 1,
      anchor: this.anchorOf(frame.role, pattern),
      location: null,
      text: this.kept(text),
      changes: [],
      events: [],
    };
  }

  private kept(text: string): string {
    const known = this.texts.get(text);
    if (known !== undefined) return known;
    if (this.texts.size >= KNOWN_TEXTS) this.texts.clear();
    // a text put together of pieces is kept as pieces until somebody looks into it
    text.charCodeAt(0);
    this.texts.set(text, text);
    return text;
  }

  private anchorOf(role: string, pattern: string): Anchor {
    let ofRole = this.anchors.get(role);
    if (!ofRole) {
      ofRole = new Map();
      this.anchors.set(role, ofRole);
    }
    let anchor = ofRole.get(pattern);
    if (!anchor) {
      anchor = { role, pattern };
      ofRole.set(pattern, anchor);
    }
    return anchor;
  }

  private current(): OpenStep {
    if (!this.open) throw new Error('a change outside any step');
    return this.open;
  }

  private close(): void {
    const open = this.open;
    if (!open) return;
    this.open = null;
    if (this.steps.length >= this.limit) throw new StepLimitReached(this.limit);
    // arrays that were pushed to have room for 17: copies have just what they hold
    open.changes = open.changes.length === 0 ? (NO_CHANGES as Change[]) : open.changes.slice();
    open.events = open.events.length === 0 ? (NO_EVENTS as StepEvent[]) : open.events.slice();
    this.steps.push(open);
  }
}
