/**
 * The ways through a run that a button and a key share: what each is called, its key, and where it leads.
 */
import type { Trace } from '../../trace/trace';
import { nextOperation, previousOperation, stepOut, stepOutBack, stepOver, stepOverBack } from './navigation';

export interface Move {
  readonly id:
    | 'first'
    | 'previousOperation'
    | 'stepOutBack'
    | 'stepOverBack'
    | 'back'
    | 'forward'
    | 'stepOver'
    | 'stepOut'
    | 'nextOperation'
    | 'last';
  readonly label: string;
  /** For people, and as `event.key` gives it. */
  readonly keys: string;
  readonly key: string;
  /** Only with Shift. */
  readonly shift: boolean;
  /** The position it leads to; null when it leads nowhere. */
  to(trace: Trace, at: number): number | null;
}

const lastOf = ({ steps }: Trace, at: number) => (at < steps.length - 1 ? steps.length - 1 : null);

const move = (
  id: Move['id'],
  label: string,
  keys: string,
  key: string,
  to: Move['to'],
  shift = false,
): Move => ({ id, label, keys, key, to, shift });

const BACK: readonly Move[] = [
  move('first', 'To the start', 'Home', 'Home', (_, at) => (at < 0 ? null : -1)),
  move('previousOperation', 'To the operation before', 'Shift ←', 'ArrowLeft', previousOperation, true),
  move('stepOutBack', 'Back out of the function', 'Shift U', 'U', ({ steps }, at) => stepOutBack(steps, at)),
  move('stepOverBack', 'Step back over calls', 'Shift O', 'O', ({ steps }, at) => stepOverBack(steps, at)),
  move('back', 'Step back', '←', 'ArrowLeft', (_, at) => (at < 0 ? null : at - 1)),
];

const FORWARD: readonly Move[] = [
  move('forward', 'Step forward', '→', 'ArrowRight', ({ steps }, at) =>
    at < steps.length - 1 ? at + 1 : null,
  ),
  move(
    'stepOver',
    'Step over calls',
    'O',
    'o',
    (trace, at) => stepOver(trace.steps, at) ?? lastOf(trace, at),
  ),
  move('stepOut', 'Out of the function', 'U', 'u', ({ steps }, at) => stepOut(steps, at)),
  move('nextOperation', 'To the end of the next operation', 'Shift →', 'ArrowRight', nextOperation, true),
  move('last', 'To the end', 'End', 'End', lastOf),
];

/** From the start of the run to its end, as the buttons stand. */
export const MOVES = { back: BACK, forward: FORWARD };

const ALL = [...BACK, ...FORWARD];

/** Is it a key of a single character? Those can be switched off. */
export const isSingle = ({ key }: Move): boolean => key.length === 1;

/** The move of a pressed key. Letters have Shift in them already. */
export function moveOfKey(key: string, shift: boolean): Move | null {
  const moves = ALL.filter((one) => one.key === key);
  return moves.find((one) => one.shift === shift) ?? moves[0] ?? null;
}
