/**
 * Messages about building a scenario by choosing, branching, comparing and exporting.
 */
import type { AllocationChoice } from '../trace/allocations';
import type { Operation, OperationVerb, Visit } from '../trace/engine';
import type { Trace } from '../trace/trace';

export interface ObstacleInfo {
  /** Errno that the operation fails with all the same; null when it cannot be written down. */
  readonly errno: string | null;
  /** One clause about the state, without a full stop. */
  readonly reason: string;
}

export type ArgumentShape = 'range' | 'move' | 'page' | 'child' | 'call' | 'none';

/** One operation of the language, with arguments to begin with. */
export interface OfferInfo {
  readonly verb: OperationVerb['verb'];
  readonly shape: ArgumentShape;
  readonly usage: string;
  readonly doc: string;
  readonly operation: Operation;
  /** Why it is not possible now, whatever the arguments; null when it is. */
  readonly obstacle: ObstacleInfo | null;
}

/** A VMA at the place where something is put in; pages, end exclusive. */
export interface BuildVma {
  readonly start: number;
  readonly end: number;
  readonly prot: string;
  readonly file: string | null;
  readonly anonVma: string | null;
  readonly pages: readonly { readonly page: number; readonly folio: string; readonly writable: boolean }[];
}

export interface BuildLine {
  readonly text: string;
  /** Index of the operation that stands on it, and what it asks for; null for everything else. */
  readonly operation: number | null;
  readonly value: Operation | null;
  readonly kind: 'operation' | 'expect' | 'directive' | 'comment' | 'blank' | 'invalid';
  /** What is wrong with it, one sentence; null when nothing is. */
  readonly problem: string | null;
}

/** What would happen if the operation that is being put together were run there. */
export interface Preview {
  readonly operation: Operation;
  /** As the language writes it. */
  readonly text: string;
  readonly obstacle: ObstacleInfo | null;
  readonly status: 'ok' | 'error';
  readonly errno: string | null;
  readonly steps: number;
  readonly visits: readonly Visit[] | null;
  /** What it changes, in a few words each. */
  readonly changes: readonly string[];
  /** Its allocations when nothing fails, as choices. */
  readonly allocations: readonly AllocationChoice[];
}

/** Everything the builder shows. */
export interface BuildView {
  /** Counts up with each text; an edit of another one is refused. */
  readonly version: number;
  /** Of the request that this answers; 0 when nothing was asked. */
  readonly request: number;
  /** Name of the document, and what it is. */
  readonly name: string;
  readonly kind: 'sample' | 'file' | 'untitled';
  readonly dirty: boolean;
  readonly profile: string;
  readonly lines: readonly BuildLine[];
  readonly operations: number;
  /** Index of the operation after which things are looked at; -1 for the beginning. */
  readonly after: number;
  readonly processes: readonly { readonly name: string; readonly vmas: readonly BuildVma[] }[];
  readonly process: string;
  readonly offers: readonly OfferInfo[];
  readonly preview: Preview | null;
  /** Functions that `call` knows, as it is written. */
  readonly functions: readonly { readonly name: string; readonly usage: string }[];
  /** What undo takes back, or why it cannot. */
  readonly undo: { readonly possible: boolean; readonly text: string };
  /** A limit that was reached, one sentence; null when none was. */
  readonly limit: string | null;
}

/** A change of the text by operation. */
export type BuildChange =
  | { readonly kind: 'insert'; readonly after: number; readonly operation: Operation }
  | { readonly kind: 'replace'; readonly index: number; readonly operation: Operation }
  | { readonly kind: 'remove'; readonly index: number }
  | { readonly kind: 'move'; readonly index: number; readonly by: 1 | -1 };

/** A run that can be compared with another. */
export interface ComparableInfo {
  /** `current`, `before`, `kept:3`, `profile:6.12`, … */
  readonly id: string;
  readonly name: string;
  /** Heading that it stands under. */
  readonly group: string;
}

export interface ComparedRun {
  readonly id: string;
  readonly name: string;
  readonly trace: Trace;
  /** Ids of the invariants that it violates. */
  readonly violated: readonly string[];
  /** It is the run on show, so that its steps can be gone to. */
  readonly current: boolean;
}

export type PictureFormat = 'svg' | 'png';
export type TextFormat = 'mail' | 'markdown' | 'json' | 'scenario';

export type BuildingHostMessage =
  | { readonly type: 'building'; readonly view: BuildView }
  /** Runs that can be compared. */
  | { readonly type: 'comparable'; readonly runs: readonly ComparableInfo[] }
  | { readonly type: 'comparison'; readonly a: ComparedRun; readonly b: ComparedRun }
  /** Draw the picture, and send it back. */
  | { readonly type: 'drawPicture'; readonly format: PictureFormat }
  /** Bring a panel forward. `operation`: for the builder, the one to try differently. */
  | {
      readonly type: 'openPanel';
      readonly dock: 'left' | 'main';
      readonly panel: string;
      readonly operation: number | null;
    };

export type BuildingWebviewMessage =
  /** The builder is on show, or no longer. */
  | { readonly type: 'watchBuilding'; readonly open: boolean }
  | { readonly type: 'newScenario' }
  /** What would happen? Answered by `building` with the same `request`. */
  | {
      readonly type: 'preview';
      readonly request: number;
      readonly after: number;
      readonly process: string | null;
      readonly operation: Operation | null;
    }
  | { readonly type: 'edit'; readonly version: number; readonly change: BuildChange }
  | { readonly type: 'undoEdit' }
  | { readonly type: 'saveScenario' }
  /** Try `operation` instead of that at `at`, beside the run on show; the rest follows if `rest`. */
  | {
      readonly type: 'branch';
      readonly runId: number;
      readonly at: number;
      readonly operation: Operation;
      readonly rest: boolean;
    }
  | { readonly type: 'keepRun' }
  | { readonly type: 'compare'; readonly a: string; readonly b: string }
  /** To the clipboard: a form of the run, or the comparison on show. */
  | { readonly type: 'copyText'; readonly what: TextFormat | 'comparison' }
  | { readonly type: 'saveText'; readonly what: TextFormat }
  /** The picture that was asked for: SVG as text, PNG in base64. */
  | { readonly type: 'picture'; readonly format: PictureFormat; readonly data: string };
