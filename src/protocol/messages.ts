/**
 * Every message between the extension host and the explorer webview, one union per direction. All are plain
 * data; each side checks what it receives (`validation.ts`) before it looks at it.
 *
 * Steps are numbered from 0 here, as in a trace, and -1 is the state before the first. People count from 1:
 * step 0 is shown as "step 1", so every text that names a step adds one.
 */
import type { EngineName } from '../trace/engine';
import type { FieldRef } from '../trace/evaluation';
import type { Location, Step } from '../trace/step';
import type { Trace } from '../trace/trace';
import type { ObjectId } from '../trace/value';
import type { BuildingHostMessage, BuildingWebviewMessage } from './building';

export const PROTOCOL_VERSION = 1;

/** A scenario that can be picked. */
export interface SampleInfo {
  readonly id: string;
  readonly title: string;
  /** One or two sentences: what it shows. */
  readonly description: string;
  /** Heading that it stands under, with its neighbours of the same group; none for the first ones. */
  readonly group?: string | null | undefined;
}

export interface ProfileInfo {
  readonly id: string;
  /** `Linux 7.3`. */
  readonly title: string;
}

/** Where an invariant is asserted or documented in the tree that is open. */
export interface SourcePlace {
  readonly location: Location;
  /** Function it stands in, or null outside any. */
  readonly function: string | null;
  /** The text of the place in short, such as the assert's condition. */
  readonly text: string;
  /** What the place is to the invariant. */
  readonly nature: 'assert' | 'comment' | 'relies' | 'maintains';
}

export interface InvariantInfo {
  readonly id: string;
  /** `vma`, `chain`, `anon_vma`, `lock`, …: the part of the id before the slash. */
  readonly group: string;
  /** A few words: `every AVC is linked both ways`. */
  readonly title: string;
  readonly statement: string;
  /** Who relies on it. */
  readonly why: string;
  /** `always`, `quiescent`, or `section(LOCK)`. */
  readonly when: string;
  /** Kinds of object and their fields that it speaks of. */
  readonly speaksOf: readonly { readonly kind: string; readonly fields: readonly string[] }[];
  readonly places: readonly SourcePlace[];
}

export type InvariantStatus = 'holds' | 'suspended' | 'violated';

/** Why an invariant does not hold, and for which objects. */
export interface InvariantReason {
  readonly message: string;
  /** The first one is the one that is wrong. */
  readonly objects: readonly ObjectId[];
  /** Fields whose values contradict each other. */
  readonly fields: readonly FieldRef[];
}

/** From `step` on (until the next span of the same invariant) it has this status. */
export interface InvariantSpan {
  readonly step: number;
  readonly status: InvariantStatus;
  readonly reasons: readonly InvariantReason[];
  /** For `suspended`: until when it may stay broken, `until P: fork C has ended`. */
  readonly until: string | null;
}

export interface InvariantTimeline {
  readonly id: string;
  /** Ascending by step; before the first span it holds. */
  readonly spans: readonly InvariantSpan[];
}

export interface ViolationInfo {
  readonly invariant: string;
  readonly step: number;
  readonly message: string;
  readonly objects: readonly ObjectId[];
}

/** One `expect` line of the scenario. */
export interface ExpectationInfo {
  /** From 1. */
  readonly line: number;
  readonly text: string;
  readonly met: boolean;
  /** What was found instead; null when met. */
  readonly found: string | null;
}

/** Where a step stands in the open tree: index into `RunData.locations`, or a reason why it stands nowhere. */
export type StepPlace = { readonly location: number } | { readonly missing: string };

/** A complete run, as the explorer shows it. */
export interface RunData {
  /** Counts up; messages about an older run are ignored. */
  readonly runId: number;
  readonly sampleId: string | null;
  readonly scenarioText: string;
  readonly engine: EngineName;
  readonly profile: ProfileInfo;
  /** `Linux 7.3.4 · mm/rmap.c`, or null when no kernel tree is open. */
  readonly tree: string | null;
  readonly trace: Trace;
  readonly invariants: readonly InvariantInfo[];
  readonly timelines: readonly InvariantTimeline[];
  readonly violations: readonly ViolationInfo[];
  readonly expectations: readonly ExpectationInfo[];
  readonly locations: readonly Location[];
  /** By step number. */
  readonly places: readonly StepPlace[];
}

/** A part of a run that is too long to be sent whole. */
export interface RunPart {
  readonly runId: number;
  /** Number of the first of `steps`. */
  readonly from: number;
  readonly steps: readonly Step[];
  readonly places: readonly StepPlace[];
  /** Those that begin in this part; those before the first step come with the first part. */
  readonly timelines: readonly InvariantTimeline[];
}

/** Where a run stands in the tree that is open. */
export type RunPlaceData = Pick<RunData, 'tree' | 'locations' | 'places'> & {
  /** By id. */
  readonly invariantPlaces: readonly { readonly id: string; readonly places: readonly SourcePlace[] }[];
};

/** How the text of the open tree stands to the run on show and to the simulation. */
export interface TextState {
  /** Whether the simulation does what the text does; null while nobody has compared. */
  readonly agreement: { readonly state: 'agrees' | 'differs' | 'unknown'; readonly text: string } | null;
  /** Why the run on show is of an older text than the one in the editor; null when it is not. */
  readonly stale: string | null;
  /** What edits since the tree was opened change in this run; null without any. */
  readonly effect: { readonly change: 'none' | 'outcome' | 'violation'; readonly text: string } | null;
}

/** Host to webview. */
export type HostMessage =
  | BuildingHostMessage
  | {
      readonly type: 'library';
      readonly protocol: typeof PROTOCOL_VERSION;
      readonly samples: readonly SampleInfo[];
      readonly profiles: readonly ProfileInfo[];
    }
  | { readonly type: 'run'; readonly run: RunData; readonly step: number }
  /** A run too long to be sent whole: it follows in parts (`parts.ts`), `total` steps in all. */
  | { readonly type: 'runBegins'; readonly run: RunData; readonly step: number; readonly total: number }
  | { readonly type: 'runPart'; readonly part: RunPart }
  /** The same run, whose places in the source are known now, or have moved. */
  | ({ readonly type: 'places'; readonly runId: number } & RunPlaceData)
  /** The cursor moved elsewhere (a command, the editor). Never sent back as the echo of a `seek`. */
  | { readonly type: 'cursor'; readonly runId: number; readonly step: number }
  /** Something in the editor points at an invariant (hover): light it up, or nothing. */
  | { readonly type: 'focusInvariant'; readonly id: string | null }
  /** Lines of a file of the tree that is open, as the editor has them now: the answer to `lines`. */
  | {
      readonly type: 'lines';
      readonly runId: number;
      readonly file: string;
      /** Number of the first of `lines`, from 0. */
      readonly from: number;
      readonly lines: readonly string[];
      /** Why there are none, as one sentence; null when there are. */
      readonly problem: string | null;
    }
  | { readonly type: 'text'; readonly state: TextState }
  /** One sentence for people that says what to do. `null` takes it away. */
  | { readonly type: 'notice'; readonly level: 'info' | 'warning' | 'error'; readonly text: string | null };

/** Webview to host. */
export type WebviewMessage =
  | BuildingWebviewMessage
  | { readonly type: 'ready'; readonly protocol: number }
  | { readonly type: 'openSample'; readonly id: string }
  | { readonly type: 'setProfile'; readonly id: string }
  | { readonly type: 'seek'; readonly runId: number; readonly step: number }
  /** The pointer or the keyboard is on an invariant, or has left it. */
  | { readonly type: 'hoverInvariant'; readonly id: string | null }
  /** Show this place of the source in the editor. */
  | { readonly type: 'reveal'; readonly location: Location }
  /** Wanted: lines of a file of the tree that is open, `to` exclusive, from 0. */
  | {
      readonly type: 'lines';
      readonly runId: number;
      readonly file: string;
      readonly from: number;
      readonly to: number;
    }
  /** Offer the engines; show where simulation and text differ; show what edits change. */
  | { readonly type: 'chooseEngine' }
  | { readonly type: 'showDifference' }
  | { readonly type: 'showEditEffect' }
  /** Offer the ways to a kernel tree. */
  | { readonly type: 'chooseTree' }
  /** Show the scenario as text, at this line (from 1). */
  | { readonly type: 'openScenario'; readonly line: number | null }
  /** What the page wants to find again, as JSON: VS Code writes down its own copy only now and then. */
  | { readonly type: 'keep'; readonly state: string }
  | { readonly type: 'failed'; readonly message: string };
