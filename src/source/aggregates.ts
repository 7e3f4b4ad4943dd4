/** Struct, union and enum definitions with their members. */
import type { Node } from 'web-tree-sitter';
import { conditionsAt } from './conditionals';
import { declaredName } from './definitions';
import { docSpanBefore, docSpanBehind } from './docComments';
import type { EnumeratorFact, EnumFact, FieldFact, StructFact } from './facts';
import { collapse } from './normalise';
import type { ParsedFile } from './parser';
import type { Span } from './text';

export interface Aggregates {
  readonly structs: StructFact[];
  readonly enums: EnumFact[];
}

function spanOf(node: Node): Span {
  return { start: node.startIndex, end: node.endIndex };
}

/** Reads the definitions out of the type specifiers (or typedefs) that the definition reader found. */
export class AggregateReader {
  readonly #file: ParsedFile;
  readonly #found: Aggregates = { structs: [], enums: [] };

  constructor(file: ParsedFile) {
    this.#file = file;
  }

  read(holders: readonly Node[]): Aggregates {
    const { node, field } = this.#file.parser.grammar;
    for (const holder of holders) {
      const isTypedef = holder.typeId === node.type_definition;
      const specifier = isTypedef ? holder.childForFieldId(field.type) : holder;
      const declarator = isTypedef ? holder.childForFieldId(field.declarator) : null;
      if (specifier) {
        this.#specifier(specifier, declarator ? declaredName(declarator, this.#file) : undefined);
      }
    }
    return this.#found;
  }

  #textOf(span: Span): string {
    return this.#file.text.slice(span.start, span.end);
  }

  #specifier(specifier: Node, typedefName: Span | undefined): void {
    const { node, field } = this.#file.parser.grammar;
    const body = specifier.childForFieldId(field.body);
    if (!body) {
      return;
    }
    const span = spanOf(specifier);
    const own = specifier.childForFieldId(field.name);
    const nameSpan = own ? spanOf(own) : (typedefName ?? { start: span.start, end: span.start });
    const docSpan = docSpanBefore(this.#file.text, this.#file.dialect.tokens.comments, span.start);
    const name = this.#textOf(nameSpan);
    if (specifier.typeId === node.enum_specifier) {
      this.#found.enums.push({ name, span, nameSpan, docSpan, enumerators: this.#enumerators(body) });
      return;
    }
    const kind = specifier.typeId === node.union_specifier ? 'union' : 'struct';
    const fields: FieldFact[] = [];
    this.#found.structs.push({ kind, name, span, nameSpan, docSpan, fields });
    this.#fields(body, '', fields);
  }

  #enumerators(body: Node): EnumeratorFact[] {
    const { node, field } = this.#file.parser.grammar;
    const facts: EnumeratorFact[] = [];
    for (const child of body.namedChildren) {
      if (child.typeId === node.enumerator) {
        const name = child.childForFieldId(field.name);
        const value = child.childForFieldId(field.value);
        facts.push({
          name: name ? this.#textOf(spanOf(name)) : '',
          span: spanOf(child),
          value: value ? collapse(this.#textOf(spanOf(value))) : undefined,
        });
      }
    }
    return facts;
  }

  #fields(body: Node, prefix: string, fields: FieldFact[]): void {
    const { node, field } = this.#file.parser.grammar;
    for (const child of body.namedChildren) {
      if (child.typeId !== node.field_declaration) {
        continue;
      }
      const type = child.childForFieldId(field.type);
      const nested = type?.childForFieldId(field.body) ?? null;
      const isEnum = type?.typeId === node.enum_specifier;
      const declarators = child.childrenForFieldId(field.declarator);
      const names = declarators
        .map((declarator) => declaredName(declarator, this.#file))
        .filter((name) => name !== undefined);
      for (const name of names) {
        fields.push(this.#field(child, name, prefix, nested));
      }
      if (nested && !isEnum) {
        const inner = names[0] ? `${prefix}${this.#textOf(names[0])}.` : prefix;
        this.#fields(nested, inner, fields);
      }
      if (type && nested && (isEnum || type.childForFieldId(field.name))) {
        this.#specifier(type, undefined);
      }
    }
  }

  #field(declaration: Node, nameSpan: Span, prefix: string, nested: Node | null): FieldFact {
    const { text, parsedText, dialect } = this.#file;
    const span = spanOf(declaration);
    const { comments } = dialect.tokens;
    const code = nested
      ? `${parsedText.slice(span.start, nested.startIndex)}{ … }${parsedText.slice(nested.endIndex, span.end)}`
      : parsedText.slice(span.start, span.end);
    return {
      name: `${prefix}${this.#textOf(nameSpan)}`,
      text: collapse(code).replace(/\s*;$/, ''),
      span,
      nameSpan,
      docSpan: docSpanBehind(text, comments, span.end) ?? docSpanBefore(text, comments, span.start),
      conditions: conditionsAt(dialect.conditionals.regions, span.start),
    };
  }
}
