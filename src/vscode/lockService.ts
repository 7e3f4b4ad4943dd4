/**
 * Lock analyses of the open trees: files are read one by one, so that nothing else waits, and what has been computed stays
 * until an edit touches it.
 */
import * as vscode from 'vscode';
import { type FunctionLocks, LOCK_FILES, LockAnalysis, type LockContract } from '../analysis/lockAnalysis';
import type { FunctionBody } from '../source/facts';
import { overlaps, type Span } from '../source/text';
import type { FunctionPlace, TreeIndex } from '../source/treeIndex';
import { type KernelTree, pathInTree } from './kernelTree';
import type { Log } from './log';
import type { SourceService } from './sourceService';
import { Store } from './store';
import { nextTurn, Turns } from './turns';

/** Files that nearly every answer needs; the others follow when there is time. */
const FIRST = LOCK_FILES.slice(0, 7);
/** Milliseconds without an edit after which what callers hold is worked out. */
const QUIET = 1000;
/** Files whose functions are looked at; navigation may have read many more. */
const WATCHED: ReadonlySet<string> = new Set(LOCK_FILES);

export interface AnnotatedFunction {
  readonly place: FunctionPlace;
  readonly locks: FunctionLocks;
  readonly body: FunctionBody;
  readonly analysis: LockAnalysis;
  readonly facts: TreeIndex;
  /** Root of the tree. */
  readonly root: string;
}

interface OpenAnalysis {
  readonly facts: TreeIndex;
  readonly analysis: LockAnalysis;
}

export class LockService implements vscode.Disposable {
  private readonly store = new Store();
  private readonly changed = this.store.add(new vscode.EventEmitter<void>());
  private readonly analyses = new Map<string, OpenAnalysis>();
  private readonly reading = new Set<TreeIndex>();
  /** Files that were asked for, of which what callers hold is told, by tree. */
  private readonly asked = new Map<string, Set<string>>();
  private learning: ReturnType<typeof setTimeout> | undefined;
  /** Indices of trees of which all files that matter are read. */
  private readonly whole = new WeakSet<TreeIndex>();
  private ended = false;
  /** More is known than before, or the text is another. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly sources: SourceService,
    private readonly log: Log,
  ) {
    this.store.add(
      sources.onDidChangeText(() => {
        this.changed.fire();
        this.learnSoon();
      }),
    );
    this.store.add(
      sources.onDidChangeTrees(() => {
        this.analyses.clear();
        this.asked.clear();
        this.changed.fire();
      }),
    );
  }

  /** Functions of a document that overlap `span`, with their locks; none outside of kernel trees. */
  async functionsIn(
    document: vscode.TextDocument,
    span: Span,
    token: vscode.CancellationToken,
  ): Promise<readonly AnnotatedFunction[]> {
    const found: AnnotatedFunction[] = [];
    for await (const one of this.each(document, span, token)) found.push(one);
    return found;
  }

  /** The same one by one; others get their turn in between. Ends early when the text changes meanwhile. */
  async *each(
    document: vscode.TextDocument,
    span: Span,
    token: vscode.CancellationToken,
  ): AsyncGenerator<AnnotatedFunction> {
    const tree = await this.sources.trees.around(document.uri);
    const path = tree && pathInTree(tree.root, document.uri);
    if (!tree || path === null || !WATCHED.has(path)) return;
    const { version } = document;
    const { facts, analysis } = await this.ready(tree, path);
    const root = tree.root.toString();
    const turns = new Turns();
    const isOff = (): boolean => token.isCancellationRequested || this.ended || document.version !== version;
    for (const one of analysis.functionsIn(path)) {
      if (!overlaps(one.function.span, span)) continue;
      await turns.rest();
      if (isOff()) return;
      const locks = await turns.through(analysis.functionInTurns(path, one.function), isOff);
      if (isOff()) return;
      if (locks) yield { place: one, locks, body: facts.body(one), analysis, facts, root };
    }
  }

  /** What a function does about locks; undefined where its file is not looked at, or there is no such function. */
  async contract(tree: KernelTree, path: string, name: string): Promise<LockContract | undefined> {
    if (!WATCHED.has(path)) return undefined;
    const { analysis } = await this.ready(tree, path);
    const place = analysis.functionsIn(path).find((one) => one.function.name === name);
    return place && (await new Turns().through(analysis.lockContractInTurns(place), () => this.ended));
  }

  dispose(): void {
    this.ended = true;
    clearTimeout(this.learning);
    this.analyses.clear();
    this.store.dispose();
  }

  private async ready(tree: KernelTree, path: string): Promise<OpenAnalysis> {
    const reading = await this.sources.facts(tree);
    await this.read(reading, [...FIRST, path]);
    const facts = await this.sources.facts(tree);
    const key = tree.root.toString();
    const known = this.analyses.get(key);
    const open =
      known?.facts === facts
        ? known
        : { facts, analysis: new LockAnalysis(facts, (file) => WATCHED.has(file)) };
    this.analyses.set(key, open);
    const asked = this.asked.get(key) ?? new Set();
    this.asked.set(key, asked);
    if (!asked.has(path)) {
      asked.add(path);
      this.learnSoon();
    }
    if (!this.reading.has(facts)) {
      this.reading.add(facts);
      void this.log.guard('Reading what takes locks', () => this.readOthers(tree), undefined);
    }
    return open;
  }

  /** Parses files one at a time. */
  private async read(facts: TreeIndex, paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      if (this.ended || facts.text(path) !== undefined) continue;
      await facts.ensure([path]);
      facts.file(path);
      await nextTurn();
    }
  }

  private async readOthers(tree: KernelTree): Promise<void> {
    const facts = await this.sources.facts(tree);
    await this.read(facts, LOCK_FILES);
    if (this.ended) return;
    this.whole.add(facts);
    this.changed.fire();
    this.learnSoon();
  }

  /** Finds out what callers hold when nobody has typed for a moment and all files are read. */
  private learnSoon(): void {
    clearTimeout(this.learning);
    this.learning = setTimeout(() => {
      void this.log.guard('What callers hold', () => this.learn(), undefined);
    }, QUIET);
  }

  private async learn(): Promise<void> {
    const timer = this.learning;
    for (const [key, { facts, analysis }] of this.analyses) {
      if (!this.whole.has(facts)) continue;
      for (const path of this.asked.get(key) ?? []) {
        const { version } = facts;
        const isOver = (): boolean => this.ended || timer !== this.learning;
        const isOld = (): boolean => facts.version !== version;
        const news = await new Turns().through(analysis.learnCallers(path), () => isOver() || isOld());
        if (news === undefined) {
          // more was read, or something was typed: begin anew
          if (!isOver()) this.learnSoon();
          return;
        }
        if (news) this.changed.fire();
      }
    }
  }
}
