/**
 * Runs one scenario as a test, in slices, so that the extension host has time for other things; and says where in the
 * scenario and in the kernel tree something went wrong.
 */
import * as vscode from 'vscode';
import { parseScenario } from '../scenario/parser';
import type { Run } from '../scenario/run';
import { profileOf, runInParts } from '../scenario/runner';
import type { Scenario } from '../scenario/syntax';
import { type TestFailure, type TestReport, testReport } from '../scenario/testReport';
import type { Step } from '../trace/step';
import { resolveAnchor } from './anchorPlaces';
import { configuration } from './configuration';
import { type KernelTree, uriInTree } from './kernelTree';
import type { RunControl } from './runControl';
import { parseOptions } from './scenarioParsing';
import { rangeIn } from './scenarioRanges';
import type { ProfileInfo } from './simulator';
import type { SourceService } from './sourceService';
import { rangeOfLocation } from './sourceView';
import { Turns } from './turns';

/** Milliseconds of running before others get their turn. */
const SLICE = 15;
/** Violations whose place in the kernel tree is looked up. */
const PLACES_LIMIT = 20;

export interface TestParts {
  readonly control: RunControl;
  readonly sources: SourceService;
}

export interface TestOutcome extends TestReport {
  readonly profile: ProfileInfo;
  readonly messages: readonly vscode.TestMessage[];
}

/**
 * Runs a scenario.
 * @param wanted the profile to run on; null for the one that the file asks for, else the chosen one
 * @returns null when it was cancelled
 */
export async function runTest(
  uri: vscode.Uri,
  text: string,
  wanted: ProfileInfo | null,
  { control, sources }: TestParts,
  cancelled: () => boolean,
): Promise<TestOutcome | null> {
  const { simulator } = control;
  const tree = await sources.trees.primary();
  const scenario = parseScenario(text, parseOptions(simulator));
  const profile = wanted ?? profileOfTest(scenario, tree, control);
  const run = await runInSlices(scenario, profile, control, cancelled);
  if (!run) return null;
  const report = testReport(scenario, run);
  const messages = await Promise.all(
    report.failures.map((failure, at) =>
      messageOf(uri, failure, run, at < PLACES_LIMIT ? tree : null, sources),
    ),
  );
  return { ...report, profile, messages };
}

function profileOfTest(scenario: Scenario, tree: KernelTree | null, control: RunControl): ProfileInfo {
  const asked = profileOf(scenario);
  return control.simulator.profiles.find(({ id }) => id === asked) ?? control.profileFor(tree, null);
}

async function runInSlices(
  scenario: Scenario,
  { id }: ProfileInfo,
  { simulator }: RunControl,
  cancelled: () => boolean,
): Promise<Run | null> {
  const parts = runInParts(scenario, simulator.engine(id), {
    evaluator: simulator.evaluator(),
    stepLimit: configuration.stepLimit(),
  });
  return (await new Turns(SLICE).through(parts, cancelled)) ?? null;
}

async function messageOf(
  uri: vscode.Uri,
  failure: TestFailure,
  run: Run,
  tree: KernelTree | null,
  sources: SourceService,
): Promise<vscode.TestMessage> {
  const { expected, actual, violation } = failure;
  const message =
    expected !== null && actual !== null
      ? vscode.TestMessage.diff(failure.message, expected, actual)
      : new vscode.TestMessage(failure.message);
  const range = rangeIn(failure.range);
  message.location = new vscode.Location(uri, range);
  const step = violation ? run.trace.steps[violation.cause] : undefined;
  if (step) {
    const place = tree ? await placeOf(step, tree, sources) : null;
    const operation = run.trace.operations[step.operation];
    message.stackTrace = [
      new vscode.TestMessageStackFrame(
        `${step.function}(), step ${step.number + 1}`,
        place?.uri,
        place?.range.start,
      ),
      new vscode.TestMessageStackFrame(operation?.text ?? 'the operation', uri, range.start),
    ];
  }
  return message;
}

/** The place of a step in the tree that is open; null when the tree does not have it. */
async function placeOf(
  step: Step,
  tree: KernelTree,
  sources: SourceService,
): Promise<vscode.Location | null> {
  if (!step.anchor) return null;
  const facts = await sources.facts(tree);
  await facts.ensureRole(step.anchor.role);
  const found = resolveAnchor(await sources.facts(tree), step.anchor);
  if (!('location' in found)) return null;
  return new vscode.Location(uriInTree(tree.root, found.location.file), rangeOfLocation(found.location));
}
