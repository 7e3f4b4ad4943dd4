/**
 * The Test Explorer: every scenario of the workspace that expects something is a test.
 */
import * as vscode from 'vscode';
import type { TestResult, TestsState } from './api';
import type { Log } from './log';
import { choose } from './runCommands';
import { NOTICE_ID, ScenarioFiles } from './scenarioFiles';
import { runTest, type TestParts } from './scenarioTestRun';
import { type ProfileInfo, releases } from './simulator';
import { Store } from './store';

export interface ScenarioTestParts extends TestParts {
  readonly log: Log;
}

/** Which kernel a run profile runs on: the scenario's own, a given one, or one that is asked for. */
type Choice =
  | { readonly of: 'scenario' }
  | { readonly of: 'profile'; readonly profile: ProfileInfo }
  | { readonly of: 'person' };

export class ScenarioTests implements vscode.Disposable {
  private readonly store = new Store();
  private readonly controller = this.store.add(
    vscode.tests.createTestController('rmapLens.scenarios', 'Rmap scenarios'),
  );
  private readonly files: ScenarioFiles;
  private readonly results = new Map<string, TestResult>();
  private runs = 0;

  constructor(private readonly parts: ScenarioTestParts) {
    this.files = this.store.add(new ScenarioFiles(this.controller, parts.log));
    this.controller.resolveHandler = async (item) => {
      if (!item) await this.files.discovered();
    };
    this.controller.refreshHandler = (token) => this.files.discover(token);
    this.addProfile('Run', { of: 'scenario' });
    for (const profile of releases(parts.control.simulator.profiles).toReversed())
      this.addProfile(`Run on ${profile.title}`, { of: 'profile', profile });
    this.addProfile('Run on Another Kernel…', { of: 'person' });
  }

  /** What is listed and what the last runs gave, for tests. */
  get state(): TestsState {
    const items = [...this.controller.items].map(([id, { label, description, error }]) => ({
      ...{ id, label, description: description ?? '' },
      error: typeof error === 'string' ? error : (error?.value ?? null),
    }));
    return { items, results: [...this.results.values()], runs: this.runs };
  }

  dispose(): void {
    this.store.dispose();
  }

  private addProfile(label: string, choice: Choice): void {
    const profile = this.store.add(
      this.controller.createRunProfile(
        label,
        vscode.TestRunProfileKind.Run,
        (request, token) =>
          this.parts.log.guard('Running scenarios', () => this.handle(request, token, choice), undefined),
        choice.of === 'scenario',
      ),
    );
    profile.supportsContinuousRun = choice.of !== 'person';
  }

  private async handle(
    request: vscode.TestRunRequest,
    token: vscode.CancellationToken,
    choice: Choice,
  ): Promise<void> {
    const profile = await this.chosen(choice);
    if (!request.include) await this.files.discovered();
    if (!request.continuous) return this.run(request, this.itemsOf(request), profile, token);
    const listener = this.files.onDidUpdate((item) => {
      if (this.itemsOf(request).includes(item))
        void this.parts.log.guard(
          'Running scenarios',
          () => this.run(request, [item], profile, token),
          undefined,
        );
    });
    token.onCancellationRequested(() => listener.dispose());
  }

  private async chosen(choice: Choice): Promise<ProfileInfo | null> {
    switch (choice.of) {
      case 'scenario':
        return null;
      case 'profile':
        return choice.profile;
      case 'person': {
        const choices = this.parts.control.simulator.profiles.map((value) => ({
          ...{ label: value.title, description: value.id, detail: value.note, value },
        }));
        return choose('Run Scenarios', 'The kernel to run them on, whatever they ask for', choices);
      }
    }
  }

  private itemsOf({ include, exclude }: vscode.TestRunRequest): vscode.TestItem[] {
    const all = include ?? [...this.controller.items].map(([, item]) => item);
    return all.filter((item) => item.id !== NOTICE_ID && !exclude?.includes(item));
  }

  private async run(
    request: vscode.TestRunRequest,
    items: readonly vscode.TestItem[],
    profile: ProfileInfo | null,
    token: vscode.CancellationToken,
  ): Promise<void> {
    const run = this.controller.createTestRun(request);
    const cancelled = () => token.isCancellationRequested || run.token.isCancellationRequested;
    try {
      for (const item of items) run.enqueued(item);
      for (const item of items) {
        if (cancelled()) run.skipped(item);
        else await this.runItem(run, item, profile, cancelled);
      }
    } finally {
      run.end();
      this.runs += 1;
    }
  }

  private async runItem(
    run: vscode.TestRun,
    item: vscode.TestItem,
    profile: ProfileInfo | null,
    cancelled: () => boolean,
  ): Promise<void> {
    const { uri } = item;
    if (!uri) return run.skipped(item);
    run.started(item);
    const began = performance.now();
    try {
      const text = await this.files.textOf(uri);
      const outcome = await runTest(uri, text, profile, this.parts, cancelled);
      if (!outcome) return run.skipped(item);
      const took = performance.now() - began;
      const messages = [...outcome.messages];
      if (outcome.outcome === 'passed') run.passed(item, took);
      else run[outcome.outcome](item, messages, took);
      const { failures, profile: ranOn, summary } = outcome;
      const lines = [`${outcome.outcome}: ${item.label}, on ${ranOn.title}: ${summary}`];
      for (const { range, message } of failures) lines.push(`    line ${range.line}: ${message}`);
      run.appendOutput(lines.map((line) => `${line}\r\n`).join(''));
      this.results.set(item.id, {
        ...{ id: item.id, outcome: outcome.outcome, profile: ranOn.id },
        messages: failures.map(({ range, message, expected, actual }, at) => ({
          ...{ line: range.line, message, expected, actual },
          stack:
            messages[at]?.stackTrace?.map(({ label, uri: place }) => `${label} ${place?.path ?? ''}`) ?? [],
        })),
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      run.errored(item, new vscode.TestMessage(reason), performance.now() - began);
      this.parts.log.warn(`${item.label}: ${reason}`);
      this.results.set(item.id, {
        ...{ id: item.id, outcome: 'errored', profile: profile?.id ?? '' },
        messages: [{ line: 1, message: reason, expected: null, actual: null, stack: [] }],
      });
    }
  }
}
