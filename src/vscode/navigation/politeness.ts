/**
 * Who answers for plain C. Where clangd, the C/C++ extension or ccls is installed and answers for a file, our definitions,
 * references, symbols, folding and call hierarchy stay silent there; what they do not have is shown all the same. One
 * setting decides: `rmapLens.navigation.enabled`.
 */
import * as vscode from 'vscode';
import { configuration } from '../configuration';
import type { Log } from '../log';
import { Store } from '../store';

/** Extensions that know C, and the setting (with the value) that turns them off. */
const OTHERS: readonly {
  readonly id: string;
  readonly name: string;
  readonly off?: readonly [string, unknown];
}[] = [
  { id: 'llvm-vs-code-extensions.vscode-clangd', name: 'clangd', off: ['clangd.enable', false] },
  { id: 'ms-vscode.cpptools', name: 'the C/C++ extension', off: ['C_Cpp.intelliSenseEngine', 'disabled'] },
  { id: 'ccls-project.ccls', name: 'ccls' },
];

/** Milliseconds after which the other extension is asked; when it has said nothing by the last, we answer. */
const ASKED_AFTER = [0, 2500, 8000];

export interface Verdict {
  readonly speaks: boolean;
  /** A sentence for the log and the status. */
  readonly why: string;
}

const ALONE: Verdict = { speaks: true, why: 'No other C extension is installed.' };

export class Politeness implements vscode.Disposable {
  private readonly store = new Store();
  private readonly changed = this.store.add(new vscode.EventEmitter<void>());
  private readonly verdicts = new Map<string, Verdict>();
  private readonly timers = new Set<ReturnType<typeof setTimeout>>();
  /** Places for which everybody is being asked: our own providers keep quiet meanwhile. */
  private readonly asking = new Set<string>();
  /** What `speaks` says of some document may have changed. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly log: Log) {
    this.store.add(vscode.extensions.onDidChange(() => this.reset()));
    this.store.add(configuration.onDidChange(['navigation.enabled'], () => this.reset()));
    this.store.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (OTHERS.some(({ off }) => off && event.affectsConfiguration(off[0]))) this.reset();
      }),
    );
    this.store.add(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.verdicts.delete(uri.toString())),
    );
  }

  /** Whether our providers answer for a document now. */
  speaks(document: vscode.TextDocument): boolean {
    return this.verdict(document).speaks;
  }

  verdict(document: vscode.TextDocument): Verdict {
    switch (configuration.navigation()) {
      case 'on':
        return { speaks: true, why: 'The setting rmapLens.navigation.enabled is on.' };
      case 'off':
        return { speaks: false, why: 'The setting rmapLens.navigation.enabled is off.' };
      default:
    }
    const other = otherExtension();
    if (!other) return ALONE;
    const key = document.uri.toString();
    const known = this.verdicts.get(key);
    if (known) return known;
    const silent = {
      speaks: false,
      why: `Left to ${other} (rmapLens.navigation.enabled is auto).`,
    };
    this.verdicts.set(key, silent);
    this.ask(document, other, 0);
    return silent;
  }

  /** Whether we answer where no one file is meant: nobody else is there, or nobody else answers for some open file. */
  speaksForTree(): boolean {
    const mode = configuration.navigation();
    if (mode !== 'auto') return mode === 'on';
    return otherExtension() === null || [...this.verdicts.values()].some(({ speaks }) => speaks);
  }

  /**
   * Whether the extension that a file is left to knows no definition here. Without a build clangd knows the names that a
   * file defines but not what most of its calls lead to; then ours helps, and nothing comes twice.
   */
  async knowsNone(document: vscode.TextDocument, position: vscode.Position): Promise<boolean> {
    const { uri } = document;
    const key = `${uri.toString()} ${document.offsetAt(position)}`;
    if (configuration.navigation() !== 'auto' || this.asking.has(key)) return false;
    this.asking.add(key);
    try {
      const found: unknown = await vscode.commands.executeCommand(
        'vscode.executeDefinitionProvider',
        uri,
        position,
      );
      return Array.isArray(found) && found.length === 0;
    } finally {
      this.asking.delete(key);
    }
  }

  dispose(): void {
    this.stopAsking();
    this.store.dispose();
  }

  private reset(): void {
    this.stopAsking();
    this.verdicts.clear();
    this.changed.fire();
  }

  private stopAsking(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  /** Asks whether anybody else has symbols for the document; ours are silent meanwhile. */
  private ask(document: vscode.TextDocument, other: string, attempt: number): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      void this.log.guard(
        'Asking for other C extensions',
        () => this.answer(document, other, attempt),
        undefined,
      );
    }, ASKED_AFTER[attempt]);
    this.timers.add(timer);
  }

  private async answer(document: vscode.TextDocument, other: string, attempt: number): Promise<void> {
    const key = document.uri.toString();
    const symbols: unknown = await vscode.commands.executeCommand(
      'vscode.executeDocumentSymbolProvider',
      document.uri,
    );
    if (document.isClosed || !this.verdicts.has(key)) return;
    const name = vscode.workspace.asRelativePath(document.uri);
    if (Array.isArray(symbols) && symbols.length > 0) {
      this.log.info(`C navigation in ${name}: left to ${other}, which answers there`);
    } else if (attempt + 1 < ASKED_AFTER.length) {
      this.ask(document, other, attempt + 1);
    } else {
      const why = `${other} is installed but has no symbols for this file.`;
      this.verdicts.set(key, { speaks: true, why });
      this.log.info(`C navigation in ${name}: ours, since ${why}`);
      this.changed.fire();
    }
  }
}

/** Name of an installed extension that answers for C, or null. */
function otherExtension(): string | null {
  const found = OTHERS.find(({ id, off }) => {
    if (!vscode.extensions.getExtension(id)) return false;
    return !off || vscode.workspace.getConfiguration().get<unknown>(off[0]) !== off[1];
  });
  return found?.name ?? null;
}
