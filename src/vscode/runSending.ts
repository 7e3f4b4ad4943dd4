/**
 * Sends a run to the explorer: whole when it is short, in parts when it is long, each when the one before has arrived.
 */
import type { HostMessage, RunData } from '../protocol/messages';
import { headOf, isLong, partsOf } from '../protocol/parts';

/** Resolves when the page has the message; false: it never will. */
export type Send = (message: HostMessage) => Thenable<boolean>;

/**
 * @param wanted whether this run is still the one to show; asked before each part
 */
export async function sendRun(run: RunData, step: number, send: Send, wanted: () => boolean): Promise<void> {
  if (!isLong(run)) {
    await send({ type: 'run', run, step });
    return;
  }
  await send({ type: 'runBegins', run: headOf(run), step, total: run.trace.steps.length });
  for (const part of partsOf(run)) {
    if (!wanted() || !(await send({ type: 'runPart', part }))) return;
  }
}
