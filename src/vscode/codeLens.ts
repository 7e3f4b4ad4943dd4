/**
 * CodeLens above simulated functions: run it on a sample, its invariants, its callers.
 */
import * as vscode from 'vscode';
import { rangeOf } from '../source/text';
import type { TreeIndex } from '../source/treeIndex';
import { spanLocation } from './anchorPlaces';
import { configuration } from './configuration';
import type { FunctionCatalogue, SimulatedFile, SimulatedFunction } from './functionCatalogue';
import { uriInTree } from './kernelTree';
import type { Log } from './log';
import type { RunControl } from './runControl';
import type { SourceService } from './sourceService';
import { rangeOfLocation } from './sourceView';
import { Store } from './store';

/** Files in which callers of these functions are looked for. */
export const CALLER_FILES = [
  'mm/rmap.c',
  'mm/vma.c',
  'mm/vma.h',
  'mm/vma_init.c',
  'mm/vma_exec.c',
  'mm/mmap.c',
  'mm/mremap.c',
  'mm/mprotect.c',
  'mm/madvise.c',
  'mm/memory.c',
  'mm/huge_memory.c',
  'mm/hugetlb.c',
  'mm/khugepaged.c',
  'mm/ksm.c',
  'mm/migrate.c',
  'mm/memory-failure.c',
  'mm/page_idle.c',
  'mm/userfaultfd.c',
  'mm/nommu.c',
  'mm/internal.h',
  'include/linux/rmap.h',
  'kernel/fork.c',
  'fs/exec.c',
] as const;

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
    private readonly sources: SourceService,
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

  /** Reads the files one by one, so that hovers and typing are not kept waiting by all of them. */
  private async readCallers(facts: TreeIndex): Promise<void> {
    for (const path of CALLER_FILES) {
      if (facts.file(path)) continue;
      await facts.ensure([path]);
      await new Promise((done) => setTimeout(done, 0));
    }
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
        title: '$(play) Run on a sample',
        tooltip: best ? `${best.sample.title}: stops at the first step in ${name}()` : '',
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
    const { tree } = lens.file;
    const facts = await this.sources.facts(tree);
    await this.readCallers(facts);
    const callers = callersOf(await this.sources.facts(tree), lens.functionName).map(
      (location) => new vscode.Location(uriInTree(tree.root, location.file), rangeOfLocation(location)),
    );
    const name = facts.functionsNamed(lens.functionName).find(({ path }) => path === lens.file.path);
    const at = name ? spanLocation(facts, name.path, name.function.nameSpan) : null;
    const position = at ? new vscode.Position(at.line, at.column) : lens.range.start;
    return {
      title: counted(callers.length, 'caller'),
      tooltip: `Calls of ${lens.functionName}() in the files of the reverse map`,
      command: 'editor.action.showReferences',
      arguments: [lens.document, position, callers],
    };
  }
}

function callersOf(facts: TreeIndex, name: string) {
  return facts.callers(name).flatMap(({ path, call }) => spanLocation(facts, path, call.calleeSpan) ?? []);
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
