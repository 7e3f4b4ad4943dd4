/**
 * Which engine runs a scenario: the simulation of a kernel, or the C text of the open tree. `auto` takes the text as soon as it is no
 * longer what the simulation was written after: when it was edited here, or was found to differ.
 */
import type * as vscode from 'vscode';
import type { Engine, EngineName } from '../../trace/engine';
import { configuration } from '../configuration';
import type { KernelTree } from '../kernelTree';
import { Notice } from '../notice';
import type { ProfileInfo, Simulator } from '../simulator';
import type { TreeTexts } from './treeText';

export type EngineChoice = 'auto' | EngineName;

const CHOSEN = 'engine';

export interface ChosenEngine {
  readonly engine: Engine;
  /** Why it could not be the engine that was wished; null when it is. */
  readonly instead: string | null;
  /** After a run: why the text could not be run to the end; null when it was, or when the engine is a simulation. */
  readonly unsupported: () => string | null;
}

export class Engines {
  /** Trees whose text was found to differ from the simulation, with the profile it was compared with. */
  private readonly differing = new Set<string>();

  constructor(
    private readonly simulator: Simulator,
    readonly texts: TreeTexts,
    private readonly memento: vscode.Memento,
  ) {}

  get choice(): EngineChoice {
    return this.memento.get<EngineChoice>(CHOSEN) ?? configuration.engine();
  }

  async choose(choice: EngineChoice): Promise<void> {
    await this.memento.update(CHOSEN, choice === configuration.engine() ? undefined : choice);
  }

  /** Remembers what a comparison came to. */
  setDiffers(tree: KernelTree, differs: boolean): void {
    if (differs) this.differing.add(tree.root.toString());
    else this.differing.delete(tree.root.toString());
  }

  /** The simulation of a kernel. */
  simulation(profile: ProfileInfo): Engine {
    return this.simulator.engine(profile.id);
  }

  /** The engine for a run on `profile` that is shown in `tree`. `own`: the profile is that of the tree. */
  async engineFor(tree: KernelTree | null, profile: ProfileInfo, own: boolean): Promise<ChosenEngine> {
    const { choice } = this;
    const simulation = (instead: string | null = null): ChosenEngine => ({
      engine: this.simulator.engine(profile.id),
      instead,
      unsupported: () => null,
    });
    if (choice === 'simulation') return simulation();
    if (!tree) {
      if (choice === 'auto') return simulation();
      return simulation('No kernel tree is open, so that the simulation runs instead of its text.');
    }
    if (!own) {
      if (choice === 'auto') return simulation();
      return simulation(`${profile.title} is not the kernel of the open tree, so that it is simulated.`);
    }
    if (choice === 'auto' && !(await this.wantsText(tree))) return simulation();
    return this.textEngine(tree, simulation);
  }

  private async wantsText(tree: KernelTree): Promise<boolean> {
    return this.differing.has(tree.root.toString()) || (await this.texts.isEdited(tree));
  }

  private async textEngine(
    tree: KernelTree,
    simulation: (instead: string) => ChosenEngine,
  ): Promise<ChosenEngine> {
    const runnable = await this.texts.current(tree);
    if ('problem' in runnable) {
      if (this.choice === 'auto') return simulation(runnable.problem);
      throw new Notice(`The text of this tree cannot be run: ${runnable.problem}`);
    }
    const engine = runnable.text.start();
    return { engine, instead: null, unsupported: () => engine.unsupported };
  }
}
