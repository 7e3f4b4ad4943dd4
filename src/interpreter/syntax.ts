/** tree-sitter's tree as plain nodes, read in one walk: named nodes, and unnamed ones that fill a field (operators). */
import type { Tree, TreeCursor } from 'web-tree-sitter';

export interface Syntax {
  readonly type: string;
  /** Field of the parent that it fills. */
  readonly field: string | null;
  /** Offsets in the parsed text. */
  readonly start: number;
  readonly end: number;
  readonly children: readonly Syntax[];
}

/** Nodes of a tree; comments are left out. The tree may be deleted afterwards. */
export function readSyntax(tree: Tree): Syntax {
  const cursor = tree.walk();
  try {
    return readNode(cursor);
  } finally {
    cursor.delete();
  }
}

function readNode(cursor: TreeCursor): Syntax {
  const { nodeType: type, startIndex: start, endIndex: end } = cursor;
  const field = cursor.currentFieldName;
  const children: Syntax[] = [];
  if (cursor.gotoFirstChild()) {
    do {
      if ((cursor.nodeIsNamed || cursor.currentFieldName !== null) && cursor.nodeType !== 'comment')
        children.push(readNode(cursor));
    } while (cursor.gotoNextSibling());
    cursor.gotoParent();
  }
  return { type, field, start, end, children };
}

export function child(node: Syntax, field: string): Syntax | undefined {
  return node.children.find((candidate) => candidate.field === field);
}

export function childrenOf(node: Syntax, field: string): readonly Syntax[] {
  return node.children.filter((candidate) => candidate.field === field);
}

/** First node with one of the types, depth first. */
export function findNode(node: Syntax, types: ReadonlySet<string>): Syntax | undefined {
  if (types.has(node.type)) return node;
  for (const inner of node.children) {
    const found = findNode(inner, types);
    if (found) return found;
  }
  return undefined;
}
