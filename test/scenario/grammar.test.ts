/**
 * The TextMate grammar names the words that the parser knows, and no others.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ADVICES, DIRECTIVES, EXPECTATIONS, FAULT_KINDS, VERBS } from '../../src/scenario/language';
import { COUNTED_OBJECTS } from '../../src/scenario/syntax';

interface Rule {
  readonly name?: string;
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly include?: string;
  readonly patterns?: readonly Rule[];
}

const path = join(import.meta.dirname, '../../syntaxes/rmap.tmLanguage.json');
const grammar = JSON.parse(readFileSync(path, 'utf8')) as Rule & { repository: Record<string, Rule> };

function* rules(rule: Rule): Iterable<Rule> {
  yield rule;
  for (const inner of rule.patterns ?? []) yield* rules(inner);
}

const all = [grammar, ...Object.values(grammar.repository)].flatMap((rule) => [...rules(rule)]);
const patterns = all.flatMap(({ match, begin, end }) => [match, begin, end].flatMap((text) => text ?? []));

describe('the grammar for highlighting', () => {
  it('has only patterns that compile, and rules that exist', () => {
    for (const pattern of patterns) assert.doesNotThrow(() => new RegExp(pattern), pattern);
    for (const { include } of all) if (include) assert.ok(include.slice(1) in grammar.repository, include);
  });

  it('knows every word of the language', () => {
    const words = [VERBS, DIRECTIVES, EXPECTATIONS].flatMap((list) => list.map(({ name }) => name));
    for (const word of [
      ...words,
      ...ADVICES,
      ...FAULT_KINDS,
      ...COUNTED_OBJECTS,
      'dontunmap',
      'nowait',
      'new',
    ])
      assert.ok(
        patterns.some((pattern) => pattern.split(/\\b|\W/).includes(word)),
        word,
      );
  });

  it('does not take a process for a directive', () => {
    for (const name of ['scenario', 'profile', 'expect'])
      for (const rule of [grammar.repository[name]])
        assert.ok(!new RegExp(rule?.begin ?? rule?.match ?? '').test(`${name}: write 0x10`));
  });
});
