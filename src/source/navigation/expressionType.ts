/** Which struct an expression denotes or points to, as far as declarations say: `vma->anon_vma` is of `anon_vma`. */
import type { Node } from 'web-tree-sitter';
import type { FieldFact, StructFact } from '../facts';
import type { ParsedFile } from '../parser';
import type { Span } from '../text';
import { type LocalFact, LocalFinder } from './locals';

/** A struct, or a nested unnamed one: `prefix` is the path to it, such as `shared.`. */
export interface StructType {
  readonly struct: string;
  readonly prefix: string;
}

/** What is known of other files. */
export interface TypeWorld {
  /** Definitions of a struct or union by its tag. */
  structs(tag: string): readonly StructFact[];
  /** The type before the name of a function (what it returns) or of a variable, such as `struct anon_vma *`. */
  typeTextOf(name: string): string | undefined;
  /** The struct of the variable that a macro declares. */
  macroStruct(macro: string): string | undefined;
}

/** Tag of the struct that a type names; undefined for other types and typedefs. */
export function structIn(typeText: string): string | undefined {
  return /\b(?:struct|union)[\s_]+(\w+)/.exec(typeText)?.[1];
}

/** Depth of the walk into an expression: text can nest as it likes. */
const MAX_DEPTH = 40;

export class ExpressionTypes {
  readonly #file: ParsedFile;
  readonly #world: TypeWorld;
  readonly #locals: LocalFinder;

  constructor(file: ParsedFile, world: TypeWorld) {
    this.#file = file;
    this.#world = world;
    this.#locals = new LocalFinder(file);
  }

  /** The struct that the member at `word` (behind `.` or `->`, or in an initialiser) belongs to, if that can be told. */
  ownerOf(word: Span): StructType | undefined {
    const { node, field } = this.#file.parser.grammar;
    const leaf = this.#file.tree.rootNode.descendantForIndex(word.start, Math.max(word.start, word.end - 1));
    const parent = leaf?.parent;
    if (parent?.typeId === node.field_expression) {
      const argument = parent.childForFieldId(field.argument);
      return argument ? this.typeOf(argument, 0) : undefined;
    }
    return parent?.type === 'field_designator' ? this.#initialised(parent) : undefined;
  }

  /** Type of the variable that an initialiser with designators is for. */
  #initialised(designator: Node): StructType | undefined {
    const { node, field } = this.#file.parser.grammar;
    let depth = 0;
    for (let outer = designator.parent; outer; outer = outer.parent) {
      if (outer.type === 'initializer_list') {
        depth++;
      } else if (outer.typeId === node.declaration || outer.type === 'compound_literal_expression') {
        const type = outer.childForFieldId(field.type);
        return depth === 1 && type ? this.#named(this.#textOf(type)) : undefined;
      } else if (outer.typeId === node.function_definition) {
        return undefined;
      }
    }
    return undefined;
  }

  #textOf(node: Node): string {
    return this.#file.parsedText.slice(node.startIndex, node.endIndex);
  }

  #named(typeText: string): StructType | undefined {
    const struct = structIn(typeText);
    return struct === undefined ? undefined : { struct, prefix: '' };
  }

  typeOf(expression: Node, depth: number): StructType | undefined {
    const { node, field } = this.#file.parser.grammar;
    if (depth > MAX_DEPTH) {
      return undefined;
    }
    const of = (inner: Node | null | undefined): StructType | undefined =>
      inner ? this.typeOf(inner, depth + 1) : undefined;
    switch (expression.typeId) {
      case node.field_expression: {
        const owner = of(expression.childForFieldId(field.argument));
        const member = expression.childForFieldId(field.field);
        return owner && member ? this.#member(owner, this.#textOf(member)) : undefined;
      }
      case node.call_expression:
        return this.#called(expression, depth);
      case node.subscript_expression:
      case node.pointer_expression:
      case node.update_expression:
        return of(expression.childForFieldId(field.argument));
      case node.assignment_expression:
        return of(expression.childForFieldId(field.left));
      case node.parenthesized_expression:
        return of(expression.namedChildren.at(-1));
      default:
    }
    if (expression.type === 'identifier') {
      return this.#identifier(expression, depth);
    }
    if (expression.type === 'cast_expression' || expression.type === 'compound_literal_expression') {
      const type = expression.childForFieldId(field.type);
      return type ? this.#named(this.#textOf(type)) : undefined;
    }
    if (expression.type === 'conditional_expression') {
      return (
        of(expression.childForFieldId(field.consequence)) ?? of(expression.childForFieldId(field.alternative))
      );
    }
    return undefined;
  }

  /** The struct of a local variable by its declaration. */
  ofLocal({ typeText, macro }: LocalFact): StructType | undefined {
    const struct = macro === undefined ? structIn(typeText) : this.#world.macroStruct(macro);
    return struct === undefined ? undefined : { struct, prefix: '' };
  }

  #identifier(identifier: Node, depth: number): StructType | undefined {
    const local = this.#locals.resolve({ start: identifier.startIndex, end: identifier.endIndex });
    if (local) {
      const named = this.ofLocal(local);
      return named ?? (local.value ? this.typeOf(local.value, depth + 1) : undefined);
    }
    const typeText = this.#world.typeTextOf(this.#textOf(identifier));
    return typeText === undefined ? undefined : this.#named(typeText);
  }

  /** What a function returns; of `container_of` and the like, the type that is its argument. */
  #called(call: Node, depth: number): StructType | undefined {
    const { field } = this.#file.parser.grammar;
    const callee = call.childForFieldId(field.function);
    if (!callee) {
      return undefined;
    }
    const text = this.#file.text.slice(call.startIndex, call.endIndex);
    if (/^(?:\w*container_of|\w*_entry\w*|\w*rb_entry\w*)$/.test(this.#textOf(callee))) {
      return this.#named(text.slice(text.indexOf('(')));
    }
    if (
      /^(?:READ_ONCE|rcu_dereference\w*|unlikely|likely|smp_load_acquire|ACCESS_PRIVATE)$/.test(
        this.#textOf(callee),
      )
    ) {
      const first = call.namedChildren.at(-1)?.namedChildren[0];
      return first ? this.typeOf(first, depth + 1) : undefined;
    }
    const typeText = this.#world.typeTextOf(this.#textOf(callee));
    return typeText === undefined ? undefined : this.#named(typeText);
  }

  #member(owner: StructType, member: string): StructType | undefined {
    const found = fieldOf(this.#world, owner, member);
    if (!found) {
      return undefined;
    }
    return found.text.includes('{ … }')
      ? { struct: owner.struct, prefix: `${owner.prefix}${member}.` }
      : this.#named(found.text);
  }
}

/** The member of a struct by name, in the first definition that has it. */
export function fieldOf(world: TypeWorld, owner: StructType, member: string): FieldFact | undefined {
  const name = `${owner.prefix}${member}`;
  for (const { fields } of world.structs(owner.struct)) {
    const found = fields.find((candidate) => candidate.name === name);
    if (found) {
      return found;
    }
  }
  return undefined;
}
