/**
 * When VMAs merge and which one survives. The cases are those of the kernel's tools/testing/vma/tests/merge.c, reached
 * through system calls, with the results which that suite asserts. Not reachable here: VMAs with a close hook, special
 * and sticky flags, failing tree preallocation.
 */
import assert from 'node:assert/strict';
import { World } from './vmaWorld';

for (const profile of ['7.3', '7.2']) {
  describe(`merging a new mapping, ${profile}`, () => {
    it('stays apart from VMAs that it does not touch', () => {
      const world = new World(profile);
      world.run('P: mmap 0x10 2\nP: mmap 0x17 2');
      assert.deepEqual(world.layout(), ['a 16-18 rw', 'b 23-25 rw']);
    });

    it('grows the VMA before over the one after, and takes its anon_vma over', () => {
      const world = new World(profile);
      world.run('P: mmap 0x10 2\nP: mmap 0x13 1\nP: write 0x13\nP: mmap 0x12 1');
      assert.deepEqual(world.layout(), ['a 16-20 rw A0[A0]']);
    });

    it('grows the VMA before it', () => {
      const world = new World(profile);
      world.run('P: mmap 0x10 2\nP: write 0x10\nP: mmap 0x12 1');
      assert.deepEqual(world.layout(), ['a 16-19 rw A0[A0]']);
    });

    it('grows the VMA after it downwards, offset included', () => {
      const world = new World(profile);
      world.run('P: mmap 0x17 2\nP: write 0x18\nP: mmap 0x16 1');
      assert.deepEqual(world.layout(), ['a 22-25 rw A0[A0]']);
    });

    it('joins two VMAs of the same anon_vma', () => {
      const world = new World(profile);
      world.run('P: mmap 0x10 9\nP: write 0x10\nP: munmap 0x15 1\nP: mmap 0x15 1');
      assert.deepEqual(world.layout(), ['b 16-25 rw A0[A0]']);
    });

    it('prefers the VMA before when the two around have different anon_vmas', () => {
      const world = new World(profile);
      world.run('P: mmap 0x10 3\nP: mmap 0x17 2\nP: write 0x10\nP: write 0x17\nP: mmap 0x13 4');
      assert.deepEqual(world.layout(), ['a 16-23 rw A0[A0]', 'b 23-25 rw A1[A1]']);
    });

    it('asks for equal flags, accounting included', () => {
      const world = new World(profile);
      world.run('P: mmap 0x10 2\nP: mmap 0x12 2 r\nP: mmap 0x14 2 none\nP: mmap 0x16 2');
      assert.deepEqual(world.layout(), ['a 16-18 rw', 'b 18-20 r', 'c 20-22 none', 'd 22-24 rw']);
    });

    it('asks for continuous offsets in the same file', () => {
      const world = new World(profile);
      world.run(
        'P: mmap 0x10 2 file f 0\nP: mmap 0x12 2 file f 2\nP: mmap 0x14 2 file f 5\nP: mmap 0x16 1 file g 7',
      );
      assert.deepEqual(world.layout(), ['a 16-20 rw f:0', 'b 20-22 rw f:5', 'c 22-23 rw g:7']);
    });

    it('leaves a forked VMA with several AVCs alone', () => {
      const world = new World(profile);
      world.run('P: mmap 0x10 2\nP: write 0x10\nP: fork C\nC: mmap 0x12 1');
      assert.deepEqual(world.layout('C'), ['b 16-18 rw A1[A1 A0]', 'c 18-19 rw']);
    });

    it('does without the merge when the duplication runs out of memory', () => {
      const world = new World(profile);
      world.run('P: mmap 0x10 2\nP: mmap 0x13 1\nP: write 0x13');
      assert.equal(world.run('P: mmap 0x12 1 ! fail avc:1'), 'ok');
      assert.deepEqual(world.layout(), ['a 16-18 rw', 'c 18-19 rw', 'b 19-20 rw A0[A0]']);
    });
  });

  describe(`merging a part of a VMA that changes, ${profile}`, () => {
    /** Before: `before`; then mprotect of `range` to rw. */
    function changed(before: string, range: string): World {
      const world = new World(profile);
      world.run(before);
      assert.equal(world.run(`P: mprotect ${range} rw`), 'ok');
      return world;
    }

    it('right, in part: next grows down, the rest stays', () => {
      const world = changed(
        'P: mmap 0x12 4 rw\nP: write 0x14\nP: mprotect 0x12 4 r\nP: mmap 0x16 3',
        '0x13 3',
      );
      assert.deepEqual(world.layout(), ['a 18-19 r A0[A0]', 'b 19-25 rw A0[A0]']);
    });

    it('right, all of it: next grows down, the VMA goes', () => {
      const world = changed(
        'P: mmap 0x12 4 rw\nP: write 0x14\nP: mprotect 0x12 4 r\nP: mmap 0x16 3',
        '0x12 4',
      );
      assert.deepEqual(world.layout(), ['b 18-25 rw A0[A0]']);
    });

    it('left, in part: prev grows, the rest starts later', () => {
      const world = changed(
        'P: mmap 0x10 3\nP: mmap 0x13 4 r\nP: mprotect 0x13 4 rw\nP: write 0x14\nP: mprotect 0x13 4 r',
        '0x13 3',
      );
      assert.deepEqual(
        world.layout().map((text) => text.slice(2)),
        ['16-22 rw A0[A0]', '22-23 r A0[A0]'],
      );
    });

    it('left, all of it: prev grows, the VMA goes', () => {
      const world = changed('P: mmap 0x10 3\nP: mmap 0x13 4 r', '0x13 4');
      assert.deepEqual(world.layout(), ['a 16-23 rw']);
    });

    it('both sides: prev grows over the VMA and next', () => {
      const world = changed('P: mmap 0x10 3\nP: mmap 0x13 4 r\nP: mmap 0x17 2', '0x13 4');
      assert.deepEqual(world.layout(), ['a 16-25 rw']);
    });

    it('both sides, next faulted: prev takes its anon_vma over', () => {
      const world = changed('P: mmap 0x10 3\nP: mmap 0x13 2 r\nP: mmap 0x15 3\nP: write 0x15', '0x13 2');
      assert.deepEqual(world.layout(), ['a 16-24 rw A0[A0]']);
    });

    it('both sides with different anon_vmas: left wins', () => {
      const world = changed(
        'P: mmap 0x10 3\nP: mmap 0x13 4 r\nP: mmap 0x17 2\nP: write 0x10\nP: write 0x17',
        '0x13 4',
      );
      assert.deepEqual(world.layout(), ['a 16-23 rw A0[A0]', 'c 23-25 rw A1[A1]']);
    });

    it('never from the middle: splits instead, and the old object is the part that changes', () => {
      const world = changed('P: mmap 0x13 5 r', '0x14 3');
      assert.deepEqual(world.layout(), ['b 19-20 r', 'a 20-23 rw', 'c 23-24 r']);
    });

    it('not into a VMA with several AVCs', () => {
      const world = new World(profile);
      world.run('P: mmap 0x10 2\nP: write 0x10\nP: fork C\nC: mmap 0x12 1 r');
      assert.equal(world.run('C: mprotect 0x12 1 rw'), 'ok');
      assert.deepEqual(world.layout('C'), ['b 16-18 rw A1[A1 A0]', 'c 18-19 rw']);
    });

    it('fails when the duplication runs out of memory, and changes nothing', () => {
      const world = new World(profile);
      world.run('P: mmap 0x12 4 rw\nP: write 0x14\nP: mprotect 0x12 4 r\nP: mmap 0x16 3');
      const before = world.layout();
      assert.equal(world.run('P: mprotect 0x13 3 rw ! fail avc:1'), 'ENOMEM');
      assert.deepEqual(world.layout(), before);
    });
  });
}

describe('anonymous page offsets, 7.3', () => {
  it('must continue for file mappings to merge, faulted or not', () => {
    const text = 'P: mmap 0x10 2 file f 0\nP: write 0x10\nP: mremap 0x10 2 0x20\nP: mmap 0x22 2 file f 2';
    const newest = new World('7.3');
    newest.run(text);
    assert.deepEqual(newest.layout(), ['b 32-34 rw A0[A0] f:0', 'c 34-36 rw f:2']);
    const older = new World('7.2');
    older.run(text);
    assert.deepEqual(older.layout(), ['b 32-36 rw A0[A0] f:0']);
  });
});
