// The Reverse Map view's data: each role in one group, one place that decides how far a function can be run.
import assert from 'node:assert/strict';
import { ROLES } from '../../src/source/roles';
import { functionState } from '../../src/vscode/reverseMap/functionState';
import { GROUPS, rolesOf } from '../../src/vscode/reverseMap/groups';

describe('Reverse Map view', () => {
  it('has each role once', () => {
    const listed = GROUPS.flatMap(({ group }) => rolesOf(group));
    assert.deepEqual([...listed].sort(), Object.keys(ROLES).sort());
    assert.equal(new Set(GROUPS.map(({ title }) => title)).size, GROUPS.length);
  });

  it('calls simulated what the model runs or has, interpreted what the interpreter runs, all else read only', () => {
    const none = { reached: new Set<string>(), interpreted: new Set<string>() };
    assert.equal(functionState('anon_vma_clone', none), 'simulated');
    assert.equal(functionState('anon_vma_ctor', none), 'read only');
    assert.equal(functionState('toString', none), 'read only');
    assert.equal(
      functionState('anon_vma_ctor', { ...none, reached: new Set(['anon_vma_ctor']) }),
      'simulated',
    );
    const interpreted = { ...none, interpreted: new Set(['anon_vma_clone']) };
    assert.equal(functionState('anon_vma_clone', interpreted), 'interpreted');
  });
});
