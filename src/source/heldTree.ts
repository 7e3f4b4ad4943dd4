/** A syntax tree that is parsed when it is first asked for, kept through edits and given back on demand. */
import type { Edit, Range, Tree } from 'web-tree-sitter';

/** Parses a text, wholly or with an edited predecessor; with `ranges` only what lies in them. */
export type ParseText = (text: string, old?: Tree, ranges?: readonly Range[]) => Tree;

export class HeldTree {
  readonly #parse: ParseText;
  #tree: Tree | undefined;
  /** True while edits are noted in the tree that it was not parsed with. */
  #isEdited = false;

  constructor(parse: ParseText) {
    this.#parse = parse;
  }

  /** True while a tree is held in the wasm memory. */
  get isHeld(): boolean {
    return this.#tree !== undefined;
  }

  /** The tree of `text`, which is the text of before with all edits; valid until the next edit or release. */
  of(text: string, ranges?: readonly Range[]): Tree {
    if (!this.#tree || this.#isEdited) {
      const old = this.#tree;
      this.#tree = undefined;
      try {
        this.#tree = this.#parse(text, old, ranges);
      } finally {
        old?.delete();
      }
      this.#isEdited = false;
    }
    return this.#tree;
  }

  /** Notes a change of the text; the next question parses again what it concerns. */
  edit(edit: Edit): void {
    this.#tree?.edit(edit);
    this.#isEdited = true;
  }

  /** Gives the memory back. */
  release(): void {
    this.#tree?.delete();
    this.#tree = undefined;
  }
}
