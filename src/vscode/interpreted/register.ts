/** Puts together what runs the text of the tree: engines, edits, the comparison with the simulation, and where they show. */
import type * as vscode from 'vscode';
import type { TextState } from '../../protocol/messages';
import type { StatusBar } from '../statusBar';
import { Store } from '../store';
import type { AgreementCheck } from './agreement';
import { type InterpretedCommandParts, registerInterpretedCommands } from './commands';
import type { LiveEdits } from './liveEdits';
import { TextProblems } from './textProblems';

export interface InterpretedParts extends InterpretedCommandParts {
  readonly status: StatusBar;
}

export function registerInterpreted(parts: InterpretedParts): vscode.Disposable {
  const { edits, agreement, explorer, status, session } = parts;
  const store = new Store();
  store.add(registerInterpretedCommands(parts));
  store.add(new TextProblems(session, edits));
  const show = (): void => {
    explorer.setTextState(textState(edits, agreement));
    status.setAgreement(agreement.state);
  };
  store.add(edits.onDidChange(show));
  store.add(agreement.onDidChange(show));
  store.add(session.onDidChangeRun(show));
  return store;
}

function textState({ stale, effect }: LiveEdits, { state }: AgreementCheck): TextState {
  return {
    agreement: state && { state: state.state, text: state.text },
    stale,
    effect: effect && { change: changeOf(effect), text: effect.sentence },
  };
}

function changeOf({
  broken,
  comparison,
}: NonNullable<LiveEdits['effect']>): 'none' | 'outcome' | 'violation' {
  if (broken.length > 0) return 'violation';
  return comparison.first || comparison.firstWay ? 'outcome' : 'none';
}
