/**
 * Hovers in kernel source: on the name of a simulated function, on its statements, and on its asserts.
 */
import * as vscode from 'vscode';
import { roleOf } from '../source/roles';
import type { TreeIndex } from '../source/treeIndex';
import type { Location, Step } from '../trace/step';
import { findPlaces, resolveAnchor, spanLocation } from './anchorPlaces';
import { configuration } from './configuration';
import type { Contracts } from './contracts';
import type { AnnotatedFiles } from './fileAnnotations';
import type { FunctionCatalogue, SimulatedFile, SimulatedFunction } from './functionCatalogue';
import {
  callsIn,
  concernedAt,
  type HoverRun,
  invariantList,
  nearest,
  samplesOf,
  statementCard,
} from './hoverText';
import type { InvariantFocus } from './invariantFocus';
import { type InvariantMark, linesOf, type StatementEffect, type SuspendedRange } from './invariantMarks';
import { effectLines, invariantCard, suspensionLines } from './invariantText';
import { sameTree } from './kernelTree';
import { statusAt } from './liveStatus';
import type { Log } from './log';
import { trusted } from './markdown';
import { commandLink, escaped } from './markdownText';
import type { RunControl } from './runControl';
import type { Session } from './session';
import { rangeOfLocation } from './sourceView';
import { Store } from './store';

/** Invariants in full; more of them are counted. */
const CARD_LIMIT = 2;

export class SourceHover implements vscode.HoverProvider, vscode.Disposable {
  private readonly store = new Store();

  constructor(
    private readonly catalogue: FunctionCatalogue,
    private readonly control: RunControl,
    private readonly session: Session,
    private readonly focus: InvariantFocus,
    private readonly files: AnnotatedFiles,
    private readonly contracts: Contracts,
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
        return (
          (await this.onName(document, position, file)) ?? (await this.onStatement(document, position, file))
        );
      },
      null,
    );
  }

  dispose(): void {
    this.store.dispose();
  }

  /** The name of a function of the reverse map, where it is defined or where it is called. */
  private async onName(
    document: vscode.TextDocument,
    position: vscode.Position,
    file: SimulatedFile,
  ): Promise<vscode.Hover | null> {
    const range = document.getWordRangeAtPosition(position);
    const word = range ? document.getText(range) : '';
    if (word === '' || !range) return null;
    const role = await this.catalogue.roleNamed(file, word);
    return role === null
      ? this.onOtherName(document, position, file, word, range)
      : this.onRole(file, role, word, range);
  }

  /** A function that the samples step through. */
  private async onRole(
    file: SimulatedFile,
    role: string,
    word: string,
    range: vscode.Range,
  ): Promise<vscode.Hover> {
    const uses = this.control.uses(role, file.tree);
    const run = this.hoverRun(file, role);
    const lines = await this.contracts.card(file, role, word);
    const root = file.tree.root.toString();
    const steps = run ? stepsOf(run, role) : [];
    if (run?.position !== null && run) lines.push(...callsIn(steps, run));
    lines.push(...samplesOf(uses, role, root));
    const at = run && run.position !== null ? run.position : null;
    const title = at === null ? 'Invariants' : `Invariants at step ${at + 1}`;
    lines.push(...invariantList(title, this.catalogue.invariantsOf(role, file.tree), run, at));
    return new vscode.Hover(trusted(lines), range);
  }

  /** A function that has a role and no steps of its own: what its call does comes first. */
  private async onOtherName(
    document: vscode.TextDocument,
    position: vscode.Position,
    file: SimulatedFile,
    word: string,
    range: vscode.Range,
  ): Promise<vscode.Hover | null> {
    const role = roleOf(word);
    if (role === undefined) return null;
    await file.facts.ensureRole(role);
    if (!file.facts.definitions(role).some(({ function: { name } }) => name === word)) return null;
    const statement = await this.statementLines(document, position, file);
    const card = await this.contracts.card(file, role, word);
    const lines = statement.lines.length > 0 ? [...statement.lines, '---', '', ...card] : card;
    return new vscode.Hover(trusted(lines), statement.range ? rangeOfLocation(statement.range) : range);
  }

  private async onStatement(
    document: vscode.TextDocument,
    position: vscode.Position,
    file: SimulatedFile,
  ): Promise<vscode.Hover | null> {
    const { lines, range } = await this.statementLines(document, position, file);
    if (lines.length === 0) return null;
    return new vscode.Hover(trusted(lines), range ? rangeOfLocation(range) : undefined);
  }

  /** What is to be said of the statement that the pointer is on. */
  private async statementLines(
    document: vscode.TextDocument,
    position: vscode.Position,
    file: SimulatedFile,
  ): Promise<{ readonly lines: string[]; readonly range: Location | undefined }> {
    const annotations = await this.files.of(document);
    const marks = annotations?.marks.filter((mark) => isOnMark(mark, position)) ?? [];
    const effect = narrowest(annotations?.effects.filter(({ location }) => covers(location, position)) ?? []);
    const suspended = annotations?.suspended.filter((range) => isBetween(range, position)) ?? [];
    const simulated = functionAround(file, position);
    const run = simulated ? this.hoverRun(file, simulated.role) : null;
    const at = run && simulated ? stepsAt(file, simulated, run, position) : null;
    const shown = run && at ? nearest(at.steps, run.position) : null;
    const live = run ? (run.position ?? shown?.number ?? null) : null;
    const lines = await this.markCards(marks, file, run, live);
    const root = file.tree.root.toString();
    if (effect && marks.length === 0) lines.push(...effectLines(effect.outcomes, root));
    if (run && at) lines.push(...statementCard(at.steps, run));
    else if (simulated && marks.length === 0) lines.push(...this.notSimulated(simulated, file, position));
    lines.push(...suspensionLines(suspended, root));
    if (run && shown) {
      const others = concernedAt(run.recording.run.evaluation.invariants, run, shown.number).filter(
        ({ id }) => !marks.some(({ invariant }) => invariant.id === id),
      );
      const title = `Not kept, or changing, at step ${shown.number + 1}`;
      lines.push(...invariantList(title, others, run, shown.number));
    }
    this.focus.focus(marks[0]?.invariant.id ?? null, 'editor');
    return { lines, range: at?.location ?? effect?.location ?? marks[0]?.location };
  }

  /** Cards of the invariants that stand where the pointer is. */
  private async markCards(
    marks: readonly InvariantMark[],
    { tree, facts }: SimulatedFile,
    run: HoverRun | null,
    live: number | null,
  ): Promise<string[]> {
    const lines: string[] = [];
    const profile = this.control.profileFor(tree, null);
    for (const mark of marks.slice(0, CARD_LIMIT)) {
      for (const { role } of mark.invariant.places) await facts.ensureRole(role);
      const status = run && live !== null ? statusAt(run.recording.run, mark.invariant.id, live) : null;
      const moment = run?.position === null ? `at step ${(live ?? 0) + 1}` : 'now';
      const placed = { mark, places: findPlaces(facts, mark.invariant), live: status, moment };
      const annotations = this.control.annotations(tree);
      lines.push(...invariantCard(placed, annotations, profile.title, tree.root.toString()));
    }
    if (marks.length > CARD_LIMIT) lines.push(`and ${marks.length - CARD_LIMIT} more invariants`, '');
    return lines;
  }

  /** Says so where a statement of a simulated function is passed by no run. */
  private notSimulated(
    { place }: SimulatedFunction,
    file: SimulatedFile,
    position: vscode.Position,
  ): string[] {
    const { title } = this.control.profileFor(file.tree, null);
    const index = file.facts.file(file.path);
    if (!index) return [];
    const statement = file.facts.body(place).statements.findLast(({ kind, span }) => {
      const location = spanLocation(file.facts, file.path, span);
      return kind !== 'entry' && kind !== 'end' && location !== null && covers(location, position);
    });
    return statement
      ? [`*Not simulated: no sample comes past this statement as ${escaped(title)}.*`, '']
      : [];
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

/** An assert is a statement, a rule the whole lines that its words stand on. */
function isOnMark({ nature, location }: InvariantMark, position: vscode.Position): boolean {
  if (nature === 'assert') return covers(location, position);
  return location.line <= position.line && position.line <= location.endLine;
}

function isNarrower(a: Location, b: Location): boolean {
  const [outer, inner] = [rangeOfLocation(b), rangeOfLocation(a)];
  return outer.contains(inner) && !inner.isEqual(outer);
}

function covers(location: Location, position: vscode.Position): boolean {
  return rangeOfLocation(location).contains(position);
}

function functionAround(file: SimulatedFile, position: vscode.Position): SimulatedFunction | undefined {
  return file.functions.find(({ place }) => {
    const location = spanLocation(file.facts, file.path, place.function.span);
    return location !== null && covers(location, position);
  });
}

function narrowest(effects: readonly StatementEffect[]): StatementEffect | undefined {
  return effects.reduce<StatementEffect | undefined>(
    (best, effect) => (best && !isNarrower(effect.location, best.location) ? best : effect),
    undefined,
  );
}

/** Whether a line lies in a stretch in which an invariant is suspended. */
function isBetween(range: SuspendedRange, { line }: vscode.Position): boolean {
  const { first, last } = linesOf(range);
  return first <= line && line <= last;
}
