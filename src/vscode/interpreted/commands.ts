/** Commands about the text of the tree as an engine: which engine runs, what an edit changes, where the simulation differs. */
import type * as vscode from 'vscode';
import { compareTraces, partingStep } from '../../trace/compare';
import type { Building } from '../building';
import { TITLES } from '../commandIds';
import { CURRENT } from '../comparisons';
import type { Explorer } from '../explorerPanel';
import type { Log } from '../log';
import { Notice } from '../notice';
import { choose } from '../runCommands';
import type { RunControl } from '../runControl';
import type { Session } from '../session';
import type { SourceService } from '../sourceService';
import { Store } from '../store';
import type { AgreementCheck, Difference } from './agreement';
import type { EngineChoice, Engines } from './engines';
import type { LiveEdits } from './liveEdits';

export interface InterpretedCommandParts {
  readonly control: RunControl;
  readonly session: Session;
  readonly sources: SourceService;
  readonly explorer: Explorer;
  readonly building: Building;
  readonly engines: Engines;
  readonly edits: LiveEdits;
  readonly agreement: AgreementCheck;
  readonly log: Log;
}

const CHOICES: readonly { readonly value: EngineChoice; readonly label: string; readonly detail: string }[] =
  [
    {
      value: 'auto',
      label: 'Automatic',
      detail:
        'The simulation, and the text of the open tree once it was edited or was found to differ from it',
    },
    {
      value: 'simulation',
      label: 'Simulation',
      detail: 'A model of the kernel, with a sentence for every step',
    },
    {
      value: 'interpreter',
      label: 'Text of the open tree',
      detail: 'The C of mm/rmap.c and its callers as it stands in the editor, unsaved edits included',
    },
  ];

export function registerInterpretedCommands(parts: InterpretedCommandParts): vscode.Disposable {
  const { log, engines, control } = parts;
  const store = new Store();
  store.add(
    log.command('rmapLens.chooseEngine', TITLES['rmapLens.chooseEngine'], async (id: unknown) => {
      const known = CHOICES.find(({ value }) => value === id)?.value;
      const current = engines.choice;
      const items = CHOICES.map((choice) => ({
        ...choice,
        description: choice.value === current ? 'current' : '',
      }));
      await engines.choose(known ?? (await choose('Choose Engine', 'What runs scenarios', items)));
      await control.runAgain();
    }),
  );
  store.add(
    log.command('rmapLens.showEditEffect', TITLES['rmapLens.showEditEffect'], () => showEditEffect(parts)),
  );
  store.add(
    log.command('rmapLens.showDifference', TITLES['rmapLens.showDifference'], () => showDifference(parts)),
  );
  store.add(
    log.command('rmapLens.acceptEdits', TITLES['rmapLens.acceptEdits'], async () => {
      const tree = await treeOf(parts);
      await engines.texts.accept(tree);
      throw new Notice('From now on edits are compared with the text as it stands.', 'info');
    }),
  );
  return store;
}

async function treeOf({ session, sources }: InterpretedCommandParts) {
  const tree = session.current?.tree ?? (await sources.trees.primary());
  if (!tree) throw new Notice('Open a kernel tree, or set rmapLens.kernelPath, to run its text.');
  return tree;
}

async function showEditEffect({
  session,
  edits,
  building,
  explorer,
}: InterpretedCommandParts): Promise<void> {
  await edits.settled();
  const { effect } = edits;
  const run = session.current;
  if (edits.stale !== null) throw new Notice(`The text as it stands cannot be run: ${edits.stale}`);
  if (!effect || !run)
    throw new Notice('Nothing was edited since the tree was opened, or nothing runs on its text.', 'info');
  const id = building.parts.comparisons.offer(`${run.title}, before the edit`, effect.before);
  explorer.open({ focus: false });
  building.showComparison(id, CURRENT, explorer.isReady);
}

async function showDifference(parts: InterpretedCommandParts): Promise<void> {
  const { agreement, building, explorer, control, session } = parts;
  const tree = await treeOf(parts);
  const state = agreement.state ?? (await agreement.check(tree));
  if (!state) throw new Notice('The comparison was interrupted: try again.', 'info');
  if (state.state !== 'differs') throw new Notice(`${sentence(state.text)}`, 'info');
  const { sample, simulation, interpreter } = await chooseDifference(state.differences);
  const { run } = await control.runSample(sample.id, { tree });
  const { comparisons } = building.parts;
  // the one that is on show now can be gone through from the comparison
  const isText = run.trace.engine === 'interpreter';
  const a = isText ? comparisons.offer(`${sample.title}, simulation`, simulation) : CURRENT;
  const b = isText ? CURRENT : comparisons.offer(`${sample.title}, text of the tree`, interpreter);
  explorer.open({ focus: false });
  building.showComparison(a, b, explorer.isReady);
  const other = isText ? simulation : interpreter;
  const step = partingStep(other.trace, run.trace, compareTraces(other.trace, run.trace));
  if (step !== null) session.seek(step);
}

async function chooseDifference(differences: readonly Difference[]): Promise<Difference> {
  const [only, more] = differences;
  if (only && !more) return only;
  return choose(
    'Simulation and Text Differ',
    'Which scenario to look at',
    differences.map((value) => ({ label: value.sample.title, detail: value.sentence, value })),
  );
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`;
}
