/**
 * Commands about the function under the cursor or of a lens: its steps, its invariants, its places.
 */
import * as vscode from 'vscode';
import type { InvariantInfo } from '../trace/evaluation';
import { TITLES } from './commandIds';
import type { Explorer } from './explorerPanel';
import type { FunctionCatalogue } from './functionCatalogue';
import { whenSentence } from './hoverText';
import type { InvariantFocus } from './invariantFocus';
import { type KernelTree, sameTree } from './kernelTree';
import type { Log } from './log';
import { Notice } from './notice';
import { revealInvariant } from './revealInvariant';
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
      async (role: unknown, root: unknown) => {
        const isTold = typeof role === 'string' && typeof root === 'string';
        const tree = isTold ? await parts.sources.trees.at(vscode.Uri.parse(root, true)) : null;
        return showInvariants(parts, tree ? { role: String(role), tree } : await functionAtCursor(parts));
      },
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

interface FunctionHere {
  readonly role: string;
  readonly tree: KernelTree;
}

/** The function that the cursor of the active editor is on, or in. */
async function functionAtCursor({ catalogue }: FunctionCommandParts): Promise<FunctionHere> {
  const editor = vscode.window.activeTextEditor;
  const file = editor ? await catalogue.inDocument(editor.document) : null;
  if (!editor || !file) throw new Notice('Put the cursor into a function of a kernel tree first.');
  const role = catalogue.roleAt(file, editor.document, editor.selection.active);
  if (role === null)
    throw new Notice(
      'No invariant is known of what the cursor is on: put it into a function of the Reverse Map view.',
    );
  return { role, tree: file.tree };
}

/** Lists the invariants of a function with their status; the chosen one is lit up and shown in the source. */
async function showInvariants(parts: FunctionCommandParts, { role, tree }: FunctionHere): Promise<void> {
  const { catalogue, control, session } = parts;
  await control.prepareUses(tree);
  if (catalogue.invariantsOf(role, tree).length === 0)
    throw new Notice(`${role}() asserts, documents, keeps and relies on no invariant that is known.`, 'info');
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
  await revealInvariant(parts, tree, role, chosen);
  await vscode.commands.executeCommand('editor.action.showHover', { focus: 'noAutoFocus' });
}
