/**
 * Statements of one function as plain data, in source order: what each calls, mentions, writes, where it stands. The
 * walk goes over the syntax tree with a cursor, once, and only for the function that is asked for.
 */
import type { TreeCursor } from 'web-tree-sitter';
import { type ExpressionFacts, ExpressionReader, noFacts } from './expressionFacts';
import type { Construct, StatementKind } from './facts';
import { collapse, squeeze } from './normalise';
import type { ParsedFile } from './parser';
import type { Replacement } from './replacement';
import { contains, type Span } from './text';

/** A statement being read. */
export interface Draft {
  readonly kind: StatementKind;
  readonly span: Span;
  readonly facts: ExpressionFacts;
  readonly label: string | undefined;
  readonly returned: string | undefined;
  readonly place: Place;
}

/** Where a statement stands. */
export interface Place {
  readonly depth: number;
  readonly within: Construct | undefined;
  /** Head of that construct; filled in when it has been read (that of `do` comes after its body). */
  readonly head: { draft: Draft | undefined } | undefined;
}

/** Reads the statements of one block. The cursor stays the caller's. */
export class StatementReader {
  readonly #file: ParsedFile;
  readonly #expressions: ExpressionReader;
  readonly #cursor: TreeCursor;
  readonly #drafts: Draft[] = [];
  /** Blocks in the order in which they were entered: an inner one after the one around it. */
  readonly #blocks: { readonly span: Span; readonly place: Place }[] = [];
  /** Iterator and scope macros of this function, by where their `while` stands. */
  readonly #blockMacros: ReadonlyMap<number, Replacement>;
  /** Macros without semicolon, which the parser does not see. */
  readonly #vanished: readonly Replacement[];

  constructor(file: ParsedFile, cursor: TreeCursor, inside: readonly Replacement[]) {
    this.#file = file;
    this.#cursor = cursor;
    this.#expressions = new ExpressionReader(file);
    this.#blockMacros = new Map(
      inside
        .filter(({ kind, text }) => (kind === 'iterator' || kind === 'scope') && text.trim() !== '')
        .map((macro) => [macro.start, macro]),
    );
    this.#vanished = inside.filter(
      ({ kind, text }) => (kind === 'macro call' || kind === 'scope') && text.trim() === '',
    );
  }

  /** Statements of the block that the cursor stands on. */
  read(): Draft[] {
    this.#children({ depth: 0, within: undefined, head: undefined });
    for (const macro of this.#vanished) {
      this.#addVanished(macro);
    }
    return this.#drafts.sort((a, b) => a.span.start - b.span.start);
  }

  #span(): Span {
    return { start: this.#cursor.startIndex, end: this.#cursor.endIndex };
  }

  #text(span: Span): string {
    return this.#file.text.slice(span.start, span.end);
  }

  #add(draft: Omit<Draft, 'label' | 'returned'> & { label?: string; returned?: string }): Draft {
    const whole = { label: undefined, returned: undefined, ...draft };
    this.#drafts.push(whole);
    return whole;
  }

  /** Reads the children of the cursor's node as statements. */
  #children(place: Place): void {
    this.#blocks.push({ span: this.#span(), place });
    if (!this.#cursor.gotoFirstChild()) {
      return;
    }
    do {
      this.#statement(place);
    } while (this.#cursor.gotoNextSibling());
    this.#cursor.gotoParent();
  }

  #statement(place: Place): void {
    const { node } = this.#file.parser.grammar;
    switch (this.#cursor.nodeTypeId) {
      case node.compound_statement:
        this.#children({ ...place, depth: place.depth + 1 });
        break;
      case node.expression_statement:
        this.#whole('expr', place);
        break;
      case node.declaration:
        this.#whole('decl', place);
        break;
      case node.return_statement:
        this.#return(place);
        break;
      case node.goto_statement:
        this.#goto(place);
        break;
      case node.break_statement:
        this.#add({ kind: 'break', span: this.#span(), facts: noFacts(), place });
        break;
      case node.continue_statement:
        this.#add({ kind: 'continue', span: this.#span(), facts: noFacts(), place });
        break;
      case node.if_statement:
        this.#if(place);
        break;
      case node.while_statement:
        this.#loopOrScope(place);
        break;
      case node.for_statement:
        this.#headed('for', 'loop', place);
        break;
      case node.do_statement:
        this.#do(place);
        break;
      case node.switch_statement:
        this.#headed('switch', 'switch', place);
        break;
      case node.case_statement:
        this.#case(place);
        break;
      case node.labeled_statement:
        this.#labelled(place);
        break;
      case node.ERROR:
        this.#children(place);
        break;
      default:
    }
  }

  /** A statement without parts that are statements. An empty one (`;`) is none. */
  #whole(kind: StatementKind, place: Place): void {
    const span = this.#span();
    if (span.end - span.start <= 1) {
      return;
    }
    const facts = noFacts();
    this.#expressions.read(this.#cursor, facts);
    this.#add({ kind, span, facts, place });
  }

  #return(place: Place): void {
    const span = this.#span();
    const facts = noFacts();
    this.#expressions.read(this.#cursor, facts);
    const returned = squeeze(this.#text(span).replace(/^return\b/, '')).replace(/;$/, '');
    this.#add({ kind: 'return', span, facts, place, returned });
  }

  #goto(place: Place): void {
    const span = this.#span();
    const label = squeeze(this.#text(span).replace(/^goto\b/, '')).replace(/;$/, '');
    this.#add({ kind: 'goto', span, facts: noFacts(), place, label });
  }

  /** Reads what stands before the body (or the alternative) and gives the head's end. */
  #headTo(isHeadEnd: (fieldId: number) => boolean, facts: ExpressionFacts): number {
    let end = this.#cursor.startIndex;
    do {
      if (isHeadEnd(this.#cursor.currentFieldId)) {
        return end;
      }
      this.#expressions.read(this.#cursor, facts);
      end = this.#cursor.endIndex;
    } while (this.#cursor.gotoNextSibling());
    return end;
  }

  /** A body hangs one level deeper whether it has braces or not. */
  #body(place: Place): void {
    if (this.#cursor.nodeTypeId === this.#file.parser.grammar.node.compound_statement) {
      this.#children(place);
    } else {
      this.#statement(place);
    }
  }

  #if(place: Place): void {
    const { node, field } = this.#file.parser.grammar;
    const { start } = this.#span();
    if (!this.#cursor.gotoFirstChild()) {
      return;
    }
    const facts = noFacts();
    const end = this.#headTo((id) => id === field.consequence, facts);
    const draft = this.#add({ kind: 'if', span: { start, end }, facts, place });
    const inner: Place = { depth: place.depth + 1, within: 'if', head: { draft } };
    do {
      if (this.#cursor.currentFieldId === field.consequence) {
        this.#body(inner);
      } else if (this.#cursor.nodeTypeId === node.else_clause) {
        this.#else(place, inner);
      }
    } while (this.#cursor.gotoNextSibling());
    this.#cursor.gotoParent();
  }

  /** `else if` stands where its `if` stands: a chain is flat, as it is written. */
  #else(place: Place, inner: Place): void {
    const { node } = this.#file.parser.grammar;
    if (!this.#cursor.gotoFirstChild()) {
      return;
    }
    while (this.#cursor.gotoNextSibling()) {
      if (this.#cursor.nodeTypeId === node.if_statement) {
        this.#if(place);
      } else {
        this.#body(inner);
      }
    }
    this.#cursor.gotoParent();
  }

  #loopOrScope(place: Place): void {
    const macro = this.#blockMacros.get(this.#cursor.startIndex);
    if (macro) {
      const isIterator = macro.kind === 'iterator';
      this.#headed(isIterator ? 'foreach' : 'scope', isIterator ? 'loop' : undefined, place, macro);
    } else {
      this.#headed('while', 'loop', place);
    }
  }

  /** A statement with a head and a body: loops, `switch`, and macros before a block. */
  #headed(kind: StatementKind, construct: Construct | undefined, place: Place, macro?: Replacement): void {
    const { field } = this.#file.parser.grammar;
    const { start } = this.#span();
    if (!this.#cursor.gotoFirstChild()) {
      return;
    }
    const facts = noFacts();
    const end = this.#headTo((id) => id === field.body, facts);
    const span = { start, end };
    if (macro) {
      this.#expressions.macro(macro.name, span, facts);
      facts.calls.sort((a, b) => a.span.start - b.span.start);
    }
    const draft = this.#add({ kind, span, facts, place });
    const depth = place.depth + 1;
    const inner = construct ? { depth, within: construct, head: { draft } } : { ...place, depth };
    do {
      if (this.#cursor.currentFieldId === field.body) {
        this.#body(inner);
      }
    } while (this.#cursor.gotoNextSibling());
    this.#cursor.gotoParent();
  }

  /** The head of `do` is its condition, behind the body. */
  #do(place: Place): void {
    const { field } = this.#file.parser.grammar;
    if (!this.#cursor.gotoFirstChild()) {
      return;
    }
    const head: { draft: Draft | undefined } = { draft: undefined };
    const facts = noFacts();
    let [start, end] = [-1, -1];
    do {
      const id = this.#cursor.currentFieldId;
      if (id === field.body) {
        this.#body({ depth: place.depth + 1, within: 'loop', head });
      } else if (id === field.condition) {
        this.#expressions.read(this.#cursor, facts);
        end = this.#cursor.endIndex;
      } else if (this.#cursor.nodeType === 'while') {
        start = this.#cursor.startIndex;
      }
    } while (this.#cursor.gotoNextSibling());
    this.#cursor.gotoParent();
    const macro = this.#blockMacros.get(start);
    if (macro) {
      this.#expressions.macro(macro.name, { start, end }, facts);
    }
    head.draft = this.#add({ kind: 'do', span: { start, end }, facts, place });
  }

  #case(place: Place): void {
    const { start } = this.#span();
    if (!this.#cursor.gotoFirstChild()) {
      return;
    }
    const facts = noFacts();
    let isHead = true;
    do {
      if (!isHead) {
        this.#statement({ ...place, depth: place.depth + 1 });
      } else if (this.#cursor.nodeType === ':') {
        isHead = false;
        const span = { start, end: this.#cursor.endIndex };
        const label = collapse(
          this.#text(span)
            .replace(/^case\b/, '')
            .replace(/:$/, ''),
        );
        this.#add({ kind: 'case', span, facts, place, label });
      } else {
        this.#expressions.read(this.#cursor, facts);
      }
    } while (this.#cursor.gotoNextSibling());
    this.#cursor.gotoParent();
  }

  #labelled(place: Place): void {
    const { start } = this.#span();
    if (!this.#cursor.gotoFirstChild()) {
      return;
    }
    const label = this.#text(this.#span());
    let isLabel = true;
    do {
      if (!isLabel) {
        this.#statement(place);
      } else if (this.#cursor.nodeType === ':') {
        isLabel = false;
        this.#add({
          kind: 'label',
          span: { start, end: this.#cursor.endIndex },
          facts: noFacts(),
          place,
          label,
        });
      }
    } while (this.#cursor.gotoNextSibling());
    this.#cursor.gotoParent();
  }

  /** A macro that the parser does not see belongs to the innermost block around it. */
  #addVanished(macro: Replacement): void {
    const block = this.#blocks.findLast(({ span }) => contains(span, macro.start));
    const place = block?.place ?? { depth: 0, within: undefined, head: undefined };
    const span = { start: macro.start, end: macro.end };
    const facts = noFacts();
    this.#expressions.macro(macro.name, span, facts);
    this.#add({ kind: 'expr', span, facts, place });
  }
}
