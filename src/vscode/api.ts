/**
 * What the extension exports, for tests: plain data about what it shows, and nothing that changes it but what commands do.
 */

import type { Range, TextDocument } from 'vscode';
import type { DrawnEffect } from './effectHints';
import type { DrawnInvariants } from './invariantGutter';
import type { Verdict } from './navigation/politeness';
import type { ReadingState } from './reading';
import type { ReverseMapGroup } from './reverseMap/view';
import type { DrawnStep } from './stepDecorations';

export interface SessionState {
  readonly source:
    | { readonly kind: 'sample'; readonly id: string }
    | { readonly kind: 'document'; readonly uri: string };
  readonly profile: string;
  /** Version of the tree, or null without one. */
  readonly tree: string | null;
  readonly position: number;
  readonly steps: number;
  readonly operations: number;
  readonly violations: number;
  readonly function: string | null;
  /** Where the current step stands, or why it stands nowhere. */
  readonly place:
    | { readonly file: string; readonly line: number; readonly endLine: number }
    | { readonly missing: string }
    | null;
  /** Steps that have no place in the tree. */
  readonly unplaced: readonly { readonly step: number; readonly anchor: string; readonly missing: string }[];
}

/** What a scenario gave as a test. */
export interface TestResult {
  readonly id: string;
  readonly outcome: 'passed' | 'failed' | 'errored';
  readonly profile: string;
  readonly messages: readonly {
    /** From 1. */
    readonly line: number;
    readonly message: string;
    readonly expected: string | null;
    readonly actual: string | null;
    /** Frames, as `label path`. */
    readonly stack: readonly string[];
  }[];
}

export interface TestsState {
  readonly items: readonly {
    readonly id: string;
    readonly label: string;
    readonly description: string;
    readonly error: string | null;
  }[];
  /** The last result of each item that was run. */
  readonly results: readonly TestResult[];
  /** Runs that have ended. */
  readonly runs: number;
}

/** How the text of the tree stands to the run, for tests. */
export interface TextReport {
  readonly engine: string | null;
  readonly stale: string | null;
  readonly effect: string | null;
  readonly broken: readonly string[];
  readonly agreement: string | null;
}

export interface RmapLensApi {
  readonly kind: 'node' | 'web';
  /** Milliseconds that `activate` took. */
  readonly activationTime: number;
  readonly wasmLoaded: () => boolean;
  /** The current run, with its places known; null when nothing runs. */
  readonly session: () => Promise<SessionState | null>;
  /** What is drawn in the editor. */
  readonly drawn: () => DrawnStep | null;
  readonly litInvariant: () => {
    readonly id: string | null;
    readonly lines: readonly { readonly uri: string; readonly line: number }[];
  };
  /** What is drawn in a document without a run; null before it has been. */
  readonly annotations: (uri: string) => {
    readonly invariants: DrawnInvariants | null;
    readonly effects: readonly DrawnEffect[];
  };
  /** The guided reading; null when none is under way. */
  readonly reading: () => ReadingState | null;
  readonly explorer: () => { readonly open: boolean; readonly ready: boolean };
  /** Resolves when all edits so far are taken into account. */
  readonly text: () => Promise<TextReport>;
  readonly statusText: () => string;
  /** The Test Explorer. */
  readonly tests: () => TestsState;
  readonly contextKey: (
    key: 'running' | 'canStepForward' | 'canStepBack' | 'hasViolations' | 'hasTree',
  ) => boolean;
  /** The Reverse Map view: its groups with their functions, read for this. */
  readonly reverseMap: () => Promise<readonly ReverseMapGroup[]>;
  /** Whether our navigation answers in a document, and why. */
  readonly navigation: (document: TextDocument) => Verdict;
  /** Hints of the locks held, with what their hovers say as Markdown: VS Code gives no command for that. */
  readonly lockHints: (
    document: TextDocument,
    range: Range,
  ) => Promise<readonly { readonly line: number; readonly label: string; readonly hover: string }[]>;
  /** The two runs that are compared, and what comes of it as text; null before any are. */
  readonly compared: () => { readonly a: string; readonly b: string; readonly text: string } | null;
  /** Errors logged so far, the latest ones. */
  readonly errors: () => readonly string[];
  readonly samples: readonly string[];
  readonly profiles: readonly string[];
}
