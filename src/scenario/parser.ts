/**
 * Parses a scenario. Never throws: what is understood is returned, and a problem for everything that is not.
 * Contract: docs/scenario-language.md.
 */
import { checkScenario } from './checks';
import { parseDirective } from './directiveParser';
import { lexLine, splitLines } from './lexer';
import { LineReader } from './lineReader';
import { parseOperation } from './operationParser';
import type { Line, ParseOptions, Problem, Scenario, StatementBody } from './syntax';

/** Parses a whole file, and checks what can be known without running it. Problems are in the order of lines. */
export function parseScenario(text: string, options: ParseOptions = {}): Scenario {
  const problems: Problem[] = [];
  const lines = splitLines(text).map((source, index) => parseLine(source, index + 1, problems));
  problems.push(...checkScenario(lines, options));
  problems.sort((a, b) => a.range.line - b.range.line || a.range.start - b.range.start);
  return { lines, problems };
}

function parseLine(source: string, number: number, problems: Problem[]): Line {
  const lexed = lexLine(source);
  if (lexed.pieces.length === 0) return { statement: null, invalid: null, comment: lexed.comment };
  const reader = new LineReader(number, source, lexed);
  const body = lexed.openString === null ? parseBody(reader) : null;
  if (lexed.openString !== null) {
    const range = { line: number, start: lexed.openString, end: source.length };
    const end = source.trimEnd().length;
    reader.problems.push({
      ...{ range, severity: 'error', message: 'Close the string with a double quote (").' },
      fix: reader.insert(end, '"', 'Close the string'),
    });
  }
  problems.push(...reader.problems);
  if (!body) return { statement: null, invalid: reader.text, comment: lexed.comment };
  const statement = { ...body, range: reader.range, text: reader.text, tokens: reader.tokens };
  return { statement, invalid: null, comment: lexed.comment };
}

function parseBody(reader: LineReader): StatementBody | null {
  if (!reader.isMark(':', 1)) return parseDirective(reader);
  const operation = parseOperation(reader);
  return operation ? { kind: 'operation', operation } : null;
}
