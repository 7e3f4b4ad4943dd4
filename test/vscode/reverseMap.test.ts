// The Reverse Map view's data: each role in one group, one place that decides how far a function can be run.
import assert from 'node:assert/strict';
import { ROLES } from '../../src/source/roles';
import { functionState } from '../../src/vscode/reverseMap/functionState';
import { GROUPS, rolesOf } from '../../src/vscode/reverseMap/groups';
import { openEdited } from '../binding/support';
import { createParser } from '../source/support';

describe('Reverse Map view', () => {
  it('has each role once', () => {
    const listed = GROUPS.flatMap(({ group }) => rolesOf(group));
    assert.deepEqual([...listed].sort(), Object.keys(ROLES).sort());
    assert.equal(new Set(GROUPS.map(({ title }) => title)).size, GROUPS.length);
  });

  it('calls simulated what the model runs or has, interpreted too what is in the text, all else read only', () => {
    const none = { reached: new Set<string>(), interpreted: new Set<string>() };
    assert.equal(functionState('anon_vma_clone', none), 'simulated');
    assert.equal(functionState('anon_vma_ctor', none), 'read only');
    assert.equal(functionState('toString', none), 'read only');
    assert.equal(
      functionState('anon_vma_ctor', { ...none, reached: new Set(['anon_vma_ctor']) }),
      'simulated',
    );
    const interpreted = { ...none, interpreted: new Set(['anon_vma_clone']) };
    assert.equal(functionState('anon_vma_clone', interpreted), 'simulated and interpreted');
    const unused = { ...none, interpreted: new Set(['anon_vma_ctor']) };
    assert.equal(functionState('anon_vma_ctor', unused), 'read only');
  });

  it('takes from the text what the tree has, and not what stands in for it', async () => {
    const parser = await createParser();
    const text = openEdited(parser, '7.3', []);
    for (const name of ['anon_vma_clone', 'unlink_anon_vmas', 'maybe_reuse_anon_vma', 'anon_vma_fork']) {
      assert.ok(text.hasInText(name), name);
    }
    for (const name of ['vma_start_write', 'anon_vma_merge', 'kmem_cache_alloc']) {
      assert.ok(!text.hasInText(name), name);
    }
    const older = openEdited(parser, '6.12', []);
    assert.ok(older.hasInText('anon_vma_merge') && !older.hasInText('maybe_reuse_anon_vma'));
    parser.delete();
  });
});
