/**
 * What survives a reload: where the reader is and how the views are folded. Never data of a run.
 */
import * as v from 'valibot';

/** Pictures that can be read as text instead. */
export type Twin =
  | 'lanes'
  | 'matrix'
  | 'family'
  | 'trees'
  | 'timeline'
  | 'locks'
  | 'functions'
  | 'status'
  | 'watches'
  | 'compare';

const saved = v.object({
  version: v.literal(1),
  sampleId: v.nullable(v.string()),
  profile: v.nullable(v.string()),
  /** Number of steps of the run that `step` belongs to. */
  steps: v.number(),
  step: v.number(),
  folded: v.array(v.string()),
  asText: v.array(v.string()),
  hideUnchanged: v.boolean(),
  speed: v.number(),
  path: v.picklist(['operation', 'call']),
  singleKeys: v.boolean(),
  invariantFilter: v.string(),
  // later than version 1 began: what was kept before has none of them
  /** Panels that are open in their docks. */
  left: v.optional(v.string(), 'path'),
  main: v.optional(v.string(), 'state'),
  manyLines: v.optional(v.boolean(), false),
  /** Names of the objects that the pictures of the state show; all without one. */
  objectFilter: v.optional(v.string(), ''),
  /** Only what is linked to the selection. */
  around: v.optional(v.boolean(), false),
  compact: v.optional(v.boolean(), false),
  /** How many times as wide as the view the address axis is. */
  zoom: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(16)), 1),
  /** Part of the run that the pictures over time show. */
  timeSpan: v.optional(v.picklist(['operation', 'run']), 'run'),
  watches: v.optional(v.array(v.string()), []),
});

export type Saved = v.InferOutput<typeof saved>;

export const DEFAULTS: Saved = {
  version: 1,
  sampleId: null,
  profile: null,
  steps: 0,
  step: -1,
  folded: [],
  asText: [],
  hideUnchanged: true,
  speed: 2,
  path: 'operation',
  singleKeys: true,
  invariantFilter: '',
  left: 'path',
  main: 'state',
  manyLines: false,
  objectFilter: '',
  around: false,
  compact: false,
  zoom: 1,
  timeSpan: 'run',
  watches: [],
};

/** What a former webview left, or the defaults when there is none or it is not understood. */
export function restored(state: unknown): Saved {
  const result = v.safeParse(saved, state);
  return result.success ? result.output : DEFAULTS;
}
