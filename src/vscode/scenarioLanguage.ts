/**
 * What the editor offers in scenario files: completion, hovers, formatting, outline, fixes.
 */
import type * as vscode from 'vscode';
import type { Log } from './log';
import type { RunControl } from './runControl';
import { ScenarioCompletion } from './scenarioCompletion';
import { registerScenarioEditing } from './scenarioEditing';
import { ScenarioHover } from './scenarioHover';
import { ScenarioRuns } from './scenarioRuns';
import type { Session } from './session';
import type { SourceService } from './sourceService';
import { Store } from './store';

export interface ScenarioLanguageParts {
  readonly control: RunControl;
  readonly session: Session;
  readonly sources: SourceService;
  readonly log: Log;
}

export function registerScenarioLanguage(parts: ScenarioLanguageParts): vscode.Disposable {
  const { control, session, sources, log } = parts;
  const store = new Store();
  const runs = store.add(new ScenarioRuns(session, control, sources));
  store.add(new ScenarioCompletion(control, sources, log).register());
  store.add(new ScenarioHover(runs, control, log).register());
  store.add(registerScenarioEditing(runs, control.simulator, log));
  return store;
}
