/**
 * Commands for building, branching, comparing and exporting; the same as in the explorer, for the palette.
 */
import * as vscode from 'vscode';
import type { PictureFormat, TextFormat } from '../protocol/building';
import { faultsText, operationAt, withFault } from '../scenario/branch';
import { allocationsOf, faultText } from '../trace/allocations';
import type { Building } from './building';
import { TITLES } from './commandIds';
import { CURRENT } from './comparisons';
import type { Explorer } from './explorerPanel';
import type { Log } from './log';
import { Notice } from './notice';
import { choose } from './runCommands';
import type { CurrentRun } from './session';
import { Store } from './store';

interface Parts {
  readonly building: Building;
  readonly explorer: Explorer;
  readonly log: Log;
}

export function registerBuildingCommands(parts: Parts): vscode.Disposable {
  const { building, explorer, log } = parts;
  const { builder, comparisons, export: exporting, session } = building.parts;
  const store = new Store();
  const show = (panel: string, operation: number | null = null) => {
    explorer.open({ focus: true });
    building.bring({ type: 'openPanel', dock: 'main', panel, operation }, explorer.isReady);
  };
  store.add(
    log.command('rmapLens.buildScenario', TITLES['rmapLens.buildScenario'], async () => {
      if (!session.current) await builder.create();
      show('build');
    }),
  );
  store.add(
    log.command('rmapLens.branchHere', TITLES['rmapLens.branchHere'], () => {
      running(session.current);
      show('build', Math.max(0, session.step?.operation ?? 0));
    }),
  );
  store.add(
    log.command('rmapLens.failAllocation', TITLES['rmapLens.failAllocation'], async (fault: unknown) => {
      const id = await whatIf(parts, typeof fault === 'string' ? fault : null);
      explorer.open({ focus: true });
      building.showComparison(CURRENT, id, explorer.isReady);
    }),
  );
  store.add(
    log.command('rmapLens.keepRun', TITLES['rmapLens.keepRun'], () => {
      running(session.current);
      comparisons.keep();
      throw new Notice('The run is kept: “Rmap: Compare Runs or Kernels…” offers it from now on.', 'info');
    }),
  );
  store.add(
    log.command('rmapLens.compareRuns', TITLES['rmapLens.compareRuns'], async (other: unknown) => {
      running(session.current);
      const id = typeof other === 'string' ? other : await chooseOther(building);
      explorer.open({ focus: true });
      building.showComparison(CURRENT, id, explorer.isReady);
    }),
  );
  store.add(
    log.command('rmapLens.copyRun', TITLES['rmapLens.copyRun'], async (what: unknown) => {
      running(session.current);
      const format = isTextFormat(what) ? what : await choose('Copy Run', 'Form of the text', TEXTS);
      await vscode.env.clipboard.writeText(await exporting.text(format));
    }),
  );
  store.add(
    log.command('rmapLens.exportRun', TITLES['rmapLens.exportRun'], async (what: unknown, to: unknown) => {
      running(session.current);
      const format =
        isTextFormat(what) || isPicture(what) ? what : await choose('Export Run', 'Form of the file', ALL);
      const target = typeof to === 'string' ? vscode.Uri.parse(to, true) : null;
      if (isTextFormat(format)) {
        const text = await exporting.text(format);
        await exporting.save(format, new TextEncoder().encode(text), target);
        return;
      }
      explorer.open({ focus: false });
      await exporting.save(format, await building.picture(format, explorer.isReady), target);
    }),
  );
  return store;
}

const TEXTS: readonly { readonly label: string; readonly detail: string; readonly value: TextFormat }[] = [
  {
    label: 'Plain text for a mail',
    detail: 'At most 75 columns, with the objects drawn in ASCII',
    value: 'mail',
  },
  { label: 'Markdown', detail: 'With the drawing and the scenario in code blocks', value: 'markdown' },
  { label: 'JSON', detail: 'What rmap-lens run --format json prints', value: 'json' },
  { label: 'Scenario', detail: 'The .rmap text', value: 'scenario' },
];

const ALL: readonly {
  readonly label: string;
  readonly detail: string;
  readonly value: TextFormat | PictureFormat;
}[] = [
  { label: 'SVG', detail: 'The picture of the current step, to scale and to edit', value: 'svg' },
  { label: 'PNG', detail: 'The picture of the current step', value: 'png' },
  ...TEXTS,
];

function isTextFormat(value: unknown): value is TextFormat {
  return TEXTS.some((known) => known.value === value);
}

function isPicture(value: unknown): value is PictureFormat {
  return value === 'svg' || value === 'png';
}

function running(current: CurrentRun | null): CurrentRun {
  if (!current) throw new Notice('Nothing is running. “Rmap: Run Sample…” starts a run.', 'info');
  return current;
}

/** A branch in which an allocation of the operation at the cursor fails. `fault`: `avc:2`. */
async function whatIf({ building }: Parts, fault: string | null): Promise<string> {
  const { session, comparisons } = building.parts;
  const current = running(session.current);
  const at = Math.max(0, session.step?.operation ?? 0);
  const operation = operationAt(current.text, at);
  const choices = allocationsOf(current.trace, at);
  const text = current.trace.operations[at]?.text ?? '';
  if (!operation || choices.length === 0)
    throw new Notice(
      `${text === '' ? 'This run' : text} allocates nothing: step to another operation.`,
      'info',
    );
  const chosen =
    choices.find(({ kind, nth }) => `${kind}:${nth}` === fault) ??
    (await choose(
      `What if an allocation fails in ${text}?`,
      `In this run ${faultsText(operation.faults)}`,
      choices.map((value) => ({
        label: faultText({ kind: value.kind, nth: value.nth, nowait: false }),
        description: `${value.caller === null ? '' : `${value.caller}() → `}${value.function}()`,
        detail: `${value.text} · ${value.flags.join(', then ')}${value.failed ? ' · fails in this run' : ''}`,
        value,
      })),
    ));
  return comparisons.branch(
    at,
    withFault(operation, { kind: chosen.kind, nth: chosen.nth, nowait: false }),
    false,
  );
}

async function chooseOther(building: Building): Promise<string> {
  const others = building.parts.comparisons.list().filter(({ id }) => id !== CURRENT);
  const choices = others.flatMap(({ id, name, group }, at) => [
    ...(group === others[at - 1]?.group
      ? []
      : [{ label: group, kind: vscode.QuickPickItemKind.Separator, value: id }]),
    { label: name, value: id },
  ]);
  return choose('Compare Runs or Kernels', 'What the run on show is compared with', choices);
}
