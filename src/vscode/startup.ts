/**
 * Ways to begin with something on screen: `npm start` (RMAP_LENS_START=1) and `vscode://rmap-lens.rmap-lens/start`.
 */
import * as vscode from 'vscode';
import type { Explorer } from './explorerPanel';
import { type KernelTree, uriInTree } from './kernelTree';
import type { Log } from './log';
import type { RunControl } from './runControl';
import type { Session } from './session';
import type { SourceService } from './sourceService';

/** The sample that newcomers see first. */
const FIRST_SAMPLE = 'fork-of-a-fork';
const FIRST_FILE = 'mm/rmap.c';
/** Where they first see it stand. */
const FIRST_ROLE = 'anon_vma_clone';

export interface StartupParts {
  readonly control: RunControl;
  readonly session: Session;
  readonly sources: SourceService;
  readonly explorer: Explorer;
  readonly log: Log;
}

/** Shows mm/rmap.c of the open tree and, beside it, the explorer with a sample. */
export async function start(parts: StartupParts, sample: string | null, step: number | null): Promise<void> {
  const { control, session, sources, explorer } = parts;
  const tree = await sources.trees.primary();
  if (tree) await showFile(tree);
  const known = control.samples.map(({ id }) => id);
  const id = [sample, FIRST_SAMPLE, known.find((one) => one.includes('fork')), known[0]].find(
    (one) => one !== null && one !== undefined && known.includes(one),
  );
  if (id) {
    const run = await control.runSample(id, { tree });
    const first = run.trace.steps.find(({ anchor }) => anchor?.role === FIRST_ROLE)?.number;
    session.seek(step ?? first ?? 0);
  }
  explorer.open({ focus: false });
}

async function showFile(tree: KernelTree): Promise<void> {
  const uri = uriInTree(tree.root, FIRST_FILE);
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), {
    viewColumn: vscode.ViewColumn.One,
    preview: false,
  });
}

/** `/start?sample=ID&step=N`, people's count of steps. Anything else is ignored. */
export function registerUriHandler(parts: StartupParts): vscode.Disposable {
  return vscode.window.registerUriHandler({
    handleUri: async (uri) => {
      if (uri.path !== '/start') {
        parts.log.warn(`Nothing answers ${uri.path}`);
        return;
      }
      try {
        const query = new URLSearchParams(uri.query);
        const step = Number(query.get('step') ?? '');
        await start(parts, query.get('sample'), Number.isInteger(step) && step > 0 ? step - 1 : null);
      } catch (error) {
        parts.log.report('Starting from a link', error);
      }
    },
  });
}
