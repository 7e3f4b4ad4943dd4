/**
 * The host's part of building, branching and comparing, for a page without VS Code: the same core, a text in the place of a
 * document.
 */
import { createEvaluator } from '../../../src/invariants/evaluator';
import type { BuildView, ComparedRun } from '../../../src/protocol/building';
import type { WebviewMessage } from '../../../src/protocol/messages';
import { branchOf } from '../../../src/scenario/branch';
import { type BuildRequest, buildView } from '../../../src/scenario/buildView';
import { applyEdits, editsFor } from '../../../src/scenario/edits';
import { parseScenario } from '../../../src/scenario/parser';
import { runScenario } from '../../../src/scenario/runner';
import { createSimulation } from '../../../src/simulation/engine';
import { PROFILES } from '../../../src/simulation/profiles';
import { simulated } from '../fixture';
import type { ExplorerPage } from './explorerPage';

export class BuilderHost {
  private asked: BuildRequest & { request: number } = {
    request: 0,
    after: Number.MAX_SAFE_INTEGER,
    process: null,
    operation: null,
  };
  private version = 1;
  private readonly before: string[] = [];
  private readonly kept = new Map<string, { name: string; text: string; profile: string }>();
  private runId = 1;
  /** Texts that were copied or saved. */
  readonly copied: string[] = [];
  readonly pictures: { readonly format: string; readonly data: string }[] = [];
  private compared: { a: string; b: string } | null = null;

  constructor(
    public text: string,
    private readonly profile = '7.3',
  ) {}

  readonly receive = async (message: WebviewMessage, explorer: ExplorerPage): Promise<void> => {
    switch (message.type) {
      case 'watchBuilding':
        if (message.open) await this.show(explorer);
        return;
      case 'preview':
        this.asked = message;
        await this.show(explorer);
        return;
      case 'edit': {
        this.before.push(this.text);
        await this.type(applyEdits(this.text, editsFor(this.text, message.change)), explorer);
        return;
      }
      case 'undoEdit':
        await this.type(this.before.pop() ?? this.text, explorer);
        return;
      case 'branch': {
        const { text, what } = branchOf(this.text, message);
        const id = `kept:${this.kept.size + 1}`;
        this.kept.set(id, { name: what, text, profile: this.profile });
        await this.sendComparable(explorer);
        await this.compare('current', id, explorer);
        await explorer.send({ type: 'openPanel', dock: 'main', panel: 'compare', operation: null });
        return;
      }
      case 'compare':
        await this.compare(message.a, message.b, explorer);
        return;
      case 'copyText':
        this.copied.push(message.what);
        return;
      case 'picture':
        this.pictures.push(message);
        return;
    }
  };

  /** As if somebody had typed in the document. */
  async type(text: string, explorer: ExplorerPage): Promise<void> {
    this.text = text;
    this.version += 1;
    if (parseScenario(text).problems.length === 0) {
      this.runId += 1;
      const run = simulated(text, { runId: this.runId, profile: this.profile });
      await explorer.send({ type: 'run', run, step: run.trace.steps.length - 1 });
    }
    await this.show(explorer);
  }

  async sendComparable(explorer: ExplorerPage): Promise<void> {
    const profiles = PROFILES.filter(({ id }) => id !== this.profile);
    await explorer.send({
      type: 'comparable',
      runs: [
        { id: 'current', name: 'The run on show', group: 'This scenario' },
        ...[...this.kept].map(([id, { name }]) => ({ id, name, group: 'Branches and kept runs' })),
        ...profiles.map(({ id, title }) => ({
          id: `profile:${id}`,
          name: title,
          group: 'This scenario on another kernel',
        })),
      ],
    });
  }

  private async show(explorer: ExplorerPage): Promise<void> {
    const { request, ...asked } = this.asked;
    const kernel = { make: () => engineOf(this.profile), absent: [] };
    const view: BuildView = {
      ...buildView(this.text, asked, kernel),
      version: this.version,
      request,
      name: 'Untitled-1',
      kind: 'untitled',
      dirty: true,
      profile: 'Linux 7.3',
      undo: { possible: this.before.length > 0, text: this.before.length > 0 ? 'Take back' : 'Nothing yet.' },
    };
    await explorer.send({ type: 'building', view });
  }

  private async compare(a: string, b: string, explorer: ExplorerPage): Promise<void> {
    this.compared = { a, b };
    await explorer.send({ type: 'comparison', a: this.run(this.compared.a), b: this.run(this.compared.b) });
  }

  private run(id: string): ComparedRun {
    const kept = this.kept.get(id);
    const profile = kept?.profile ?? (id.startsWith('profile:') ? id.slice('profile:'.length) : this.profile);
    const run = runScenario(parseScenario(kept?.text ?? this.text), engineOf(profile), {
      evaluator: createEvaluator(),
    });
    return {
      id,
      name: kept?.name ?? PROFILES.find((one) => one.id === profile)?.title ?? id,
      trace: run.trace,
      violated: [...new Set(run.evaluation.violations.map(({ invariant }) => invariant))],
      current: id === 'current',
    };
  }
}

function engineOf(profile: string) {
  const engine = createSimulation(profile);
  if ('problem' in engine) throw new Error(engine.problem);
  return engine;
}
