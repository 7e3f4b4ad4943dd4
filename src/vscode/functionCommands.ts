/**
 * Commands about the function under the cursor or of a lens: its steps, its invariants, its places.
 */
import * as vscode from 'vscode';
import type { InvariantInfo } from '../trace/evaluation';
import { findPlaces } from './anchorPlaces';
import { TITLES } from './commandIds';
import type { Explorer } from './explorerPanel';
import type { FunctionCatalogue } from './functionCatalogue';
import { whenSentence } from './hoverText';
import type { InvariantFocus } from './invariantFocus';
import { sameTree } from './kernelTree';
import type { Log } from './log';
import { Notice } from './notice';
import { choose } from './runCommands';
import type { RunControl } from './runControl';
import type { Session } from './session';
import type { SourceService } from './sourceService';
import type { SourceView } from './sourceView';
import { Store } from './store';

export interface FunctionCommandParts {
  readonly catalogue: FunctionCatalogue;
  readonly control: RunControl;
  readonly session: Session;
  readonly sources: SourceService;
  readonly view: SourceView;
  readonly explorer: Explorer;
  readonly focus: InvariantFocus;
  readonly log: Log;
}

export function registerFunctionCommands(parts: FunctionCommandParts): vscode.Disposable {
  const store = new Store();
  const { log } = parts;
  store.add(
    log.command('rmapLens.showFunctionInSimulation', TITLES['rmapLens.showFunctionInSimulation'], () =>
      showFunction(parts),
    ),
  );
  store.add(
    log.command(
      'rmapLens.showInvariants',
      TITLES['rmapLens.showInvariants'],
      (role: unknown, root: unknown) =>
        typeof role === 'string' && typeof root === 'string' ? showInvariants(parts, role, root) : undefined,
    ),
  );
  return store;
}

/** To the next step inside the function under the cursor, in the current run or in a sample that reaches it. */
async function showFunction({ catalogue, control, session, explorer }: FunctionCommandParts): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const file = editor ? await catalogue.inDocument(editor.document) : null;
  if (!editor || !file) throw new Notice('Put the cursor into a function of a kernel tree first.');
  const found = await catalogue.functionAt(file, editor.document, editor.selection.active);
  if (!found) {
    throw new Notice('This function is not simulated. “Rmap: Run Function…” lists the ones that are.');
  }
  const { current, position } = session;
  if (current?.tree && sameTree(current.tree, file.tree)) {
    const steps = current.trace.steps.filter((step) => step.anchor?.role === found);
    const next = steps.find((step) => step.number > position) ?? steps[0];
    if (next) {
      session.seek(next.number);
      explorer.open({ focus: true });
      return;
    }
  }
  await control.runFunction(found, null, file.tree);
  explorer.open({ focus: true });
}

const ICONS = { holds: '$(pass)', suspended: '$(circle-slash)', violated: '$(error)' } as const;

/** Lists the invariants of a function with their status; the chosen one is lit up and shown in the source. */
async function showInvariants(parts: FunctionCommandParts, role: string, root: string): Promise<void> {
  const { catalogue, control, session, sources, view, focus } = parts;
  const tree = await sources.trees.at(vscode.Uri.parse(root, true));
  await control.prepareUses(tree);
  const chosen = await choose<InvariantInfo>(
    `Invariants of ${role}()`,
    'What must hold, and why. Choose one to read about it where it stands in the source',
    catalogue.invariantsOf(role, tree).map((value) => {
      const status = session.statusOf(value.id)?.status;
      return {
        label: `${status ? `${ICONS[status]} ` : ''}${value.title}`,
        description: `${value.id} · ${whenSentence(value.when)}`,
        detail: `${value.statement} ${value.why}`,
        value,
      };
    }),
  );
  focus.focus(chosen.id, 'editor');
  const facts = await sources.facts(tree);
  for (const place of chosen.places) await facts.ensureRole(place.role);
  const places = findPlaces(await sources.facts(tree), chosen);
  const inFunction = chosen.places.findIndex((place) => place.role === role);
  const place = places[inFunction] ?? places[0];
  if (!place) throw new Notice(`${chosen.id} stands nowhere in this tree.`, 'info');
  await view.reveal(tree, place.location, { focus: true });
  await vscode.commands.executeCommand('editor.action.showHover', { focus: 'noAutoFocus' });
}
