/**
 * Hovers in scenarios: what a word means, and below it what the operation or expectation gave when it was run.
 */
import * as vscode from 'vscode';
import { CATALOGUE, findInvariant } from '../invariants/catalogue';
import { parseScenario } from '../scenario/parser';
import { whatChanged } from '../scenario/snapshotDiff';
import type { Statement } from '../scenario/syntax';
import { type Topic, topicAt } from '../scenario/topics';
import { CALLABLE } from '../simulation/call';
import type { InvariantInfo } from '../trace/evaluation';
import { configuration } from './configuration';
import { functionText } from './functionTexts';
import { whenSentence } from './hoverText';
import type { Log } from './log';
import { trusted } from './markdown';
import { code, commandLink, escaped } from './markdownText';
import type { RunControl } from './runControl';
import { SCENARIO_LANGUAGE } from './scenarioParsing';
import { rangeIn } from './scenarioRanges';
import type { ScenarioRun, ScenarioRuns } from './scenarioRuns';

/** Changes that a hover lists. */
const CHANGES_SHOWN = 12;

export class ScenarioHover implements vscode.HoverProvider {
  constructor(
    private readonly runs: ScenarioRuns,
    private readonly control: RunControl,
    private readonly log: Log,
  ) {}

  register(): vscode.Disposable {
    return vscode.languages.registerHoverProvider({ language: SCENARIO_LANGUAGE }, this);
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | null> {
    if (!configuration.hover()) return Promise.resolve(null);
    return this.log.guard(
      'Hover',
      async () => {
        const text = document.getText();
        const found = topicAt(text, parseScenario(text), position.line + 1, position.character);
        if (!found) return null;
        const lines = found.topic ? this.meaning(found.topic) : [];
        const result = found.statement ? resultOf(found.statement, await this.runs.of(document)) : [];
        if (lines.length > 0 && result.length > 0) lines.push('', '---', '');
        lines.push(...result);
        return lines.length === 0 ? null : new vscode.Hover(trusted(lines), rangeIn(found.range));
      },
      null,
    );
  }

  private meaning(topic: Topic): string[] {
    switch (topic.kind) {
      case 'word': {
        const { usage, doc, example } = topic.info;
        return [code(usage), '', escaped(doc), '', `Example: ${code(example)}`];
      }
      case 'small':
        return [`${code(topic.word)} — ${escaped(topic.doc)}`];
      case 'invariant':
        return invariantCard(topic.id);
      case 'profile': {
        const profile = this.control.simulator.profiles.find(({ id }) => id === topic.id);
        return profile ? [`**${escaped(profile.title)}**`, '', escaped(profile.note)] : [];
      }
      case 'function': {
        const usage = CALLABLE.get(topic.name)?.usage;
        const purpose = functionText(topic.name)?.purpose ?? '';
        return usage === undefined ? [] : [code(usage), '', purpose];
      }
      case 'process':
        return [];
    }
  }
}

function invariantCard(id: string): string[] {
  const info: InvariantInfo | null = findInvariant(id);
  if (info)
    return [
      `**${escaped(info.title)}** ${code(info.id)}`,
      ...['', escaped(info.statement), ''],
      `*Holds* ${escaped(whenSentence(info.when))}.  `,
      `*Why:* ${escaped(info.why)}`,
    ];
  const [, name, condition] = /^assert\/([^/]+)\/(.+)$/.exec(id) ?? [];
  if (name !== undefined && condition !== undefined)
    return [`The kernel's own assert in ${code(`${name}()`)}: ${code(condition)}`];
  return [`There is no such invariant; there are ${CATALOGUE.length}.`];
}

/** What became of an operation or of an expectation; nothing for a directive, or when the file cannot be run. */
function resultOf(statement: Statement, { run, profile, runId }: ScenarioRun): string[] {
  const on = escaped(profile.title);
  if (run.problems.length > 0)
    return statement.kind === 'operation' ? ['Nothing is run as long as the file has mistakes.'] : [];
  const { line } = statement.range;
  if (statement.kind === 'expect') {
    const result = run.expectations.find((expectation) => expectation.line === line);
    if (!result) return [];
    if (result.met) return [`$(pass) Met on ${on}.`];
    return [`$(error) **Not met** on ${on}: ${escaped(result.found ?? 'something else was found')}.`];
  }
  const operation = run.trace.operations.find((known) => known.line === line);
  if (!operation) {
    const { truncated } = run.trace;
    return statement.kind === 'operation' && truncated !== null ? [`Not reached. ${escaped(truncated)}`] : [];
  }
  const before = run.trace.operations[operation.index - 1]?.snapshot ?? run.initial;
  const steps = operation.endStep - operation.firstStep;
  const count = steps === 1 ? '1 step' : `${steps} steps`;
  const linked =
    runId !== null && steps > 0
      ? commandLink(count, 'rmapLens.seek', [runId, operation.firstStep], 'Go to its first step')
      : count;
  const status = operation.status === 'ok' ? '$(pass) **ok**' : `$(error) **${operation.errno ?? 'failed'}**`;
  const lines = [`${status} on ${on}, ${linked}`, ''];
  if (operation.visits)
    for (const { vma, mapped } of operation.visits)
      lines.push(`- visits ${code(vma)}${mapped ? ', which maps it' : ', which does not map it'}`);
  const phrases = whatChanged(before, operation.snapshot);
  for (const phrase of phrases.slice(0, CHANGES_SHOWN)) lines.push(`- ${code(phrase)}`);
  if (phrases.length > CHANGES_SHOWN) lines.push(`- and ${phrases.length - CHANGES_SHOWN} more changes`);
  if (phrases.length === 0 && !operation.visits) lines.push('Nothing is different after it.');
  for (const violation of run.evaluation.violations.filter((known) => known.operation === operation.index))
    lines.push(`- $(warning) ${code(violation.invariant)}: ${escaped(violation.message)}`);
  return lines;
}
