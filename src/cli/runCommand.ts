/**
 * `rmap-lens run`: runs scenario files and prints what happened. Contract: docs/scenario-language.md, section 5.
 */
import { readFile } from 'node:fs/promises';
import { INVARIANT_IDS } from '../invariants/catalogue';
import { createEvaluator } from '../invariants/evaluator';
import { type RunOutput, runOutput } from '../scenario/output';
import { parseScenario } from '../scenario/parser';
import type { Run } from '../scenario/run';
import { profileOf, runScenario } from '../scenario/runner';
import type { Scenario } from '../scenario/syntax';
import { createSimulation } from '../simulation/engine';
import { DEFAULT_PROFILE, PROFILES } from '../simulation/profiles';
import type { Engine } from '../trace/engine';
import { openKernelText } from './kernelText';
import { type KernelTree, openKernelTree } from './kernelTree';
import type { RunArguments } from './options';
import type { Terminal } from './terminal';
import { writeReport } from './textReport';

/** Exit status: all as expected; something is not; something cannot be used. */
export const OK = 0;
export const FAILED = 1;
export const UNUSABLE = 2;

const PROFILE_IDS = PROFILES.map((profile) => profile.id);

/** Runs all files; the worst status is the result. */
export async function runFiles(args: RunArguments, terminal: Terminal): Promise<number> {
  const refuse = (problem: string): number => {
    terminal.err(`rmap-lens: ${problem}\n`);
    return UNUSABLE;
  };
  if (args.engine === 'interpreter' && args.kernel === null)
    return refuse('The interpreter runs the text of a kernel: name its tree with --kernel DIR.');
  if (args.profile !== null && !PROFILE_IDS.includes(args.profile))
    return refuse(`There is no kernel profile ${args.profile}: choose one of ${PROFILE_IDS.join(', ')}.`);
  const tree = args.kernel === null ? null : await openKernelTree(args.kernel, terminal);
  if (tree && 'problem' in tree) return refuse(tree.problem);
  const engines = await enginesOf(args, terminal);
  if ('problem' in engines) return refuse(engines.problem);
  if (tree && args.profile === null) await tellOfUnknownVersion(tree, terminal);
  let status = OK;
  for (const [at, file] of args.files.entries()) {
    const separate = at > 0 && args.format === 'text';
    status = Math.max(status, await runFile(file, args, engines, tree, terminal, separate));
  }
  return status;
}

/** Makes the engine of a run. */
interface Engines {
  make(profile: string): Engine | { readonly problem: string };
}

async function enginesOf(
  args: RunArguments,
  terminal: Terminal,
): Promise<Engines | { readonly problem: string }> {
  if (args.engine === 'simulation' || args.kernel === null) return { make: createSimulation };
  const request = { folder: args.kernel, profile: args.profile, stubs: args.stubs };
  const text = await openKernelText(request, terminal);
  return 'problem' in text ? text : { make: () => text.start() };
}

async function runFile(
  file: string,
  args: RunArguments,
  engines: Engines,
  tree: KernelTree | null,
  terminal: Terminal,
  separate: boolean,
): Promise<number> {
  const text = await readScenario(file, terminal);
  if (typeof text !== 'string') {
    terminal.err(`rmap-lens: ${text.problem}\n`);
    return UNUSABLE;
  }
  const scenario = parseScenario(text, {
    invariants: INVARIANT_IDS,
    ...(args.profile === null ? { profiles: PROFILE_IDS } : {}),
  });
  const profile = args.profile ?? profileOf(scenario) ?? (await profileOfTree(tree)) ?? DEFAULT_PROFILE;
  if (scenario.problems.length > 0) return reportProblems(file, scenario, terminal);
  const engine = engines.make(profile);
  if ('problem' in engine) {
    terminal.err(`rmap-lens: ${engine.problem}\n`);
    return UNUSABLE;
  }
  const run = runScenario(scenario, engine, {
    evaluator: createEvaluator({ spans: false }),
    ...(args.stepLimit === null ? {} : { stepLimit: args.stepLimit }),
  });
  const output = await outputOf(run, tree);
  if (args.format === 'json') terminal.out(`${JSON.stringify(output)}\n`);
  else writeReport(output, run, file, terminal, separate);
  return run.passed ? OK : FAILED;
}

async function readScenario(
  file: string,
  terminal: Terminal,
): Promise<string | { readonly problem: string }> {
  if (file === '-') return terminal.input();
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : code;
    return { problem: `Cannot read ${file}: ${why}.` };
  }
}

function reportProblems(file: string, scenario: Scenario, terminal: Terminal): number {
  for (const { range, message } of scenario.problems)
    terminal.err(`${file}:${range.line}:${range.start + 1}: ${message}\n`);
  return UNUSABLE;
}

/** The profile of the tree's version, if there is one. */
async function profileOfTree(tree: KernelTree | null): Promise<string | null> {
  const version = await tree?.version();
  return PROFILE_IDS.find((id) => id === version) ?? null;
}

/** A kernel between or beyond the profiles is run as another one, which has to be said. */
async function tellOfUnknownVersion(tree: KernelTree, terminal: Terminal): Promise<void> {
  if ((await profileOfTree(tree)) !== null) return;
  const version = await tree.version();
  const what =
    version === null
      ? 'does not say which Linux it is'
      : `is Linux ${version}, for which there is no profile`;
  terminal.err(
    `rmap-lens: The tree ${what}: files that name none are run as ${DEFAULT_PROFILE}; --profile chooses another.\n`,
  );
}

async function outputOf(run: Run, tree: KernelTree | null): Promise<RunOutput> {
  if (!tree) return runOutput(run);
  const steps = run.evaluation.violations.flatMap((violation) => run.trace.steps[violation.cause] ?? []);
  return steps.length === 0 ? runOutput(run) : runOutput(run, await tree.sitesOf(steps));
}
