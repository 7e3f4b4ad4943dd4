/**
 * Completion in scenarios: shows what `src/scenario/completion.ts` proposes.
 */
import * as vscode from 'vscode';
import { CATALOGUE } from '../invariants/catalogue';
import { completionsAt } from '../scenario/completion';
import type { Vocabulary } from '../scenario/completionContext';
import type { CompletionEntry, EntryKind } from '../scenario/completionEntry';
import { CALLABLE } from '../simulation/call';
import type { Log } from './log';
import { code, escaped } from './markdownText';
import type { RunControl } from './runControl';
import { SCENARIO_LANGUAGE } from './scenarioParsing';
import type { SourceService } from './sourceService';

/** Signs behind which something is expected. */
const TRIGGERS = [' ', ':', '@', '=', '/', '(', '!'] as const;

const KINDS: Readonly<Record<EntryKind, vscode.CompletionItemKind>> = {
  directive: vscode.CompletionItemKind.Keyword,
  process: vscode.CompletionItemKind.Variable,
  verb: vscode.CompletionItemKind.Function,
  keyword: vscode.CompletionItemKind.EnumMember,
  number: vscode.CompletionItemKind.Value,
  id: vscode.CompletionItemKind.Reference,
  function: vscode.CompletionItemKind.Method,
  statement: vscode.CompletionItemKind.Value,
};

export class ScenarioCompletion implements vscode.CompletionItemProvider {
  constructor(
    private readonly control: RunControl,
    private readonly sources: SourceService,
    private readonly log: Log,
  ) {}

  register(): vscode.Disposable {
    return vscode.languages.registerCompletionItemProvider(
      { language: SCENARIO_LANGUAGE },
      this,
      ...TRIGGERS,
    );
  }

  provideCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
    { triggerKind }: vscode.CompletionContext,
  ): Promise<vscode.CompletionList | null> {
    return this.log.guard(
      'Completion',
      async () => {
        const tree = await this.sources.trees.primary();
        if (token.isCancellationRequested) return null;
        const text = document.getText();
        const { simulator } = this.control;
        const found = completionsAt(text, position.line + 1, position.character, this.vocabulary(), () =>
          simulator.engine(this.control.profileFor(tree, text).id),
        );
        if (!found) return null;
        // a blank behind a finished statement asks for nothing
        if (found.optional && triggerKind === vscode.CompletionTriggerKind.TriggerCharacter) return null;
        if (found.endedAt !== null)
          this.log.info(`Completion knows the state above line ${found.endedAt} only: too many operations.`);
        const start = position.with({ character: found.start });
        const range = {
          inserting: new vscode.Range(start, position),
          replacing: new vscode.Range(start, position.with({ character: found.end })),
        };
        const items = found.entries.map((entry, at) => itemOf(entry, at, range));
        return new vscode.CompletionList(items, /\d$/.test(text.slice(0, document.offsetAt(position))));
      },
      null,
    );
  }

  private vocabulary(): Vocabulary {
    return {
      profiles: this.control.simulator.profiles,
      invariants: CATALOGUE,
      functions: [...CALLABLE].map(([name, { usage }]) => ({ name, usage })),
    };
  }
}

function itemOf(
  { kind, label, detail, doc, example, insert, snippet, again }: CompletionEntry,
  at: number,
  range: vscode.CompletionItem['range'],
): vscode.CompletionItem {
  const item = new vscode.CompletionItem(
    { label, ...(detail === '' ? {} : { description: detail }) },
    KINDS[kind],
  );
  item.sortText = String(at).padStart(4, '0');
  item.insertText = snippet ? new vscode.SnippetString(insert) : insert;
  if (range) item.range = range;
  if (detail !== '') item.detail = detail;
  const lines = [
    ...doc.split('\n').map(escaped),
    ...(example === '' ? [] : ['', `Example: ${code(example)}`]),
  ];
  if (doc !== '' || example !== '') item.documentation = new vscode.MarkdownString(lines.join('\n'));
  if (at === 0 && kind !== 'number') item.preselect = true;
  if (again) item.command = { command: 'editor.action.triggerSuggest', title: 'Suggest' };
  return item;
}
