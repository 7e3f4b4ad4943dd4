/** The symbols of one file, in order of the text: outline, breadcrumbs and search by name. */
import type { FileIndex } from '../facts';
import type { Span } from '../text';

export type SymbolKind =
  | 'function'
  | 'prototype'
  | 'struct'
  | 'union'
  | 'member'
  | 'enum'
  | 'enumerator'
  | 'macro'
  | 'variable'
  | 'typedef'
  | 'invocation';

export interface OutlineSymbol {
  readonly kind: SymbolKind;
  readonly name: string;
  /** Behind the name: parameters, type, condition. */
  readonly detail: string;
  readonly span: Span;
  readonly nameSpan: Span;
  readonly children: readonly OutlineSymbol[];
}

/** `anon_vma_clone(struct …)` → the part in parentheses. */
function parametersOf(signature: string): string {
  const open = signature.indexOf('(');
  return open < 0 ? '' : signature.slice(open);
}

function detailWith(text: string, conditions: readonly string[]): string {
  return conditions.length === 0 ? text : `${text} #if ${conditions.join(' && ')}`.trim();
}

/** Macros whose calls at file level name nothing worth listing. */
const SILENT = /^(?:EXPORT_|MODULE_|ALLOW_ERROR)/;

export function outlineOf(index: FileIndex): OutlineSymbol[] {
  const leaf = (
    kind: SymbolKind,
    { name, span, nameSpan }: { name: string; span: Span; nameSpan: Span },
    detail = '',
    children: readonly OutlineSymbol[] = [],
  ): OutlineSymbol => ({ kind, name, detail, span, nameSpan, children });
  const symbols = [
    ...index.functions.map((fact) =>
      leaf('function', fact, detailWith(parametersOf(fact.signature), fact.conditions)),
    ),
    ...index.prototypes.map((fact) =>
      leaf('prototype', fact, detailWith(parametersOf(fact.signature), fact.conditions)),
    ),
    ...index.structs.map((fact) =>
      leaf(
        fact.kind,
        { ...fact, name: fact.name || `(unnamed ${fact.kind})` },
        '',
        fact.fields.map((field) => leaf('member', field, detailWith(field.text, field.conditions))),
      ),
    ),
    ...index.enums.map((fact) =>
      leaf(
        'enum',
        { ...fact, name: fact.name || '(unnamed enum)' },
        '',
        fact.enumerators.map(({ name, span, value }) =>
          leaf(
            'enumerator',
            { name, span, nameSpan: { start: span.start, end: span.start + name.length } },
            value === undefined ? '' : `= ${value}`,
          ),
        ),
      ),
    ),
    ...index.macros.map((fact) =>
      leaf(
        'macro',
        fact,
        detailWith(fact.parameters ? `(${fact.parameters.join(', ')})` : '', fact.conditions),
      ),
    ),
    ...index.names.map((fact) => leaf(fact.kind, fact)),
    ...index.invocations
      .filter(({ macro, argumentTexts }) => !SILENT.test(macro) && argumentTexts.length > 0)
      .map(({ macro, argumentTexts, span }) =>
        leaf(
          'invocation',
          { name: macro, span, nameSpan: { start: span.start, end: span.start + macro.length } },
          `(${argumentTexts.join(', ')})`,
        ),
      ),
  ];
  return symbols.filter(({ name }) => name !== '').sort((a, b) => a.span.start - b.span.start);
}

/** True when the letters of `query` stand in `name` in this order, as VS Code's search by name takes it. */
export function matchesLoosely(name: string, query: string): boolean {
  const wanted = query.toLowerCase();
  const candidate = name.toLowerCase();
  let at = 0;
  for (const letter of wanted) {
    at = candidate.indexOf(letter, at) + 1;
    if (at === 0) {
      return false;
    }
  }
  return true;
}
