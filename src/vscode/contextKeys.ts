/**
 * Context keys that menus, keys and enablement of commands depend on.
 */
import * as vscode from 'vscode';
import type { KernelTree } from './kernelTree';
import type { Session } from './session';
import { Store } from './store';

export type ContextKey = 'running' | 'canStepForward' | 'canStepBack' | 'hasViolations' | 'hasTree';

export class ContextKeys implements vscode.Disposable {
  private readonly store = new Store();
  private readonly values = new Map<ContextKey, boolean>();

  constructor(private readonly session: Session) {
    this.store.add(session.onDidChangeRun(() => this.update()));
    this.store.add(session.onDidMoveCursor(() => this.update()));
    this.update();
    this.setTree(null);
  }

  setTree(tree: KernelTree | null): void {
    this.set('hasTree', tree !== null);
  }

  /** What is set, for tests. */
  get(key: ContextKey): boolean {
    return this.values.get(key) ?? false;
  }

  dispose(): void {
    this.store.dispose();
    for (const key of this.values.keys()) void setContext(key, undefined);
  }

  private update(): void {
    const { current, position } = this.session;
    this.set('running', current !== null);
    this.set('canStepForward', current !== null && position < current.trace.steps.length - 1);
    this.set('canStepBack', current !== null && position >= 0);
    this.set('hasViolations', (current?.run.evaluation.violations.length ?? 0) > 0);
  }

  private set(key: ContextKey, value: boolean): void {
    if (this.values.get(key) === value) return;
    this.values.set(key, value);
    void setContext(key, value);
  }
}

function setContext(key: ContextKey, value: boolean | undefined): Thenable<unknown> {
  return vscode.commands.executeCommand('setContext', `rmapLens.${key}`, value);
}
