/**
 * CodeLens above simulated functions: run it on a sample, its invariants, its callers.
 */
import * as vscode from 'vscode';
import { incomingCalls } from '../source/navigation/callGraph';
import { rangeOf } from '../source/text';
import { configuration } from './configuration';
import type { FunctionCatalogue, SimulatedFile, SimulatedFunction } from './functionCatalogue';
import type { Log } from './log';
import { locationIn, type NavigationService, rangeIn } from './navigation/service';
import type { RunControl } from './runControl';
import type { SourceService } from './sourceService';
import { Store } from './store';

/** A lens whose callers are counted when it comes on screen. */
class CallersLens extends vscode.CodeLens {
  constructor(
    range: vscode.Range,
    readonly document: vscode.Uri,
    readonly file: SimulatedFile,
    readonly functionName: string,
  ) {
    super(range);
  }
}

export class FunctionLenses implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly store = new Store();
  private readonly changed = this.store.add(new vscode.EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(
    private readonly catalogue: FunctionCatalogue,
    control: RunControl,
    sources: SourceService,
    private readonly navigation: NavigationService,
    private readonly log: Log,
  ) {
    this.store.add(vscode.languages.registerCodeLensProvider({ language: 'c' }, this));
    this.store.add(configuration.onDidChange(['codeLens.enabled', 'profile'], () => this.changed.fire()));
    this.store.add(control.onDidChangeProfile(() => this.changed.fire()));
    this.store.add(sources.onDidChangeText(() => this.changed.fire()));
    this.store.add(sources.onDidChangeTrees(() => this.changed.fire()));
  }

  provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    if (!configuration.codeLens()) return Promise.resolve([]);
    return this.log.guard('CodeLens', async () => {
      const file = await this.catalogue.inDocument(document);
      return file ? file.functions.flatMap((one) => this.lensesOf(document, file, one)) : [];
    }, []);
  }

  resolveCodeLens(lens: vscode.CodeLens): Promise<vscode.CodeLens> {
    return this.log.guard(
      'CodeLens',
      async () => {
        if (lens instanceof CallersLens) lens.command = await this.callersCommand(lens);
        return lens;
      },
      lens,
    );
  }

  dispose(): void {
    this.store.dispose();
  }

  private lensesOf(
    document: vscode.TextDocument,
    file: SimulatedFile,
    { role, place, uses, invariants }: SimulatedFunction,
  ): vscode.CodeLens[] {
    const index = file.facts.file(file.path);
    if (!index) return [];
    const { start } = rangeOf(index.lineStarts, place.function.headSpan);
    const range = new vscode.Range(start.line, 0, start.line, 0);
    const root = file.tree.root.toString();
    const name = place.function.name;
    const best = uses[0];
    const lenses = [
      new vscode.CodeLens(range, {
        title: '$(play)\u00a0Run on a sample',
        tooltip: best
          ? `${best.sample.title}: stops at the first step in ${name}(), of the call that fails if one does`
          : '',
        command: 'rmapLens.runFunction',
        arguments: [role, best?.sample.id ?? null, root],
      }),
    ];
    if (uses.length > 1) {
      lenses.push(
        new vscode.CodeLens(range, {
          title: `${uses.length} samples…`,
          tooltip: `Choose one of the ${uses.length} samples that reach ${name}()`,
          command: 'rmapLens.runFunction',
          arguments: [role, null, root],
        }),
      );
    }
    if (invariants.length > 0) {
      lenses.push(
        new vscode.CodeLens(range, {
          title: counted(invariants.length, 'invariant'),
          tooltip: `Invariants that ${name}() asserts, documents, keeps or relies on`,
          command: 'rmapLens.showInvariants',
          arguments: [role, root],
        }),
      );
    }
    lenses.push(new CallersLens(range, document.uri, file, name));
    return lenses;
  }

  private async callersCommand(lens: CallersLens): Promise<vscode.Command> {
    const { tree, path } = lens.file;
    const navigator = await this.navigation.navigator(tree, 'tree', path);
    const callers = incomingCalls(navigator, lens.functionName).flatMap(({ caller, calls }) =>
      calls.map((span) => locationIn({ tree, navigator }, caller.path, span)),
    );
    const own = navigator.tree.functionsNamed(lens.functionName).find((place) => place.path === path);
    const position = own ? rangeIn(navigator, path, own.function.nameSpan).start : lens.range.start;
    return {
      title: counted(callers.length, 'caller'),
      tooltip: `Calls of ${lens.functionName}() in the files that the reverse map touches`,
      command: 'editor.action.showReferences',
      arguments: [lens.document, position, callers],
    };
  }
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
