// Nothing from a kernel tree or a scenario becomes markup, whatever it says.
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { code, commandLink, escaped } from '../../src/vscode/markdownText';

/** Text made of what Markdown reacts to. */
const nasty = fc
  .array(
    fc.constantFrom(
      '`',
      '``',
      '[',
      ']',
      '(',
      ')',
      '<b>',
      '&lt;',
      '*',
      '_',
      '\n',
      '\\',
      '$(x)',
      'command:',
      ' ',
      'a',
      '|',
      '#',
      '!',
    ),
    {
      maxLength: 30,
    },
  )
  .map((parts) => parts.join(''));

describe('escaped text', () => {
  it('has no sign that begins markup without a backslash', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const bare = escaped(text).replace(/\\[\\`*_{}[\]()#+\-.!~|>$:]/g, '');
        assert.doesNotMatch(bare, /[`*_[\]<>$|\n\\]/);
      }),
    );
  });

  it('keeps words as they are', () => {
    assert.equal(escaped('one VMA, and\n  another'), 'one VMA, and another');
  });
});

describe('inline code', () => {
  it('has fences longer than any run of ticks inside', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const made = code(text);
        if (text.trim() === '') return made === '';
        const fence = /^`+/.exec(made)?.[0] ?? '';
        const inner = made.slice(fence.length, made.length - fence.length);
        assert.ok(made.endsWith(fence) && fence.length > 0);
        for (const run of inner.match(/`+/g) ?? []) assert.ok(run.length < fence.length, made);
        return !made.includes('\n');
      }),
    );
  });

  it('is plain for plain code', () => {
    assert.equal(code('dst->anon_vma && !list_empty(&x)'), '`dst->anon_vma && !list_empty(&x)`');
  });
});

describe('a command link', () => {
  it('survives every argument', () => {
    fc.assert(
      fc.property(nasty, fc.integer(), (text, number) => {
        const link = commandLink('label', 'rmapLens.seek', [text, number]);
        const query = /^\[label\]\(command:rmapLens\.seek\?([^()\s]*)\)$/.exec(link)?.[1];
        assert.ok(query !== undefined, link);
        assert.deepEqual(JSON.parse(decodeURIComponent(query)), [text, number]);
      }),
    );
  });
});
