/** What one piece of code calls, mentions and writes, gathered by one walk of a cursor over its nodes. */
import type { TreeCursor } from 'web-tree-sitter';
import { STORE_MACROS } from './assertNames';
import type { StatementCall, WriteFact } from './facts';
import { argumentsOf, squeeze } from './normalise';
import type { ParsedFile } from './parser';
import type { Span } from './text';

/** Facts of one statement while it is being read. */
export interface ExpressionFacts {
  readonly calls: StatementCall[];
  readonly identifiers: Set<string>;
  readonly writes: WriteFact[];
}

const KEYWORDS = /^(?:struct|union|enum|const|volatile|unsigned|signed|long|short|int|char|void|bool)$/;

export function noFacts(): ExpressionFacts {
  return { calls: [], identifiers: new Set(), writes: [] };
}

/** Last name of an lvalue: of `a->b.c` it is `c`, of `x[i]` it is `x`. */
function lastNameOf(target: string): string {
  const plain = target.replace(/\[[^\]]*\]/g, '').replace(/[()*&]/g, '');
  return /(\w+)$/.exec(plain)?.[1] ?? plain;
}

/** Reads expressions of one file. Every method leaves the cursor where it found it. */
export class ExpressionReader {
  readonly #file: ParsedFile;

  constructor(file: ParsedFile) {
    this.#file = file;
  }

  /** Adds what the cursor's node and everything in it calls, mentions and writes. */
  read(cursor: TreeCursor, into: ExpressionFacts): void {
    const { node, isIdentifier } = this.#file.parser.grammar;
    const type = cursor.nodeTypeId;
    if (isIdentifier.has(type)) {
      this.#identifier(cursor.startIndex, cursor.endIndex, into);
      return;
    }
    if (type === node.call_expression) {
      this.#call(cursor, into);
    } else if (type === node.assignment_expression) {
      this.#assignment(cursor, into);
    } else if (type === node.update_expression) {
      this.#update(cursor, into);
    } else if (type === node.init_declarator) {
      this.#initializer(cursor, into);
    }
    if (cursor.gotoFirstChild()) {
      do {
        this.read(cursor, into);
      } while (cursor.gotoNextSibling());
      cursor.gotoParent();
    }
  }

  /** A macro that the parser did not see as a call: an iterator, or one that lacks its semicolon. */
  macro(name: string, span: Span, into: ExpressionFacts): void {
    into.calls.push({
      name,
      span,
      isIndirect: false,
      argumentTexts: argumentsOf(this.#text(span.start, span.end)),
    });
    into.identifiers.add(name);
  }

  #text(start: number, end: number): string {
    return this.#file.text.slice(start, end);
  }

  /** A type that the dialect pass joined into one name (`struct_page`) is read as the words that stand there. */
  #identifier(start: number, end: number, into: ExpressionFacts): void {
    const text = this.#text(start, end);
    if (/^\w+$/.test(text)) {
      into.identifiers.add(text);
      return;
    }
    for (const word of text.match(/[A-Za-z_]\w*/g) ?? []) {
      if (!KEYWORDS.test(word)) {
        into.identifiers.add(word);
      }
    }
  }

  #call(cursor: TreeCursor, into: ExpressionFacts): void {
    const { node, isIdentifier } = this.#file.parser.grammar;
    const span = { start: cursor.startIndex, end: cursor.endIndex };
    cursor.gotoFirstChild();
    const type = cursor.nodeTypeId;
    const callee = this.#text(cursor.startIndex, cursor.endIndex);
    const calleeEnd = cursor.endIndex;
    cursor.gotoParent();
    const isIndirect = !isIdentifier.has(type);
    const name = type === node.call_expression ? '' : isIndirect ? lastNameOf(squeeze(callee)) : callee;
    if (name === '') {
      return;
    }
    const argumentTexts = argumentsOf(this.#text(calleeEnd, span.end));
    into.calls.push({ name, span, isIndirect, argumentTexts });
    const stores = isIndirect ? 0 : (STORE_MACROS.get(name) ?? 0);
    for (const argument of argumentTexts.slice(0, stores)) {
      this.#write(argument.replace(/^&\s*/, ''), name, span, into);
    }
  }

  #assignment(cursor: TreeCursor, into: ExpressionFacts): void {
    const span = { start: cursor.startIndex, end: cursor.endIndex };
    cursor.gotoFirstChild();
    const target = this.#text(cursor.startIndex, cursor.endIndex);
    cursor.gotoNextSibling();
    while (cursor.nodeType === 'comment' && cursor.gotoNextSibling()) {
      // Comments may stand anywhere between.
    }
    const operator = this.#text(cursor.startIndex, cursor.endIndex);
    cursor.gotoParent();
    this.#write(target, operator, span, into);
  }

  #update(cursor: TreeCursor, into: ExpressionFacts): void {
    const span = { start: cursor.startIndex, end: cursor.endIndex };
    const text = squeeze(this.#text(span.start, span.end));
    const isPrefix = text.startsWith('++') || text.startsWith('--');
    const operator = isPrefix ? text.slice(0, 2) : text.slice(-2);
    this.#write(isPrefix ? text.slice(2) : text.slice(0, -2), operator, span, into);
  }

  #initializer(cursor: TreeCursor, into: ExpressionFacts): void {
    const { node, field } = this.#file.parser.grammar;
    const span = { start: cursor.startIndex, end: cursor.endIndex };
    let depth = 0;
    do {
      cursor.gotoFirstChild();
      depth++;
      while (cursor.currentFieldId !== field.declarator && cursor.gotoNextSibling()) {
        // To the declared name.
      }
    } while (
      cursor.currentFieldId === field.declarator &&
      cursor.nodeTypeId !== node.function_declarator &&
      this.#hasChild(cursor)
    );
    const target = this.#text(cursor.startIndex, cursor.endIndex);
    for (; depth > 0; depth--) {
      cursor.gotoParent();
    }
    this.#write(target, 'init', span, into);
  }

  #hasChild(cursor: TreeCursor): boolean {
    if (!cursor.gotoFirstChild()) {
      return false;
    }
    cursor.gotoParent();
    return true;
  }

  #write(lvalue: string, operator: string, span: Span, into: ExpressionFacts): void {
    const target = squeeze(lvalue).replace(/^\((.*)\)$/, '$1');
    into.writes.push({ target, field: lastNameOf(target), operator, span });
  }
}
