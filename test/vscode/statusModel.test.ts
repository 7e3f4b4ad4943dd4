// What the status bar says.
import assert from 'node:assert/strict';
import { recognised, type StatusInput, statusLines, statusText } from '../../src/vscode/statusModel';

const profile = { id: '7.3', title: 'Linux 7.3' };
const tree = { title: 'Linux 7.3.4', version: '7.3.4' };
const run = {
  engine: 'simulation',
  title: 'Split',
  position: 4,
  steps: 80,
  step: 'make it',
  violated: false,
  lost: null,
  truncated: null,
};
const input = (changes: Partial<StatusInput>): StatusInput => ({
  ...{ tree, profile, run, agreement: null },
  ...changes,
});

describe('status', () => {
  it('names tree, engine and step', () => {
    assert.equal(statusText(input({})), '$(type-hierarchy) Linux 7.3.4 · simulation · step 5 of 80');
    assert.equal(statusText(input({ run: null })), '$(type-hierarchy) Linux 7.3.4');
  });

  it('says that the simulation stands alone without a tree', () => {
    assert.equal(
      statusText(input({ tree: null })),
      '$(type-hierarchy) no kernel tree · 7.3 simulation alone · step 5 of 80',
    );
    assert.match(
      statusLines(input({ tree: null }))
        .map(({ text }) => text)
        .join('\n'),
      /stands alone\nsimulated as Linux 7\.3/,
    );
  });

  it('says which kernel a tree is taken for when it is none that is known', () => {
    const newer = input({ tree: { title: 'Linux 7.4', version: '7.4' } });
    assert.equal(recognised(newer), 'nearest');
    assert.match(statusText(newer), /Linux 7\.4 as 7\.3/);
    assert.match(statusLines(newer)[1]?.text ?? '', /not known exactly/);
    // 7.31 is not 7.3
    assert.equal(recognised(input({ tree: { title: 'x', version: '7.31' } })), 'nearest');
    assert.equal(recognised(input({ tree: { title: 'linux', version: null } })), 'unknown');
  });

  it('has a badge for agreement, and none before anybody has compared', () => {
    const agreement = { state: 'agrees', text: 'the interpreter made the same steps' } as const;
    assert.match(statusText(input({ agreement })), /simulation · \$\(verified\) · step/);
    assert.match(statusText(input({ agreement: { state: 'differs', text: 'x' } })), /\$\(warning\) differs/);
    assert.doesNotMatch(statusText(input({})), /verified|differs/);
    assert.ok(statusLines(input({ agreement })).some(({ label }) => label === 'Agreement'));
  });

  it('says what is violated and what is not in the tree', () => {
    const lost = input({ run: { ...run, violated: true, lost: 'role not in this tree: x' } });
    assert.match(statusText(lost), /\$\(error\) step 5 of 80 · not in this tree/);
  });
});
