/**
 * The simulated functions of a file: those that play a role here, and that some sample reaches.
 */
import type * as vscode from 'vscode';
import { functionAt } from '../source/fileIndex';
import { namesOfRole, roleOf } from '../source/roles';
import { contains } from '../source/text';
import type { FunctionPlace, TreeIndex } from '../source/treeIndex';
import type { InvariantInfo } from '../trace/evaluation';
import { type KernelTree, pathInTree } from './kernelTree';
import type { FunctionUse } from './recordings';
import type { RunControl } from './runControl';
import type { SourceService } from './sourceService';

export interface SimulatedFunction {
  readonly role: string;
  readonly place: FunctionPlace;
  readonly uses: readonly FunctionUse[];
  readonly invariants: readonly InvariantInfo[];
}

export interface SimulatedFile {
  readonly tree: KernelTree;
  readonly facts: TreeIndex;
  /** From the tree's root. */
  readonly path: string;
  /** In order of the text. */
  readonly functions: readonly SimulatedFunction[];
}

export class FunctionCatalogue {
  constructor(
    private readonly sources: SourceService,
    private readonly control: RunControl,
  ) {}

  /** The simulated functions of a document, or null when it lies in no kernel tree or cannot hold any. */
  async inDocument(document: vscode.TextDocument): Promise<SimulatedFile | null> {
    const tree = await this.sources.trees.around(document.uri);
    const path = tree && pathInTree(tree.root, document.uri);
    if (!tree || path === null || !mayHoldRoles(path)) return null;
    const reading = await this.sources.facts(tree);
    await reading.ensure([path]);
    await this.control.prepareUses(tree);
    const facts = await this.sources.facts(tree);
    const uses = this.control.usesByRole(tree);
    const functions: SimulatedFunction[] = [];
    for (const [role, list] of uses) {
      for (const place of facts.definitions(role)) {
        if (place.path !== path) continue;
        functions.push({ role, place, uses: list, invariants: this.invariantsOf(role, tree) });
      }
    }
    functions.sort((a, b) => a.place.function.span.start - b.place.function.span.start);
    return { tree, facts, path, functions };
  }

  /** Role of a function by the name that this tree gives it, if it is simulated; else null. */
  async roleNamed({ tree }: SimulatedFile, name: string): Promise<string | null> {
    for (const role of this.control.usesByRole(tree).keys()) {
      if (!namesOfRole(role).includes(name)) continue;
      const reading = await this.sources.facts(tree);
      await reading.ensureRole(role);
      const facts = await this.sources.facts(tree);
      if (facts.definitions(role).some((place) => place.function.name === name)) return role;
    }
    return null;
  }

  /** Role of the simulated function whose name stands at `position`, or that it lies in. */
  async functionAt(
    file: SimulatedFile,
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<string | null> {
    const word = document.getWordRangeAtPosition(position);
    const named = word ? await this.roleNamed(file, document.getText(word)) : null;
    if (named !== null) return named;
    const offset = document.offsetAt(position);
    const around = file.functions.find(({ place }) => contains(place.function.span, offset));
    return around?.role ?? null;
  }

  /** Role of the function whose name stands at `position`, or that it lies in, simulated or not; null for others. */
  roleAt(file: SimulatedFile, document: vscode.TextDocument, position: vscode.Position): string | null {
    const word = document.getWordRangeAtPosition(position);
    const offset = document.offsetAt(position);
    const around = functionAt(file.facts.file(file.path)?.functions ?? [], offset);
    return roleOf(word ? document.getText(word) : '') ?? roleOf(around?.name ?? '') ?? null;
  }

  /** Invariants that are asserted, documented, kept or relied on in a function. */
  invariantsOf(role: string, tree: KernelTree | null): readonly InvariantInfo[] {
    return this.control.invariants(tree).filter(({ places }) => places.some((place) => place.role === role));
  }
}

/** Files that can hold a function of the reverse map; a driver's source is not parsed for nothing. */
function mayHoldRoles(path: string): boolean {
  return /^(mm\/[\w-]+\.[ch]|include\/linux\/\w+\.h|kernel\/fork\.c|fs\/exec\.c)$/.test(path);
}
