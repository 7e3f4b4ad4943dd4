/** The grammar's node types and fields by number, so that walks compare numbers and not strings. */
import type { Language } from 'web-tree-sitter';

const NODE_NAMES = [
  'assignment_expression',
  'array_declarator',
  'break_statement',
  'call_expression',
  'case_statement',
  'compound_statement',
  'continue_statement',
  'declaration',
  'do_statement',
  'else_clause',
  'enum_specifier',
  'enumerator',
  'expression_statement',
  'field_declaration',
  'field_expression',
  'for_statement',
  'function_declarator',
  'function_definition',
  'goto_statement',
  'if_statement',
  'init_declarator',
  'labeled_statement',
  'parameter_declaration',
  'parenthesized_expression',
  'pointer_expression',
  'return_statement',
  'struct_specifier',
  'subscript_expression',
  'switch_statement',
  'type_definition',
  'union_specifier',
  'update_expression',
  'variadic_parameter',
  'while_statement',
  'ERROR',
] as const;

const FIELD_NAMES = [
  'alternative',
  'argument',
  'body',
  'condition',
  'consequence',
  'declarator',
  'field',
] as const;
const MORE_FIELD_NAMES = [
  'function',
  'label',
  'left',
  'name',
  'operator',
  'parameters',
  'type',
  'value',
] as const;

type NodeName = (typeof NODE_NAMES)[number];
type FieldName = (typeof FIELD_NAMES)[number] | (typeof MORE_FIELD_NAMES)[number];

/** Numbers of node types and fields; a name that the grammar lacks has number -1 and never matches. */
export interface Grammar {
  readonly node: Readonly<Record<NodeName, number>>;
  readonly field: Readonly<Record<FieldName, number>>;
  /** Node types that are names: identifiers of any kind. */
  readonly isIdentifier: ReadonlySet<number>;
}

function numbered<Name extends string>(
  names: readonly Name[],
  numberOf: (name: Name) => number | null,
): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, numberOf(name) ?? -1])) as Record<Name, number>;
}

/** Looks up the numbers once per language. */
export function grammarOf(language: Language): Grammar {
  const identifierNames = ['identifier', 'field_identifier', 'type_identifier', 'statement_identifier'];
  return {
    node: numbered(NODE_NAMES, (name) => language.idForNodeType(name, true)),
    field: numbered([...FIELD_NAMES, ...MORE_FIELD_NAMES], (name) => language.fieldIdForName(name)),
    isIdentifier: new Set(identifierNames.map((name) => language.idForNodeType(name, true) ?? -1)),
  };
}
