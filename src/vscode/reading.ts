/**
 * The guided reading: one comment after the other, at the statements of the open tree that it speaks of, in VS Code's
 * own comment view. Next, previous, all stops, and running a sample to where the text stands.
 */
import * as vscode from 'vscode';
import { type FoundStop, findStop, type GuidedReading, type Stop } from '../annotations/guidedReading';
import { LIFE_OF_AN_ANON_VMA } from '../annotations/lifeOfAnAnonVma';
import type { Sighting } from '../annotations/sightings';
import type { TreeIndex } from '../source/treeIndex';
import { locationOf, resolveAnchor } from './anchorPlaces';
import { TITLES } from './commandIds';
import { type KernelTree, uriInTree } from './kernelTree';
import type { Log } from './log';
import { trusted } from './markdown';
import { code, commandLink, escaped } from './markdownText';
import { Notice } from './notice';
import { choose } from './runCommands';
import type { RunControl } from './runControl';
import type { SourceService } from './sourceService';
import type { SourceView } from './sourceView';
import { rangeOfLocation } from './sourceView';
import { Store } from './store';

/** Lines of the code that stay in sight above a stop. */
const LINES_ABOVE = 6;
/** Where a stop goes that the tree does not have. */
const FALLBACK_FILE = 'mm/rmap.c';

/** What is shown, for tests. */
export interface ReadingState {
  /** From 0. */
  readonly at: number;
  readonly stops: number;
  readonly id: string;
  readonly uri: string;
  readonly line: number;
  /** Why the stop is not in this tree, or null. */
  readonly missing: string | null;
  readonly text: string;
}

export interface ReadingParts {
  readonly extensionUri: vscode.Uri;
  readonly control: RunControl;
  readonly sources: SourceService;
  readonly view: SourceView;
  readonly log: Log;
}

/** One reading under way. */
interface Open {
  readonly tree: KernelTree;
  readonly at: number;
  readonly thread: vscode.CommentThread;
}

export class Reading implements vscode.Disposable {
  private readonly store = new Store();
  private readonly reading: GuidedReading = LIFE_OF_AN_ANON_VMA;
  private controller: vscode.CommentController | null = null;
  private open: Open | null = null;
  private shown: ReadingState | null = null;

  constructor(private readonly parts: ReadingParts) {
    const { log } = parts;
    const command = (id: keyof typeof TITLES, run: () => Promise<void> | void) =>
      this.store.add(log.command(id, TITLES[id], run));
    command('rmapLens.startReading', () => this.go(0, true));
    command('rmapLens.nextStop', () => this.go((this.open?.at ?? -1) + 1, false));
    command('rmapLens.previousStop', () => this.go((this.open?.at ?? 1) - 1, false));
    command('rmapLens.chooseStop', () => this.chooseStop());
    command('rmapLens.endReading', () => this.end());
  }

  get state(): ReadingState | null {
    return this.shown;
  }

  dispose(): void {
    this.end();
    this.controller?.dispose();
    this.store.dispose();
  }

  /** Shows a stop; past the last one the reading ends. */
  private async go(at: number, anew: boolean): Promise<void> {
    const stop = this.reading.stops[Math.max(0, at)];
    if (!stop) {
      this.end();
      throw new Notice(`That was the last stop of “${this.reading.title}”.`, 'info');
    }
    const tree = anew || !this.open ? await this.tree() : this.open.tree;
    const found = await findStop(await this.parts.sources.facts(tree), stop);
    await this.show(tree, Math.max(0, at), stop, found);
  }

  private async tree(): Promise<KernelTree> {
    const tree = await this.parts.sources.trees.primary();
    if (!tree) {
      throw new Notice(
        'The guided reading goes through the code of a kernel tree. Open one, or run “Rmap: Get Kernel Files…” first.',
      );
    }
    return tree;
  }

  private async show(tree: KernelTree, at: number, stop: Stop, found: FoundStop): Promise<void> {
    const facts = await this.parts.sources.facts(tree);
    const missing = 'missing' in found ? found.missing : null;
    const location =
      'missing' in found
        ? { file: FALLBACK_FILE, line: 0, column: 0, endLine: 0, endColumn: 0 }
        : locationOf(found.found.file, found.found.range);
    const uri = uriInTree(tree.root, location.file);
    const editor = await this.parts.view.reveal(tree, location, { focus: true });
    await this.parts.control.prepareUses(tree);
    const lines = this.text(tree, at, stop, found, this.runTo(tree, facts, stop, found));
    this.open?.thread.dispose();
    const thread = this.comments().createCommentThread(uri, rangeOfLocation(location), [
      {
        body: trusted(lines),
        mode: vscode.CommentMode.Preview,
        author: {
          name: this.reading.title,
          iconPath: vscode.Uri.joinPath(this.parts.extensionUri, 'media', 'icon.png'),
        },
        label: `stop ${at + 1} of ${this.reading.stops.length}`,
      },
    ]);
    thread.canReply = false;
    thread.contextValue = 'rmapLens.reading';
    thread.label = stop.title;
    thread.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
    this.open = { tree, at, thread };
    this.shown = {
      at,
      ...{ stops: this.reading.stops.length, id: stop.id, uri: uri.toString(), line: location.line, missing },
      text: lines.join('\n'),
    };
    await vscode.commands.executeCommand('setContext', 'rmapLens.reading', true);
    // the comment opens below the statement: both are to be in sight, also when a panel takes the lower half
    const { start, end } = rangeOfLocation(location);
    const above = new vscode.Position(Math.max(0, start.line - LINES_ABOVE), 0);
    editor?.revealRange(new vscode.Range(above, end), vscode.TextEditorRevealType.AtTop);
  }

  private comments(): vscode.CommentController {
    this.controller ??= vscode.comments.createCommentController('rmapLens.reading', this.reading.title);
    return this.controller;
  }

  private text(tree: KernelTree, at: number, stop: Stop, found: FoundStop, run: Sighting | null): string[] {
    const lines = [stop.text, ''];
    if ('missing' in found) lines.push(`*Not in this tree:* ${escaped(found.missing)}`, '');
    else if (found.place.here !== null)
      lines.push(`*In this tree* ${code(found.found.functionName)}: ${found.place.here}`, '');
    const root = tree.root.toString();
    if (run) {
      const link = commandLink(
        `Run “${escaped(run.title)}” to here`,
        'rmapLens.runSample',
        [run.sample, run.step, root],
        'Run the sample and stop at this statement',
      );
      lines.push(`$(play) ${link}`, '');
    } else if ('found' in found) {
      const { title } = this.parts.control.profileFor(tree, null);
      lines.push(`*No sample comes past this statement as ${escaped(title)}.*`, '');
    }
    const last = at === this.reading.stops.length - 1;
    lines.push(
      [
        ...(at > 0 ? [`$(arrow-left) ${commandLink('Previous', 'rmapLens.previousStop')}`] : []),
        last
          ? commandLink('End', 'rmapLens.endReading')
          : `${commandLink('Next', 'rmapLens.nextStop')} $(arrow-right)`,
        commandLink('All stops…', 'rmapLens.chooseStop'),
      ].join(' · '),
    );
    return lines;
  }

  /** The step at which a sample, that of the stop before others, comes past the statement. */
  private runTo(tree: KernelTree, facts: TreeIndex, stop: Stop, found: FoundStop): Sighting | null {
    if ('missing' in found) return null;
    const { role } = found.place.anchor;
    const { line, column } = found.found.range.start;
    const { id: profile } = this.parts.control.profileFor(tree, null);
    const uses = [...this.parts.control.uses(role, tree)]
      .filter(({ recording }) => recording.run.trace.profile === profile)
      .sort((a, b) => Number(b.sample.id === stop.sample) - Number(a.sample.id === stop.sample));
    for (const { sample, steps } of uses) {
      const step = steps.find(({ anchor }) => {
        const place = anchor ? resolveAnchor(facts, anchor) : null;
        return (
          place && 'location' in place && place.location.line === line && place.location.column === column
        );
      });
      if (step) return { sample: sample.id, title: sample.title, step: step.number };
    }
    return null;
  }

  private async chooseStop(): Promise<void> {
    const tree = this.open?.tree ?? (await this.tree());
    const facts = await this.parts.sources.facts(tree);
    const choices: { label: string; description: string; value: number }[] = [];
    for (const [value, stop] of this.reading.stops.entries()) {
      const found = await findStop(facts, stop);
      choices.push({
        label: `${value + 1}. ${stop.title}`,
        description:
          'missing' in found
            ? 'not in this tree'
            : `${found.found.functionName}() · ${found.found.file}:${found.found.range.start.line + 1}`,
        value,
      });
    }
    await this.go(await choose(this.reading.title, 'The stop to go to', choices), false);
  }

  private end(): void {
    this.open?.thread.dispose();
    this.open = null;
    this.shown = null;
    void vscode.commands.executeCommand('setContext', 'rmapLens.reading', false);
  }
}
