/**
 * Commands that start a run, and the choices they offer.
 */
import * as vscode from 'vscode';
import type { Sample } from '../scenario/samples';
import { TITLES } from './commandIds';
import type { Explorer } from './explorerPanel';
import { functionText } from './functionTexts';
import type { KernelTree } from './kernelTree';
import type { Log } from './log';
import { Notice } from './notice';
import type { FunctionUse } from './recordings';
import type { RunControl } from './runControl';
import { sampleIdOf } from './sampleDocuments';
import type { Session } from './session';
import type { ProfileInfo } from './simulator';
import type { SourceService } from './sourceService';
import { Store } from './store';

interface Choice<T> extends vscode.QuickPickItem {
  readonly value: T;
}

/** Lets a person choose; stops the command silently when nothing is chosen. */
export async function choose<T>(
  title: string,
  placeHolder: string,
  choices: readonly Choice<T>[],
): Promise<T> {
  const chosen = await vscode.window.showQuickPick(choices, {
    title,
    placeHolder,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (!chosen) throw new vscode.CancellationError();
  return chosen.value;
}

export interface RunCommandParts {
  readonly control: RunControl;
  readonly session: Session;
  readonly sources: SourceService;
  readonly explorer: Explorer;
  readonly log: Log;
}

export function registerRunCommands(parts: RunCommandParts): vscode.Disposable {
  const { control, session, explorer, log } = parts;
  const store = new Store();
  store.add(log.command('rmapLens.openExplorer', TITLES['rmapLens.openExplorer'], () => explorer.open()));
  store.add(
    log.command(
      'rmapLens.runSample',
      TITLES['rmapLens.runSample'],
      async (id: unknown, step: unknown, root: unknown) => {
        const sample = typeof id === 'string' ? control.sample(id) : await chooseSample(control.samples);
        const tree = await treeAt(parts, root);
        await control.runSample(sample.id, { tree, ...(typeof step === 'number' ? { position: step } : {}) });
        explorer.open({ focus: false });
      },
    ),
  );
  store.add(
    log.command(
      'rmapLens.runFunction',
      TITLES['rmapLens.runFunction'],
      (role: unknown, sampleId: unknown, root: unknown, step: unknown) =>
        runFunction(parts, { role, sampleId, root, step }),
    ),
  );
  store.add(
    log.command('rmapLens.runScenario', TITLES['rmapLens.runScenario'], async (target: unknown) => {
      const document = await scenarioDocument(target);
      const sample = sampleIdOf(document.uri);
      if (sample === null) await control.runDocument(document);
      else await control.runSample(sample);
      explorer.open({ focus: false });
    }),
  );
  store.add(
    log.command('rmapLens.chooseProfile', TITLES['rmapLens.chooseProfile'], async (id: unknown) => {
      const tree = session.current ? session.current.tree : await parts.sources.trees.primary();
      await control.chooseProfile(typeof id === 'string' ? id : await chooseProfile(control, tree));
    }),
  );
  store.add(log.command('rmapLens.showLog', TITLES['rmapLens.showLog'], () => log.show()));
  return store;
}

interface FunctionArguments {
  readonly role: unknown;
  readonly sampleId: unknown;
  readonly root: unknown;
  readonly step: unknown;
}

/** The tree that a link names by its root, else the open one. */
function treeAt({ sources }: RunCommandParts, root: unknown): Promise<KernelTree | null> {
  return typeof root === 'string' ? sources.trees.at(vscode.Uri.parse(root, true)) : sources.trees.primary();
}

async function runFunction(
  parts: RunCommandParts,
  { role, sampleId, root, step }: FunctionArguments,
): Promise<void> {
  const { control, session, explorer } = parts;
  const tree = await treeAt(parts, root);
  // a lens knows both: nothing else has to be run for it
  const isTold = typeof role === 'string' && typeof sampleId === 'string';
  if (!isTold) await prepared(control, tree);
  const wanted = typeof role === 'string' ? role : await chooseFunction(control, tree);
  const id = isTold ? sampleId : await chooseSampleOf(control, wanted, tree);
  await control.runFunction(wanted, id, tree);
  if (typeof step === 'number') session.seek(step);
  explorer.open({ focus: false });
}

/** Waits until it is known what the samples do in which function; says so meanwhile. */
function prepared(control: RunControl, tree: KernelTree | null): Promise<void> {
  const title = 'Running the samples, to see which functions they reach';
  return Promise.resolve(
    vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
      control.prepareUses(tree),
    ),
  );
}

async function chooseSampleOf(control: RunControl, role: string, tree: KernelTree | null): Promise<string> {
  const uses = control.uses(role, tree);
  const [only] = uses;
  if (!only) throw new Notice(`No sample reaches ${role}() on this kernel.`);
  return (uses.length === 1 ? only : await chooseUse(role, uses)).sample.id;
}

function chooseSample(samples: readonly Sample[]): Promise<Sample> {
  const choices = samples.flatMap((value, at) => [
    ...(value.group === null || value.group === samples[at - 1]?.group
      ? []
      : [{ label: value.group, kind: vscode.QuickPickItemKind.Separator, value }]),
    { label: value.title, detail: firstSentence(value.description), value },
  ]);
  return choose('Run Sample', 'A scenario to run and step through', choices);
}

/** A quick pick has one line for it. */
function firstSentence(text: string): string {
  return /^.*?[.!?](?=\s|$)/.exec(text)?.[0] ?? text;
}

function chooseFunction(control: RunControl, tree: KernelTree | null): Promise<string> {
  const choices = [...control.usesByRole(tree)]
    .sort(([a], [b]) => bare(a).localeCompare(bare(b)))
    .map(([role, uses]) => ({
      label: `${role}()`,
      description: uses.length === 1 ? (uses[0]?.sample.title ?? '') : `${uses.length} samples`,
      detail: functionText(role)?.purpose.replaceAll('`', '') ?? '',
      value: role,
    }));
  return choose(
    'Run Function',
    'A simulated function; its sample runs and stops at the first step inside it',
    choices,
  );
}

/** `__anon_vma_prepare` is listed beside `anon_vma_clone`. */
function bare(name: string): string {
  return name.replace(/^_+/, '');
}

function chooseUse(role: string, uses: readonly FunctionUse[]): Promise<FunctionUse> {
  const choices = uses.map((value, at) => ({
    label: value.sample.title,
    description: `${value.count} steps in ${role}()${at === 0 ? ' · begin with this one' : ''}`,
    detail: value.sample.description,
    value,
  }));
  return choose(`Run ${role}()`, 'The sample to run it on', choices);
}

function chooseProfile(control: RunControl, tree: KernelTree | null): Promise<string> {
  const chosen = control.chosenProfile;
  const mark = (id: string) => (id === chosen ? '$(check) ' : '');
  const automatic = control.automaticProfile(tree);
  const choices = [
    {
      label: `${mark('auto')}Automatic`,
      description: automatic.title,
      detail: tree
        ? 'What the scenario asks for, else the kernel of the open tree'
        : 'What the scenario asks for, else the newest kernel',
      value: 'auto',
    },
    ...groupsOf(control.simulator.profiles).flatMap(({ name, profiles }) => [
      { label: name, kind: vscode.QuickPickItemKind.Separator, value: 'auto' },
      ...profiles.map(({ id, title, note }) => ({
        label: `${mark(id)}${title}`,
        description: id,
        detail: note,
        value: id,
      })),
    ]),
  ];
  return choose('Kernel Profile', 'The kernel that the simulation behaves as', choices);
}

const GROUPS: readonly { readonly name: string; readonly holds: (id: string) => boolean }[] = [
  { name: 'Released kernels', holds: (id) => !id.includes('/') },
  { name: 'States of the anon_vma clean-up series', holds: (id) => id.startsWith('series/') },
  { name: 'Old bugs', holds: (id) => id.startsWith('bug/') },
  { name: 'Others', holds: (id) => !/^(series|bug)\//.test(id) && id.includes('/') },
];

function groupsOf(profiles: readonly ProfileInfo[]): { name: string; profiles: ProfileInfo[] }[] {
  return GROUPS.map(({ name, holds }) => ({ name, profiles: profiles.filter(({ id }) => holds(id)) })).filter(
    (group) => group.profiles.length > 0,
  );
}

/** The scenario that a command is about: of a menu or lens, else of the active editor. */
async function scenarioDocument(target: unknown): Promise<vscode.TextDocument> {
  if (target instanceof vscode.Uri) return vscode.workspace.openTextDocument(target);
  if (typeof target === 'string') return vscode.workspace.openTextDocument(vscode.Uri.parse(target, true));
  const document = vscode.window.activeTextEditor?.document;
  if (document?.languageId !== 'rmap') throw new Notice('Open a scenario (a .rmap file) first.');
  return document;
}
