/**
 * Checks of what the host receives from the explorer, before it looks at it. They stand apart from those of the other way, so
 * that the explorer's bundle has only its own.
 */
import * as v from 'valibot';
import { name, operation, pictureFormat } from './buildingValidation';
import type { WebviewMessage } from './messages';
import { type Checked, check, count, location, MAX_LINES, position, text } from './validation';

/** Largest picture that is taken, in characters. */
export const MAX_PICTURE = 40_000_000;

const change = v.variant('kind', [
  v.object({ kind: v.literal('insert'), after: position, operation }),
  v.object({ kind: v.literal('replace'), index: count, operation }),
  v.object({ kind: v.literal('remove'), index: count }),
  v.object({ kind: v.literal('move'), index: count, by: v.picklist([1, -1]) }),
]);

const textFormat = v.picklist(['mail', 'markdown', 'json', 'scenario']);

/** Of `building.ts`. */
const BUILDING_SCHEMAS = [
  v.object({ type: v.literal('watchBuilding'), open: v.boolean() }),
  v.object({ type: v.literal('newScenario') }),
  v.object({
    type: v.literal('preview'),
    request: count,
    after: position,
    process: v.nullable(name),
    operation: v.nullable(operation),
  }),
  v.object({ type: v.literal('edit'), version: count, change }),
  v.object({ type: v.literal('undoEdit') }),
  v.object({ type: v.literal('saveScenario') }),
  v.object({ type: v.literal('branch'), runId: count, at: count, operation, rest: v.boolean() }),
  v.object({ type: v.literal('keepRun') }),
  v.object({ type: v.literal('compare'), a: name, b: name }),
  v.object({
    type: v.literal('copyText'),
    what: v.picklist(['mail', 'markdown', 'json', 'scenario', 'comparison']),
  }),
  v.object({ type: v.literal('saveText'), what: textFormat }),
  v.object({
    type: v.literal('picture'),
    format: pictureFormat,
    data: v.pipe(v.string(), v.maxLength(MAX_PICTURE)),
  }),
] as const;

const webviewMessage: v.GenericSchema<unknown, WebviewMessage> = v.variant('type', [
  ...BUILDING_SCHEMAS,
  v.object({ type: v.literal('ready'), protocol: count }),
  v.object({ type: v.literal('openSample'), id: text }),
  v.object({ type: v.literal('setProfile'), id: text }),
  v.object({ type: v.literal('seek'), runId: count, step: position }),
  v.object({ type: v.literal('hoverInvariant'), id: v.nullable(text) }),
  v.object({ type: v.literal('reveal'), location }),
  v.pipe(
    v.object({ type: v.literal('lines'), runId: count, file: text, from: count, to: count }),
    v.check(({ from, to }) => from < to && to - from <= MAX_LINES, 'too many lines at once, or none'),
  ),
  v.object({ type: v.literal('chooseEngine') }),
  v.object({ type: v.literal('showDifference') }),
  v.object({ type: v.literal('showEditEffect') }),
  v.object({ type: v.literal('chooseTree') }),
  v.object({ type: v.literal('openScenario'), line: v.nullable(v.pipe(count, v.minValue(1))) }),
  v.object({ type: v.literal('keep'), state: text }),
  v.object({ type: v.literal('failed'), message: text }),
]);

/** Checks what the host received. */
export function checkWebviewMessage(input: unknown): Checked<WebviewMessage> {
  return check(webviewMessage, input, 'the explorer');
}
