/** The body of one function as plain data: its entry, its statements in source order, its end. */
import { conditionsAt } from './conditionals';
import type { FunctionBody, FunctionFact, StatementFact } from './facts';
import type { ParsedFile } from './parser';
import type { Replacement } from './replacement';
import { type Draft, StatementReader } from './statements';
import type { Span } from './text';

function boundary(kind: 'entry' | 'end', span: Span, conditions: readonly string[]): StatementFact {
  return {
    kind,
    span,
    calls: [],
    identifiers: [],
    writes: [],
    label: undefined,
    returned: undefined,
    depth: 0,
    within: undefined,
    parent: undefined,
    conditions,
  };
}

function conditionsReader(file: ParsedFile, definition: FunctionFact): (offset: number) => readonly string[] {
  const { regions } = file.dialect.conditionals;
  const hasRegions = regions.some(
    ({ span }) => span.start >= definition.span.start && span.start < definition.span.end,
  );
  return (offset) => (hasRegions ? conditionsAt(regions, offset) : definition.conditions);
}

/** Statements of the block that fills `span`; none when the parser saw no block there. */
function readDrafts(file: ParsedFile, span: Span, inside: readonly Replacement[]): Draft[] {
  const block = file.tree.rootNode.namedDescendantForIndex(span.start, span.end - 1);
  if (block?.typeId !== file.parser.grammar.node.compound_statement) {
    return [];
  }
  const cursor = block.walk();
  try {
    return new StatementReader(file, cursor, inside).read();
  } finally {
    cursor.delete();
  }
}

/** Statements of `definition`, which has to come from the present index of `file`. A prototype has its entry only. */
export function readBody(file: ParsedFile, definition: FunctionFact): FunctionBody {
  const { bodySpan, headSpan, name } = definition;
  const entry = boundary('entry', headSpan, definition.conditions);
  if (!bodySpan) {
    return { functionName: name, statements: [entry] };
  }
  const inside = file.dialect.replacements.filter(
    ({ start, end }) => bodySpan.start <= start && end <= bodySpan.end,
  );
  const drafts = readDrafts(file, bodySpan, inside);
  const conditionsOf = conditionsReader(file, definition);
  const indexOf = new Map(drafts.map((draft, index) => [draft, index + 1]));
  const statements = drafts.map(
    ({ kind, span, facts, label, returned, place }): StatementFact => ({
      kind,
      span,
      calls: facts.calls,
      identifiers: [...facts.identifiers],
      writes: facts.writes,
      label,
      returned,
      depth: place.depth,
      within: place.within,
      parent: place.head?.draft && indexOf.get(place.head.draft),
      conditions: conditionsOf(span.start),
    }),
  );
  const closing = { start: bodySpan.end - 1, end: bodySpan.end };
  return {
    functionName: name,
    statements: [entry, ...statements, boundary('end', closing, definition.conditions)],
  };
}
