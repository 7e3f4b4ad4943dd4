/** Functions, prototypes, variables and typedefs of a file, from the children of the tree's root. */
import type { Node } from 'web-tree-sitter';
import { conditionsAt } from './conditionals';
import { docSpanBefore } from './docComments';
import type { FunctionFact, NameFact, ParameterFact } from './facts';
import { collapse } from './normalise';
import type { ParsedFile } from './parser';
import type { Replacement } from './replacement';
import type { Span } from './text';

export interface Definitions {
  readonly functions: FunctionFact[];
  readonly prototypes: FunctionFact[];
  readonly names: NameFact[];
  /** Nodes that may hold struct, union and enum definitions. */
  readonly typeHolders: Node[];
}

/** Collects what stands at file level; inside of pieces that were not understood, what was understood there. */
export class DefinitionReader {
  readonly #file: ParsedFile;
  readonly #heads: ReadonlyMap<number, Replacement>;
  readonly #found: Definitions = { functions: [], prototypes: [], names: [], typeHolders: [] };

  constructor(file: ParsedFile) {
    this.#file = file;
    this.#heads = new Map(
      file.dialect.replacements.filter(({ kind }) => kind === 'head macro').map((head) => [head.start, head]),
    );
  }

  read(): Definitions {
    this.#children(this.#file.fileLevelTree.rootNode);
    return this.#found;
  }

  #children(parent: Node): void {
    const { node } = this.#file.parser.grammar;
    const cursor = parent.walk();
    try {
      if (!cursor.gotoFirstChild()) {
        return;
      }
      do {
        switch (cursor.nodeTypeId) {
          case node.function_definition:
            this.#functionDefinition(cursor.currentNode);
            break;
          case node.declaration:
            this.#declaration(cursor.currentNode);
            break;
          case node.type_definition:
            this.#typeDefinition(cursor.currentNode);
            break;
          case node.struct_specifier:
          case node.union_specifier:
          case node.enum_specifier:
            this.#found.typeHolders.push(cursor.currentNode);
            break;
          case node.ERROR:
            this.#children(cursor.currentNode);
            break;
          default:
        }
      } while (cursor.gotoNextSibling());
    } finally {
      cursor.delete();
    }
  }

  #functionDefinition(definition: Node): void {
    const { field } = this.#file.parser.grammar;
    const declarator = definition.childForFieldId(field.declarator);
    const body = definition.childForFieldId(field.body);
    this.#holder(definition);
    if (declarator && body) {
      this.#function(definition, declarator, { start: body.startIndex, end: body.endIndex });
    }
  }

  #declaration(declaration: Node): void {
    const { field } = this.#file.parser.grammar;
    this.#holder(declaration);
    for (const declarator of declaration.childrenForFieldId(field.declarator)) {
      if (!this.#function(declaration, declarator, undefined)) {
        this.#name('variable', declaration, declarator);
      }
    }
  }

  #typeDefinition(definition: Node): void {
    const { field } = this.#file.parser.grammar;
    this.#holder(definition);
    for (const declarator of definition.childrenForFieldId(field.declarator)) {
      this.#name('typedef', definition, declarator);
    }
  }

  /** Remembers `holder` when a struct, union or enum is defined in its type. */
  #holder(holder: Node): void {
    const { node, field } = this.#file.parser.grammar;
    const type = holder.childForFieldId(field.type);
    const id = type?.typeId;
    if (type && (id === node.struct_specifier || id === node.union_specifier || id === node.enum_specifier)) {
      this.#found.typeHolders.push(holder.typeId === node.type_definition ? holder : type);
    }
  }

  #name(kind: NameFact['kind'], whole: Node, declarator: Node): void {
    const name = declaredName(declarator, this.#file);
    if (name) {
      const span = { start: whole.startIndex, end: whole.endIndex };
      this.#found.names.push({
        kind,
        name: this.#file.text.slice(name.start, name.end),
        span,
        nameSpan: name,
      });
    }
  }

  /** Adds a function when `declarator` is one's; a pointer to a function is none. */
  #function(whole: Node, declarator: Node, bodySpan: Span | undefined): boolean {
    const { node, field } = this.#file.parser.grammar;
    let inner: Node | null = declarator;
    while (inner && inner.typeId !== node.function_declarator) {
      inner = inner.typeId === node.init_declarator ? null : inner.childForFieldId(field.declarator);
    }
    const nameNode = inner?.childForFieldId(field.declarator);
    const parameters = inner?.childForFieldId(field.parameters);
    if (!nameNode || !parameters || nameNode.childCount > 0) {
      return false;
    }
    const { text, parsedText, dialect } = this.#file;
    const start = whole.startIndex;
    const head = this.#heads.get(start);
    const nameSpan = head?.nameSpan ?? { start: nameNode.startIndex, end: nameNode.endIndex };
    const headSpan = { start, end: parameters.endIndex };
    const words = parsedText.slice(start, nameSpan.start).split(/\s+/);
    (bodySpan ? this.#found.functions : this.#found.prototypes).push({
      name: text.slice(nameSpan.start, nameSpan.end),
      span: { start, end: whole.endIndex },
      nameSpan,
      headSpan,
      bodySpan,
      signature: tidy(parsedText.slice(headSpan.start, headSpan.end)),
      parameters: this.#parameters(parameters),
      docSpan: docSpanBefore(text, dialect.tokens.comments, start),
      isStatic: words.includes('static'),
      isInline: words.includes('inline') || /\b__always_inline\b/.test(text.slice(start, nameSpan.start)),
      definedBy: head?.name,
      conditions: conditionsAt(dialect.conditionals.regions, start),
    });
    return true;
  }

  #parameters(list: Node): ParameterFact[] {
    const { node, field } = this.#file.parser.grammar;
    const facts: ParameterFact[] = [];
    for (const parameter of list.namedChildren) {
      if (parameter.typeId !== node.parameter_declaration && parameter.typeId !== node.variadic_parameter) {
        continue;
      }
      const span = { start: parameter.startIndex, end: parameter.endIndex };
      const declarator = parameter.childForFieldId(field.declarator);
      const name = declarator ? declaredName(declarator, this.#file) : undefined;
      const text = tidy(this.#file.parsedText.slice(span.start, span.end));
      if (text !== 'void') {
        facts.push({ name: name ? this.#file.text.slice(name.start, name.end) : '', text, span });
      }
    }
    return facts;
  }
}

/** One line, without the blanks that replaced attributes next to a star or a parenthesis. */
function tidy(code: string): string {
  return collapse(code)
    .replace(/\( /g, '(')
    .replace(/ \)/g, ')')
    .replace(/ ([,(])/g, (match, mark: string) => (mark === ',' ? ',' : match))
    .replace(/\* (?=\w)/g, '*');
}

/** Span of the name that `declarator` declares, through pointers, arrays, parentheses and initialisers. */
export function declaredName(declarator: Node, file: ParsedFile): Span | undefined {
  const { field, isIdentifier } = file.parser.grammar;
  let inner: Node | null = declarator;
  while (inner && !isIdentifier.has(inner.typeId)) {
    const next: Node | null = inner.childForFieldId(field.declarator);
    inner = next ?? inner.namedChildren.find((child) => /identifier|declarator$/.test(child.type)) ?? null;
  }
  return inner ? { start: inner.startIndex, end: inner.endIndex } : undefined;
}
