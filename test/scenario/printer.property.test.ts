/**
 * Printing and parsing are each other's inverse, and nothing makes them throw.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseScenario } from '../../src/scenario/parser';
import { formatScenario, printScenario } from '../../src/scenario/printer';
import type { Line, Scenario, StatementBody } from '../../src/scenario/syntax';
import { line, scenarioText } from './arbitraries';

const NOWHERE = { range: { line: 0, start: 0, end: 0 }, text: '', tokens: [] };

/** What a scenario says, without positions. */
function meaning(lines: readonly Line[]): unknown[] {
  return lines.map(({ statement, invalid, comment }) => ({
    body: statement && bodyOf(statement),
    invalid,
    comment,
  }));
}

function bodyOf(statement: StatementBody): StatementBody {
  switch (statement.kind) {
    case 'scenario':
      return { kind: 'scenario', title: statement.title };
    case 'profile':
      return { kind: 'profile', id: statement.id };
    case 'expect':
      return { kind: 'expect', expectation: statement.expectation };
    case 'operation':
      return { kind: 'operation', operation: statement.operation };
  }
}

describe('printer and parser (properties)', () => {
  it('parse after print gives the same statements and comments', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (given) => {
        const lines = given.map(({ body, comment }) => ({
          statement: body && { ...body, ...NOWHERE },
          invalid: null,
          comment,
        }));
        const printed = printScenario({ lines });
        assert.deepEqual(meaning(parseScenario(printed).lines), meaning(lines));
      }),
      { numRuns: 500 },
    );
  });

  it('formatting changes no statement and settles at once', () => {
    fc.assert(
      fc.property(scenarioText, (text) => {
        const before: Scenario = parseScenario(text);
        const formatted = formatScenario(text);
        const after = parseScenario(formatted);
        assert.deepEqual(
          meaning(after.lines).map((one) => ({ ...(one as object), invalid: null })),
          meaning(before.lines).map((one) => ({ ...(one as object), invalid: null })),
        );
        assert.equal(formatScenario(formatted), formatted);
      }),
      { numRuns: 500 },
    );
  });

  it('every problem lies inside the text and ends with a hint', () => {
    fc.assert(
      fc.property(scenarioText, (text) => {
        const sources = text.split('\n');
        for (const { range, message } of parseScenario(text).problems) {
          const source = sources[range.line - 1];
          assert.ok(source !== undefined && range.start >= 0 && range.start <= range.end);
          assert.ok(range.end <= Math.max(1, source.length), `${range.end} of ${JSON.stringify(source)}`);
          assert.ok(message.length > 10);
        }
      }),
      { numRuns: 500 },
    );
  });
});
