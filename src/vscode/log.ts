/**
 * The output channel, and the boundary at which errors of a command end: logged in full, shown as one sentence.
 */
import * as vscode from 'vscode';
import { Notice } from './notice';
import type { Store } from './store';

/** Errors kept for tests. */
const KEPT = 20;

export class Log {
  /** The latest errors, oldest first. */
  readonly errors: string[] = [];
  private readonly channel: vscode.LogOutputChannel;

  constructor(store: Store) {
    this.channel = store.add(vscode.window.createOutputChannel('Rmap Lens', { log: true }));
  }

  show(): void {
    this.channel.show(true);
  }

  info(message: string): void {
    this.channel.info(message);
  }

  warn(message: string): void {
    this.channel.warn(message);
  }

  /** Logs an error that nobody has to be told of. */
  error(what: string, error: unknown): void {
    const text = `${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
    this.channel.error(text);
    this.errors.push(text);
    if (this.errors.length > KEPT) this.errors.shift();
  }

  /** Logs an error and shows one sentence. */
  report(what: string, error: unknown): void {
    if (error instanceof vscode.CancellationError) return;
    if (error instanceof Notice) {
      this.channel.info(`${what}: ${error.message}`);
      const show =
        error.level === 'info' ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
      void show(error.message);
      return;
    }
    this.error(what, error);
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(`${what} did not work: ${reason}`, 'Show Log').then((choice) => {
      if (choice) this.show();
    });
  }

  /** Registers a command whose errors end here. */
  command<A extends unknown[]>(id: string, title: string, run: (...args: A) => unknown): vscode.Disposable {
    return vscode.commands.registerCommand(id, async (...args: A) => {
      try {
        return await run(...args);
      } catch (error) {
        this.report(title, error);
        return undefined;
      }
    });
  }

  /** For event handlers and providers: logs what goes wrong and gives `fallback`. */
  async guard<T>(what: string, run: () => T | Promise<T>, fallback: T): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof vscode.CancellationError)) this.error(what, error);
      return fallback;
    }
  }
}
