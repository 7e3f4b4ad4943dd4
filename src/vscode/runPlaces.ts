/**
 * Where the steps and the invariants of the current run stand in the text that is open. Looked up once for each
 * statement, not for each step, and again when the text has changed.
 */
import * as vscode from 'vscode';
import type { TreeIndex } from '../source/treeIndex';
import type { Location, Step } from '../trace/step';
import { type FoundPlace, findPlaces, resolveAnchor } from './anchorPlaces';
import { type KernelTree, sameTree } from './kernelTree';
import type { Log } from './log';
import type { CurrentRun, Session } from './session';
import type { SourceService } from './sourceService';
import { Store } from './store';

/** A place in the tree, or one sentence saying why there is none. */
export type Place = { readonly location: Location } | { readonly missing: string };

interface Found {
  readonly runId: number;
  readonly steps: ReadonlyMap<string, Place>;
  readonly invariants: ReadonlyMap<string, readonly FoundPlace[]>;
}

const NOTHING: Found = { runId: 0, steps: new Map(), invariants: new Map() };

export class RunPlaces implements vscode.Disposable {
  private readonly store = new Store();
  private readonly changed = this.store.add(new vscode.EventEmitter<CurrentRun>());
  private found = NOTHING;
  private latest: Promise<void> = Promise.resolve();
  /** Places of the current run have become known or have moved. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly session: Session,
    private readonly sources: SourceService,
    private readonly log: Log,
  ) {
    this.store.add(session.onDidChangeRun((run) => this.refresh(run)));
    this.store.add(
      sources.onDidChangeText(({ tree }) => {
        const run = session.current;
        if (run?.tree && sameTree(run.tree, tree)) this.refresh(run);
      }),
    );
  }

  /** Place of a step of the current run. */
  of(step: Step): Place {
    if (step.location) return { location: step.location };
    const run = this.session.current;
    if (!run?.tree) return { missing: 'no kernel tree is open' };
    if (this.found.runId !== run.runId) return { missing: 'the kernel tree is being read' };
    return this.found.steps.get(anchorKey(step)) ?? { missing: 'not in this tree' };
  }

  /** Place of the current step, or null before the first. */
  current(): Place | null {
    const { step } = this.session;
    return step ? this.of(step) : null;
  }

  /** Places of an invariant of the current run in its tree. */
  ofInvariant(id: string): readonly FoundPlace[] {
    return this.found.runId === this.session.current?.runId ? (this.found.invariants.get(id) ?? []) : [];
  }

  /** Whether the places of the current run are known. */
  get known(): boolean {
    return this.found.runId === this.session.current?.runId;
  }

  /** Resolves when the places of the current run are known. */
  async ready(): Promise<void> {
    let seen: Promise<void>;
    do {
      seen = this.latest;
      await seen;
    } while (seen !== this.latest);
  }

  dispose(): void {
    this.store.dispose();
  }

  private refresh(run: CurrentRun | null): void {
    if (!run) this.found = NOTHING;
    this.latest = run
      ? this.log.guard('Finding the steps in the source', () => this.look(run), undefined)
      : Promise.resolve();
  }

  private async look(run: CurrentRun): Promise<void> {
    const found = run.tree ? await this.lookIn(run, run.tree) : { ...NOTHING, runId: run.runId };
    if (this.session.current !== run) return;
    this.found = found;
    this.changed.fire(run);
  }

  private async lookIn(run: CurrentRun, tree: KernelTree): Promise<Found> {
    const { invariants } = run.run.evaluation;
    const reading = await this.sources.facts(tree);
    const roles = new Set(run.trace.steps.flatMap(({ anchor }) => (anchor ? [anchor.role] : [])));
    for (const info of invariants) for (const place of info.places) roles.add(place.role);
    for (const role of roles) await reading.ensureRole(role);
    // reading took time: what was typed meanwhile counts
    const facts = await this.sources.facts(tree);
    return {
      runId: run.runId,
      steps: placesOfSteps(facts, run.trace.steps),
      invariants: new Map(invariants.map((info) => [info.id, findPlaces(facts, info)])),
    };
  }
}

function placesOfSteps(facts: TreeIndex, steps: readonly Step[]): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const step of steps) {
    const key = anchorKey(step);
    if (step.anchor && !places.has(key)) places.set(key, resolveAnchor(facts, step.anchor));
  }
  return places;
}

export function anchorKey({ anchor }: Step): string {
  return anchor ? `${anchor.role}\u0000${anchor.pattern}` : '';
}
