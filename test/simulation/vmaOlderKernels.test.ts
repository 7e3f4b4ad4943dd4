/**
 * Where the VMA layers of 6.12 and 6.1 decide otherwise than 7.x.
 */
import assert from 'node:assert/strict';
import { World } from './vmaWorld';

/** VMAs without the names of their objects. */
function ranges(profile: string, text: string, process = 'P'): string[] {
  const world = new World(profile);
  world.run(text);
  return world.layout(process).map((vma) => vma.slice(2));
}

describe('the VMA layer of older kernels', () => {
  it('7.x: an unfaulted VMA takes in a faulted one; 6.x: never', () => {
    const text =
      'P: mmap 0x10 3\nP: mmap 0x13 2\nP: mprotect 0x13 2 r\nP: mprotect 0x13 2 rw\nP: madvise 0x13 2 dontfork\nP: write 0x13\nP: madvise 0x13 2 dofork';
    for (const profile of ['7.3', '7.2']) assert.deepEqual(ranges(profile, text), ['16-21 rw A0[A0]']);
    for (const profile of ['6.12', '6.1'])
      assert.deepEqual(ranges(profile, text), ['16-19 rw', '19-21 rw A0[A0]']);
  });

  it('6.1: a new mapping between an unfaulted and a faulted VMA joins the one after it only', () => {
    const text = 'P: mmap 0x10 2\nP: mmap 0x13 1\nP: write 0x13\nP: mmap 0x12 1';
    for (const profile of ['7.3', '7.2', '6.12'])
      assert.deepEqual(ranges(profile, text), ['16-20 rw A0[A0]']);
    assert.deepEqual(ranges('6.1', text), ['16-18 rw', '18-20 rw A0[A0]']);
  });

  it('6.1: of two neighbours with different anon_vmas the one after the new mapping wins', () => {
    const text = 'P: mmap 0x10 2\nP: mmap 0x15 2\nP: write 0x10\nP: write 0x15\nP: mmap 0x12 3';
    for (const profile of ['7.3', '7.2', '6.12'])
      assert.deepEqual(ranges(profile, text), ['16-21 rw A0[A0]', '21-23 rw A1[A1]']);
    assert.deepEqual(ranges('6.1', text), ['16-18 rw A0[A0]', '18-23 rw A1[A1]']);
  });

  it('6.1: memory that was accounted once stays so, and does not merge with memory that never was', () => {
    const text = 'P: mmap 0x10 2\nP: mprotect 0x10 2 r\nP: mmap 0x12 1 r';
    for (const profile of ['7.3', '7.2', '6.12']) assert.deepEqual(ranges(profile, text), ['16-19 r']);
    assert.deepEqual(ranges('6.1', text), ['16-18 r', '18-19 r']);
  });

  it('6.1: a merge that runs out of memory is a merge that cannot be', () => {
    const text = 'P: mmap 0x10 3\nP: mmap 0x13 2 r\nP: mmap 0x15 3\nP: write 0x15';
    const change = 'P: mprotect 0x13 2 rw ! fail avc:1';
    for (const profile of ['7.3', '7.2', '6.12']) {
      const world = new World(profile);
      world.run(text);
      assert.equal(world.run(change), 'ENOMEM');
    }
    const world = new World('6.1');
    world.run(text);
    assert.equal(world.run(change), 'ok');
    assert.deepEqual(world.layout(), ['a 16-19 rw', 'b 19-21 rw', 'c 21-24 rw A0[A0]']);
  });

  it('6.1: munmap leaves the old object where pages remain below, and above', () => {
    const world = new World('6.1');
    world.run('P: mmap 0x10 8\nP: mmap 0x20 8\nP: munmap 0x12 2\nP: munmap 0x20 2');
    assert.deepEqual(world.layout(), ['a 16-18 rw', 'c 20-24 rw', 'b 34-40 rw']);
  });

  it('6.1: a copy that touches the source it leaves behind merges with nothing', () => {
    const text = 'P: mmap 0x10 3\nP: mremap 0x10 1 0x11 dontunmap';
    for (const profile of ['7.3', '7.2', '6.12'])
      assert.deepEqual(ranges(profile, text), ['16-17 rw', '17-19 rw']);
    assert.deepEqual(ranges('6.1', text), ['16-17 rw', '17-18 rw', '18-19 rw']);
  });

  it('6.1: no VMA has a lock', () => {
    const world = new World('6.1');
    world.run('P: mmap 0x10 3\nP: write 0x11\nP: mprotect 0x11 1 r\nP: munmap 0x10 3');
    const locks = world.steps.flatMap(({ events }) => events.filter((event) => event.type === 'lock'));
    assert.ok(locks.length > 0);
    assert.deepEqual(
      locks.filter((event) => event.type === 'lock' && event.field === 'vm_lock'),
      [],
    );
  });
});
