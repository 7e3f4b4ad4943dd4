/** Names declared inside of functions: which declaration a name means, by the blocks around it. */
import type { Node } from 'web-tree-sitter';
import { declaredName } from '../definitions';
import type { ParsedFile } from '../parser';
import { contains, type Span } from '../text';
import { isLabel, isMember, isTag } from './syntax';
import { wordsNamed } from './words';

export interface LocalFact {
  readonly kind: 'variable' | 'parameter' | 'label';
  readonly nameSpan: Span;
  /** The declaration up to the name, such as `struct vm_area_struct *`; empty for a label. */
  readonly typeText: string;
  /** The block, loop or function in which the name means this. */
  readonly scope: Span;
  /** The initial value, when the text of the type says nothing (`auto`, `typeof`). */
  readonly value: Node | undefined;
  /** The macro whose call declares it, such as `DEFINE_FOLIO_VMA_WALK`. */
  readonly macro?: string;
}

/** Macros that declare a variable under the name that is their first argument. */
const DECLARES = /^(?:DEFINE_\w+|DECLARE_\w+|\w*_ITERATOR|\w*_STATE|\w*LIST_HEAD|CLASS)\s*\(\s*(\w+)/;

function spanOf(node: Node): Span {
  return { start: node.startIndex, end: node.endIndex };
}

export class LocalFinder {
  readonly #file: ParsedFile;

  constructor(file: ParsedFile) {
    this.#file = file;
  }

  /** The declaration that the word at `word` means; undefined when it is none of a function's own. */
  resolve(word: Span): LocalFact | undefined {
    const { text, tree } = this.#file;
    const name = text.slice(word.start, word.end);
    const label = isLabel(text, word);
    if (!label && (isMember(text, word) || isTag(text, word))) {
      return undefined;
    }
    const { node } = this.#file.parser.grammar;
    let scope = tree.rootNode.descendantForIndex(word.start, Math.max(word.start, word.end - 1));
    for (; scope; scope = scope.parent) {
      const id = scope.typeId;
      if (id === node.function_definition) {
        return label
          ? this.#label(scope, name)
          : (this.#parameter(scope, name) ?? this.#declaredByMacro(scope, name));
      }
      if (!label && (id === node.compound_statement || id === node.for_statement)) {
        const found = this.#declaredIn(scope, spanOf(scope), name, word.end);
        if (found) {
          return found;
        }
      }
    }
    return undefined;
  }

  /** All places where the local name means the same declaration, in source order. */
  uses(local: LocalFact): Span[] {
    const { text, dialect } = this.#file;
    const name = text.slice(local.nameSpan.start, local.nameSpan.end);
    return wordsNamed(text, name, dialect.tokens).filter(
      (word) =>
        contains(local.scope, word.start) &&
        !word.isInDirective &&
        this.resolve(word)?.nameSpan.start === local.nameSpan.start,
    );
  }

  #declaredIn(parent: Node, scope: Span, name: string, before: number): LocalFact | undefined {
    const { node } = this.#file.parser.grammar;
    let found: LocalFact | undefined;
    for (const child of parent.namedChildren) {
      if (child.startIndex >= before) {
        break;
      }
      if (child.typeId === node.declaration) {
        found = this.#declared(child, scope, name) ?? found;
      } else if (child.typeId === node.case_statement || child.typeId === node.labeled_statement) {
        found = this.#declaredIn(child, scope, name, before) ?? found;
      }
    }
    return found;
  }

  #declared(declaration: Node, scope: Span, name: string): LocalFact | undefined {
    const { node, field } = this.#file.parser.grammar;
    for (const declarator of declaration.childrenForFieldId(field.declarator)) {
      const nameSpan = declaredName(declarator, this.#file);
      if (nameSpan && this.#file.text.slice(nameSpan.start, nameSpan.end) === name) {
        const value =
          declarator.typeId === node.init_declarator ? declarator.childForFieldId(field.value) : null;
        const typeText = this.#typeText(declaration, nameSpan);
        return { kind: 'variable', nameSpan, typeText, scope, value: value ?? undefined };
      }
    }
    return undefined;
  }

  #typeText(declaration: Node, name: Span): string {
    const { field } = this.#file.parser.grammar;
    const type = declaration.childForFieldId(field.type);
    return this.#file.parsedText.slice(declaration.startIndex, type?.endIndex ?? name.start);
  }

  #parameter(definition: Node, name: string): LocalFact | undefined {
    const { node, field } = this.#file.parser.grammar;
    let inner = definition.childForFieldId(field.declarator);
    while (inner && inner.typeId !== node.function_declarator) {
      inner = inner.childForFieldId(field.declarator);
    }
    for (const parameter of inner?.childForFieldId(field.parameters)?.namedChildren ?? []) {
      const declarator = parameter.childForFieldId(field.declarator);
      const nameSpan = declarator ? declaredName(declarator, this.#file) : undefined;
      if (nameSpan && this.#file.text.slice(nameSpan.start, nameSpan.end) === name) {
        const typeText = this.#typeText(parameter, nameSpan);
        return { kind: 'parameter', nameSpan, typeText, scope: spanOf(definition), value: undefined };
      }
    }
    return undefined;
  }

  #declaredByMacro(definition: Node, name: string): LocalFact | undefined {
    const { text, dialect } = this.#file;
    const scope = spanOf(definition);
    for (const word of wordsNamed(text, name, dialect.tokens)) {
      const lineStart = text.lastIndexOf('\n', word.start) + 1;
      const line = contains(scope, word.start) ? text.slice(lineStart, word.end).trimStart() : '';
      if (DECLARES.exec(line)?.[1] === name && line.endsWith(name)) {
        const macro = /^\w+/.exec(line)?.[0] ?? '';
        const nameSpan = { start: word.start, end: word.end };
        return { kind: 'variable', nameSpan, typeText: '', scope, value: undefined, macro };
      }
    }
    return undefined;
  }

  #label(definition: Node, name: string): LocalFact | undefined {
    const { text, dialect } = this.#file;
    const scope = spanOf(definition);
    const nameSpan = wordsNamed(text, name, dialect.tokens).find(
      (word) =>
        contains(scope, word.start) &&
        isLabel(text, word) &&
        !/\bgoto\s*$/.test(text.slice(word.start - 40, word.start)),
    );
    return nameSpan && { kind: 'label', nameSpan, typeText: '', scope, value: undefined };
  }
}
