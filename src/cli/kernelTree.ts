/**
 * A kernel tree on disk: which kernel it is, and where steps and places of invariants stand in it. The parser and its
 * wasm are loaded when something is looked up.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Site, SiteResolver } from '../scenario/run';
import type { TreeIndex } from '../source/treeIndex';
import type { InvariantInfo, Place } from '../trace/evaluation';
import type { Anchor, Step } from '../trace/step';
import type { Terminal } from './terminal';

/** A place found in the tree: `mm/rmap.c:263`. */
export interface FoundPlace {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** Opens a tree, or says in one sentence why it cannot be used. */
export async function openKernelTree(
  folder: string,
  terminal: Terminal,
): Promise<KernelTree | { readonly problem: string }> {
  if (!existsSync(folder))
    return { problem: `There is no folder ${folder}: give the root of a kernel tree.` };
  if (!existsSync(join(folder, 'mm/rmap.c')))
    return { problem: `${folder} is not a kernel tree: it has no mm/rmap.c. Give the root of the tree.` };
  return new KernelTree(folder, terminal);
}

export class KernelTree {
  private index: Promise<TreeIndex> | null = null;

  constructor(
    readonly folder: string,
    private readonly terminal: Terminal,
  ) {}

  /** `7.3`, from the tree's Makefile; null when it does not say. */
  async version(): Promise<string | null> {
    const makefile = await readText(join(this.folder, 'Makefile'));
    const version = /^VERSION\s*=\s*(\d+)/m.exec(makefile ?? '')?.[1];
    const patchlevel = /^PATCHLEVEL\s*=\s*(\d+)/m.exec(makefile ?? '')?.[1];
    return version === undefined || patchlevel === undefined ? null : `${version}.${patchlevel}`;
  }

  /** A resolver that knows the places of these steps. */
  async sitesOf(steps: readonly Step[]): Promise<SiteResolver> {
    const index = await this.open();
    for (const role of new Set(steps.flatMap((step) => step.anchor?.role ?? [])))
      await index.ensureRole(role);
    return (step) => siteOf(index, step);
  }

  /** Where a place of an invariant is; null when this tree does not have it. */
  async find(place: Place): Promise<FoundPlace | null> {
    const index = await this.open();
    await index.ensureRole(place.role);
    if (place.pattern !== null) return anchorPlace(index, { role: place.role, pattern: place.pattern });
    const definition = index.definitions(place.role)[0];
    if (!definition) return null;
    if (place.comment === null) return lineOf(index, definition.path, definition.function.nameSpan.start);
    const text = index.text(definition.path) ?? '';
    const { docSpan, span } = definition.function;
    const from = docSpan?.start ?? span.start;
    const at = commentPattern(place.comment).exec(text.slice(from, span.end))?.index;
    return at === undefined ? null : lineOf(index, definition.path, from + at);
  }

  /** Asserts of the tree that an `assert/FUNCTION/EXPRESSION` means. */
  async findAsserts({ id }: InvariantInfo): Promise<FoundPlace[]> {
    const [, functionName, expression] = /^assert\/([^/]+)\/(.+)$/s.exec(id) ?? [];
    if (functionName === undefined || expression === undefined) return [];
    const index = await this.open();
    await index.ensureRole(functionName);
    const wanted = expression.replace(/\s+/g, '');
    return index
      .asserts(functionName)
      .filter(({ assert }) => assert.text.replace(/\s+/g, '') === wanted)
      .flatMap(({ path, assert }) => lineOf(index, path, assert.span.start) ?? []);
  }

  private open(): Promise<TreeIndex> {
    this.index ??= openIndex(this.folder, this.terminal);
    return this.index;
  }
}

async function openIndex(folder: string, terminal: Terminal): Promise<TreeIndex> {
  const [{ KernelParser }, { TreeIndex }] = await Promise.all([
    import('../source/parser'),
    import('../source/treeIndex'),
  ]);
  const [runtime, language] = await Promise.all([
    terminal.wasm('web-tree-sitter.wasm'),
    terminal.wasm('tree-sitter-c.wasm'),
  ]);
  const parser = await KernelParser.create({ runtime, language });
  return new TreeIndex(parser, (path) => readText(join(folder, path)));
}

function siteOf(index: TreeIndex, step: Step): Site {
  const unknown = { file: null, line: null, function: step.function };
  if (step.location)
    return { file: step.location.file, line: step.location.line + 1, function: step.function };
  if (!step.anchor) return unknown;
  const found = index.resolve(step.anchor);
  if (!found.ok) return unknown;
  return { file: found.file, line: found.range.start.line + 1, function: found.functionName };
}

function anchorPlace(index: TreeIndex, anchor: Anchor): FoundPlace | null {
  const found = index.resolve(anchor);
  return found.ok ? { file: found.file, line: found.range.start.line + 1 } : null;
}

function lineOf(index: TreeIndex, file: string, offset: number): FoundPlace | null {
  const text = index.text(file);
  if (text === undefined) return null;
  return { file, line: text.slice(0, offset).split('\n').length };
}

/** The words of a comment, whatever stands between them at ends of lines. */
function commentPattern(words: string): RegExp {
  const parts = words.split(/\s+/).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(parts.join('[\\s*]+'), 'i');
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}
