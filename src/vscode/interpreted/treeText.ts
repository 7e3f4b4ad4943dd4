/**
 * The C text of an open tree as something that can be run: as it stands in the editor, unsaved edits included, and as it was before
 * anybody edited it here. Read when first asked for; an edit reads again only what it touches.
 */
import * as vscode from 'vscode';
import { KernelText } from '../../binding/interpreter';
import { TREE_FILES } from '../../binding/treeFiles';
import { ProgramCache } from '../../interpreter/program';
import { RECOGNITION_FILES, recogniseKernelTree } from '../../source/kernelTree';
import { configuration } from '../configuration';
import type { KernelTree } from '../kernelTree';
import type { SourceService } from '../sourceService';
import { Store } from '../store';

/** Paths that a run reads. */
const READ: ReadonlySet<string> = new Set(TREE_FILES);

/** A text that can be run, or one sentence saying why it cannot. */
export type Runnable = { readonly text: KernelText } | { readonly problem: string };

interface Known {
  /** Text by path when the tree was first read, from the disk. */
  readonly original: ReadonlyMap<string, string>;
  readonly cache: ProgramCache;
  current: ReadonlyMap<string, string>;
  runnable: Runnable | null;
  originalRunnable: Runnable | null;
  isStale: boolean;
  /** The reading that is under way, which everybody waits for. */
  refreshing: Promise<void> | null;
}

export class TreeTexts implements vscode.Disposable {
  private readonly store = new Store();
  private readonly trees = new Map<string, Promise<Known>>();
  private readonly changed = this.store.add(new vscode.EventEmitter<KernelTree>());
  /** What a run would read has changed, and the typing has paused. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly sources: SourceService) {
    this.store.add(
      sources.onDidChangeText(({ tree, paths }) => {
        if (![...paths].some((path) => READ.has(path))) return;
        void this.trees.get(tree.root.toString())?.then((known) => {
          known.isStale = true;
          this.changed.fire(tree);
        });
      }),
    );
    this.store.add(
      configuration.onDidChange(['interpreter.stubs'], () => {
        this.trees.clear();
      }),
    );
  }

  /** The text as it stands in the editor. */
  async current(tree: KernelTree): Promise<Runnable> {
    for (;;) {
      const known = await this.fresh(tree);
      if (known.runnable) return known.runnable;
      const { current } = known;
      const opened = await this.open(current, known.cache);
      // what was typed in the meantime is another text
      if (known.current === current && !known.isStale) {
        known.runnable = opened;
        return opened;
      }
    }
  }

  /** The text as it was before it was edited here. */
  async original(tree: KernelTree): Promise<Runnable> {
    const known = await this.fresh(tree);
    if (known.current === known.original) return this.current(tree);
    known.originalRunnable ??= await this.open(known.original, new ProgramCache());
    return known.originalRunnable;
  }

  /** True when the text that a run reads is not what it was at first. */
  async isEdited(tree: KernelTree): Promise<boolean> {
    const known = await this.fresh(tree);
    return known.current !== known.original;
  }

  /** Takes the text as it stands for the one to compare with from now on. */
  async accept(tree: KernelTree): Promise<void> {
    const { current, cache, runnable } = await this.fresh(tree);
    const known: Known = {
      ...{ original: current, current, cache, runnable },
      ...{ originalRunnable: null, isStale: false, refreshing: null },
    };
    this.trees.set(tree.root.toString(), Promise.resolve(known));
    this.changed.fire(tree);
  }

  dispose(): void {
    this.trees.clear();
    this.store.dispose();
  }

  private async fresh(tree: KernelTree): Promise<Known> {
    const key = tree.root.toString();
    let reading = this.trees.get(key);
    if (!reading) {
      reading = this.read(tree);
      this.trees.set(key, reading);
      reading.catch(() => this.trees.delete(key));
    }
    const known = await reading;
    if (known.isStale)
      known.refreshing ??= this.refresh(tree, known).finally(() => {
        known.refreshing = null;
      });
    await known.refreshing;
    return known;
  }

  private async refresh(tree: KernelTree, known: Known): Promise<void> {
    while (known.isStale) {
      known.isStale = false;
      const texts = await this.texts(tree, true);
      known.current = isSame(texts, known.original) ? known.original : texts;
      known.runnable = null;
    }
  }

  private async read(tree: KernelTree): Promise<Known> {
    // Opening the index makes the edits of this tree known from here on.
    await this.sources.facts(tree);
    const original = await this.texts(tree, false);
    const now = await this.texts(tree, true);
    const current = isSame(now, original) ? original : now;
    const cache = new ProgramCache();
    return {
      ...{ original, current, cache, runnable: null, originalRunnable: null },
      ...{ isStale: false, refreshing: null },
    };
  }

  /** `open`: what is typed and not saved counts. */
  private async texts(tree: KernelTree, open: boolean): Promise<Map<string, string>> {
    const paths = [...new Set([...TREE_FILES, ...RECOGNITION_FILES])];
    const texts = await Promise.all(
      paths.map((path) => (open ? this.sources.text(tree, path) : this.sources.savedText(tree, path))),
    );
    return new Map(
      paths.flatMap((path, at) => {
        const text = texts[at];
        return text === undefined ? [] : [[path, text] as const];
      }),
    );
  }

  private async open(files: ReadonlyMap<string, string>, cache: ProgramCache): Promise<Runnable> {
    const tree = recogniseKernelTree((path) => files.get(path));
    if (!tree)
      return { problem: 'There is no anon_vma_clone() in mm/rmap.c, so that this text cannot be run.' };
    const parser = await this.sources.kernelParser();
    const opened = KernelText.open({
      parser,
      files: new Map(
        TREE_FILES.flatMap((path) => {
          const text = files.get(path);
          return text === undefined ? [] : [[path, text] as const];
        }),
      ),
      profile: tree.profile,
      cache,
      stubs: configuration.stubs(),
      wayOut: (what) => `Supply a stub for ${what} in the setting rmapLens.interpreter.stubs.`,
    });
    return opened instanceof KernelText ? { text: opened } : opened;
  }
}

function isSame(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  if (a.size !== b.size) return false;
  for (const [path, text] of a) if (b.get(path) !== text) return false;
  return true;
}
