/**
 * Hovers in kernel source: on the name of a simulated function, on its statements, and on its asserts.
 */
import * as vscode from 'vscode';
import type { TreeIndex } from '../source/treeIndex';
import type { InvariantInfo } from '../trace/evaluation';
import type { Location, Step } from '../trace/step';
import { findPlaces, resolveAnchor, spanLocation } from './anchorPlaces';
import { configuration } from './configuration';
import type { FunctionCatalogue, SimulatedFile, SimulatedFunction } from './functionCatalogue';
import { functionText } from './functionTexts';
import {
  assertCard,
  callsIn,
  concernedAt,
  functionCard,
  type HoverRun,
  invariantList,
  nearest,
  samplesOf,
  statementCard,
} from './hoverText';
import type { InvariantFocus } from './invariantFocus';
import { sameTree } from './kernelTree';
import { statusAt } from './liveStatus';
import type { Log } from './log';
import { trusted } from './markdown';
import { commandLink } from './markdownText';
import type { RunControl } from './runControl';
import type { Session } from './session';
import { rangeOfLocation } from './sourceView';
import { Store } from './store';

export class SourceHover implements vscode.HoverProvider, vscode.Disposable {
  private readonly store = new Store();

  constructor(
    private readonly catalogue: FunctionCatalogue,
    private readonly control: RunControl,
    private readonly session: Session,
    private readonly focus: InvariantFocus,
    private readonly log: Log,
  ) {
    this.store.add(vscode.languages.registerHoverProvider({ language: 'c' }, this));
  }

  provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | null> {
    if (!configuration.hover()) return Promise.resolve(null);
    return this.log.guard(
      'Hover',
      async () => {
        const file = await this.catalogue.inDocument(document);
        if (!file || token.isCancellationRequested) return null;
        return (await this.onName(document, position, file)) ?? (await this.onStatement(position, file));
      },
      null,
    );
  }

  dispose(): void {
    this.store.dispose();
  }

  /** The name of a simulated function, where it is defined or where it is called. */
  private async onName(
    document: vscode.TextDocument,
    position: vscode.Position,
    file: SimulatedFile,
  ): Promise<vscode.Hover | null> {
    const range = document.getWordRangeAtPosition(position);
    const word = range ? document.getText(range) : '';
    const role = word === '' ? null : await this.catalogue.roleNamed(file, word);
    if (role === null || !range) return null;
    const uses = this.control.uses(role, file.tree);
    const run = this.hoverRun(file, role);
    const lines = functionCard(
      word,
      role,
      functionText(role),
      this.control.profileFor(file.tree, null).title,
    );
    const root = file.tree.root.toString();
    const steps = run ? stepsOf(run, role) : [];
    if (run?.position !== null && run) lines.push(...callsIn(steps, run));
    lines.push(...samplesOf(uses, role, root));
    const at = run && run.position !== null ? run.position : null;
    const title = at === null ? 'Invariants' : `Invariants at step ${at + 1}`;
    lines.push(...invariantList(title, this.catalogue.invariantsOf(role, file.tree), run, at));
    return new vscode.Hover(trusted(lines), range);
  }

  private async onStatement(position: vscode.Position, file: SimulatedFile): Promise<vscode.Hover | null> {
    const simulated = file.functions.find(({ place }) => {
      const { span } = place.function;
      const location = spanLocation(file.facts, file.path, span);
      return location !== null && rangeOfLocation(location).contains(position);
    });
    if (!simulated) return null;
    const run = this.hoverRun(file, simulated.role);
    const at = run ? stepsAt(file, simulated, run, position) : null;
    const asserted = invariantsAt(file, simulated.invariants, position);
    if (!at && asserted.length === 0) return null;
    const lines: string[] = [];
    if (run && at) lines.push(...statementCard(at.steps, run));
    const shown = run && at ? nearest(at.steps, run.position) : null;
    const live = shown && run ? (run.position ?? shown.number) : (run?.position ?? null);
    for (const info of asserted)
      lines.push(
        ...assertCard(info, run && live !== null ? statusAt(run.recording.run, info.id, live) : null),
      );
    if (run && shown) {
      const others = concernedAt(run.recording.run.evaluation.invariants, run, shown.number).filter(
        ({ id }) => !asserted.some((info) => info.id === id),
      );
      lines.push(
        ...invariantList(`Not kept, or changing, at step ${shown.number + 1}`, others, run, shown.number),
      );
    }
    const [first] = asserted;
    this.focus.focus(first?.id ?? null, 'editor');
    const range = at?.location ?? asserted[0]?.location;
    return new vscode.Hover(trusted(lines), range ? rangeOfLocation(range) : undefined);
  }

  /** The current run if it is one on this tree that reaches the function, else the sample that shows it best. */
  private hoverRun(file: SimulatedFile, role: string): HoverRun | null {
    const { current, position } = this.session;
    if (current?.tree && sameTree(current.tree, file.tree)) {
      const reaches = current.trace.steps.some((step) => step.anchor?.role === role);
      if (reaches) {
        const { run, title, runId } = current;
        return {
          recording: { run, title, scenario: { lines: [], problems: [] } },
          position,
          link: (label, step) => commandLink(label, 'rmapLens.seek', [runId, step.number], 'Go to this step'),
        };
      }
    }
    const use = this.control.uses(role, file.tree)[0];
    if (!use) return null;
    const root = file.tree.root.toString();
    return {
      recording: use.recording,
      position: null,
      link: (label, step) =>
        commandLink(
          label,
          'rmapLens.runFunction',
          [role, use.sample.id, root, step.number],
          'Run the sample and stop here',
        ),
    };
  }
}

function stepsOf(run: HoverRun, role: string): Step[] {
  return run.recording.run.trace.steps.filter((step) => step.anchor?.role === role);
}

/** Steps of a run that stand where the pointer is. */
function stepsAt(
  file: SimulatedFile,
  { role }: SimulatedFunction,
  run: HoverRun,
  position: vscode.Position,
): { readonly steps: readonly Step[]; readonly location: Location } | null {
  const byPattern = new Map<string, Location | null>();
  const steps: Step[] = [];
  let location: Location | null = null;
  for (const step of stepsOf(run, role)) {
    if (!step.anchor) continue;
    const { pattern } = step.anchor;
    let found = byPattern.get(pattern);
    if (found === undefined) {
      found = covering(file.facts, step, file.path, position);
      byPattern.set(pattern, found);
    }
    if (!found) continue;
    // several statements can stand on a line: the one under the pointer counts
    if (location && isNarrower(location, found)) continue;
    if (location && isNarrower(found, location)) steps.length = 0;
    location = found;
    steps.push(step);
  }
  return location ? { steps, location } : null;
}

function covering(facts: TreeIndex, step: Step, path: string, position: vscode.Position): Location | null {
  const place = step.anchor ? resolveAnchor(facts, step.anchor) : null;
  if (!place || !('location' in place) || place.location.file !== path) return null;
  return rangeOfLocation(place.location).contains(position) ? place.location : null;
}

function isNarrower(a: Location, b: Location): boolean {
  const [outer, inner] = [rangeOfLocation(b), rangeOfLocation(a)];
  return outer.contains(inner) && !inner.isEqual(outer);
}

/** Invariants that are asserted or documented where the pointer is. */
function invariantsAt(
  file: SimulatedFile,
  invariants: readonly InvariantInfo[],
  position: vscode.Position,
): (InvariantInfo & { readonly location: Location })[] {
  return invariants.flatMap((info) => {
    const place = findPlaces(file.facts, info).find(
      ({ location, nature }) =>
        location.file === file.path &&
        (nature === 'assert' || nature === 'comment') &&
        rangeOfLocation(location).contains(position),
    );
    return place ? [{ ...info, location: place.location }] : [];
  });
}
