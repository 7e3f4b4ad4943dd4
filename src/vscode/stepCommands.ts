/**
 * Commands that move in the current run.
 */
import type * as vscode from 'vscode';
import { type CommandId, TITLES } from './commandIds';
import type { Log } from './log';
import { Notice } from './notice';
import type { RunPlaces } from './runPlaces';
import type { Session } from './session';
import type { SourceView } from './sourceView';
import { Store } from './store';

const NO_RUN = 'Nothing is running. “Rmap: Run Sample…” or the lens above a simulated function starts a run.';

export function registerStepCommands(
  session: Session,
  places: RunPlaces,
  view: SourceView,
  log: Log,
): vscode.Disposable {
  const store = new Store();
  const moving = (id: CommandId, move: () => boolean) =>
    store.add(
      log.command(id, TITLES[id], () => {
        if (!session.current) throw new Notice(NO_RUN, 'info');
        move();
      }),
    );
  moving('rmapLens.stepForward', () => session.stepForward());
  moving('rmapLens.stepBack', () => session.stepBack());
  moving('rmapLens.stepOver', () => session.stepOver());
  moving('rmapLens.stepOut', () => session.stepOut());
  moving('rmapLens.nextOperation', () => session.nextOperation());
  moving('rmapLens.previousOperation', () => session.previousOperation());
  moving('rmapLens.goToStart', () => session.toStart());
  moving('rmapLens.goToEnd', () => session.toEnd());

  store.add(
    log.command('rmapLens.nextViolation', TITLES['rmapLens.nextViolation'], () => {
      const { current } = session;
      if (!current) throw new Notice(NO_RUN, 'info');
      if (session.nextViolation()) return;
      const any = current.run.evaluation.violations.length > 0;
      throw new Notice(
        any ? 'No invariant is found violated after this step.' : 'No invariant is violated in this run.',
        'info',
      );
    }),
  );
  store.add(
    log.command('rmapLens.seek', TITLES['rmapLens.seek'], (runId: unknown, step: unknown) => {
      if (typeof runId !== 'number' || typeof step !== 'number') return;
      if (session.current?.runId !== runId) throw new Notice('That run has been closed.', 'info');
      session.seek(step);
    }),
  );
  store.add(
    log.command('rmapLens.showStepInSource', TITLES['rmapLens.showStepInSource'], async () => {
      const run = session.current;
      if (!run) throw new Notice(NO_RUN, 'info');
      await places.ready();
      const place = places.current();
      if (!place) throw new Notice('The run stands before its first step: step forward first.', 'info');
      if ('missing' in place)
        throw new Notice(`The current step has no place in the source: ${place.missing}.`);
      if (run.tree) await view.reveal(run.tree, place.location, { focus: true });
    }),
  );
  store.add(log.command('rmapLens.stopRun', TITLES['rmapLens.stopRun'], () => session.stop()));
  return store;
}
