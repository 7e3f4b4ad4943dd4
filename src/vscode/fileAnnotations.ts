/**
 * The annotations of a C file that need no run: computed when something first asks, and again when the text or the
 * kernel has changed.
 */
import type * as vscode from 'vscode';
import type { FunctionCatalogue, SimulatedFile } from './functionCatalogue';
import {
  ensurePlaces,
  type InvariantMark,
  marksOf,
  type StatementEffect,
  type SuspendedRange,
  statementEffects,
  suspendedRanges,
} from './invariantMarks';
import type { RunControl } from './runControl';

export interface FileAnnotations {
  readonly file: SimulatedFile;
  readonly marks: readonly InvariantMark[];
  readonly suspended: readonly SuspendedRange[];
  readonly effects: readonly StatementEffect[];
}

interface Known {
  readonly version: number;
  readonly profile: string;
  readonly annotations: Promise<FileAnnotations | null>;
}

export class AnnotatedFiles {
  private readonly known = new Map<string, Known>();

  constructor(
    private readonly catalogue: FunctionCatalogue,
    private readonly control: RunControl,
  ) {}

  /** Annotations of a document, or null when it lies in no kernel tree or cannot hold any. */
  of(document: vscode.TextDocument): Promise<FileAnnotations | null> {
    const key = document.uri.toString();
    const profile = this.control.chosenProfile;
    const known = this.known.get(key);
    if (known && known.version === document.version && known.profile === profile) return known.annotations;
    const annotations = this.compute(document);
    this.known.set(key, { version: document.version, profile, annotations });
    annotations.catch(() => this.known.delete(key));
    return annotations;
  }

  /** Forgets what was computed: of a document that was closed, or of all when the tree has changed. */
  forget(document?: vscode.TextDocument): void {
    if (document) this.known.delete(document.uri.toString());
    else this.known.clear();
  }

  private async compute(document: vscode.TextDocument): Promise<FileAnnotations | null> {
    const file = await this.catalogue.inDocument(document);
    if (!file) return null;
    const { facts, path, tree } = file;
    const invariants = this.control.invariants(tree);
    await ensurePlaces(facts, path, invariants);
    await this.control.prepareAnnotations(tree);
    const annotations = this.control.annotations(tree);
    const roles = file.functions.map(({ role }) => role);
    return {
      file,
      marks: marksOf(facts, path, invariants),
      suspended: suspendedRanges(facts, path, roles, annotations),
      effects: statementEffects(facts, path, roles, annotations),
    };
  }
}
