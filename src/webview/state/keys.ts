/**
 * The keys that work anywhere in the explorer.
 */
import { isSingle, moveOfKey } from '../model/moves';
import { nextViolation } from '../model/navigation';
import type { Player } from './player';
import type { Session } from './session';

export interface KeyHelp {
  readonly keys: string;
  readonly does: string;
}

export const KEYS: readonly KeyHelp[] = [
  { keys: '← →', does: 'one step back, forward' },
  { keys: 'Shift ← →', does: 'to the end of the operation before, of the next' },
  { keys: 'o u', does: 'over the call, out of the function; with Shift: back' },
  { keys: 'Home End', does: 'before the first step, to the last' },
  { keys: 'Space', does: 'play, pause' },
  { keys: 'v', does: 'next violation' },
  { keys: 'c', does: 'next change of what is selected' },
  { keys: '/', does: 'find a step' },
  { keys: ', .', does: 'one step back, forward, also while arrows move inside a picture' },
  { keys: 'Tab', does: 'to the next view; arrows move inside it' },
  { keys: 'Enter', does: 'select what the focus is on: its fields stay on show' },
  { keys: 'Esc', does: 'close what is open, take the selection away' },
  { keys: '?', does: 'these keys' },
];

export interface KeyActions {
  find(): void;
  help(): void;
  /** Closes a card or a selection. */
  escape(): void;
  nextChange(): void;
}

/** Handles a key. Returns false when it means nothing here. */
export function handleKey(
  event: KeyboardEvent,
  session: Session,
  player: Player,
  actions: KeyActions,
): boolean {
  const run = session.run.peek();
  if (event.ctrlKey || event.metaKey || event.altKey || takesText(event.target)) return false;
  const { trace } = run?.data ?? {};
  const at = session.position.peek();
  const go = (position: number | null): true => {
    player.stop();
    if (position !== null) session.moveTo(position);
    return true;
  };
  const move = moveOfKey(event.key, event.shiftKey);
  if (event.key === 'Escape') {
    actions.escape();
    return true;
  }
  const { singleKeys } = session.settings.peek();
  if (move && (singleKeys || !isSingle(move))) return trace ? go(move.to(trace, at)) : false;
  if (!singleKeys) return false;
  switch (event.key) {
    case ' ':
      if (isPressable(event.target)) return false;
      player.toggle();
      return true;
    case ',':
      return trace ? go(at - 1) : false;
    case '.':
      return trace ? go(at + 1) : false;
    case 'v':
      return run ? go(nextViolation(run.data.violations, at)) : false;
    case 'c':
      actions.nextChange();
      return true;
    case '/':
      actions.find();
      return true;
    case '?':
      actions.help();
      return true;
    default:
      return false;
  }
}

function takesText(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest('input, select, textarea, [role="listbox"]') !== null
  );
}

/** Space presses a button that has the focus. */
function isPressable(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('button, [role="option"]') !== null;
}
