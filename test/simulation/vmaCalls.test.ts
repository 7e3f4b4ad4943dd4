/**
 * mmap, munmap, mprotect, mremap and madvise on the VMA layer: results, which VMA object is which afterwards, and what
 * stays when memory runs out half-way.
 */
import assert from 'node:assert/strict';
import { World } from './vmaWorld';

for (const profile of ['7.3', '7.2']) {
  describe(`mmap and munmap, ${profile}`, () => {
    it('refuses to map over a mapping', () => {
      const world = new World(profile);
      world.run('P: mmap 0x10 4');
      assert.equal(world.run('P: mmap 0x13 2'), 'EEXIST');
      assert.deepEqual(world.layout(), ['a 16-20 rw']);
    });

    it('maps nothing when there is no memory for a VMA', () => {
      const world = new World(profile);
      assert.equal(world.run('P: mmap 0x10 4 ! fail vma:1'), 'ENOMEM');
      assert.deepEqual(world.layout(), []);
    });

    it('does not look at pages that are not there, however large the mapping', () => {
      const world = new World(profile);
      world.run('P: mmap 0x0 0x400000000\nP: write 0x5\nP: write 0x300000000');
      assert.equal(world.run('P: mremap 0x0 0x100000000 0x500000000'), 'ok');
      assert.equal(world.run('P: munmap 0x0 0x7ffffffff'), 'ok');
      assert.deepEqual(world.layout(), []);
    });

    it('unmaps nothing successfully', () => {
      assert.equal(new World(profile).run('P: munmap 0x10 4'), 'ok');
    });

    it('punches a hole: the lower rest is new, the upper rest is new, the middle goes', () => {
      const world = new World(profile);
      world.run('P: mmap 0x10 8\nP: write 0x13\nP: munmap 0x12 3');
      assert.deepEqual(world.layout(), ['b 16-18 rw A0[A0]', 'c 21-24 rw A0[A0]']);
    });

    it('goes over several VMAs and holes', () => {
      const world = new World(profile);
      world.run('P: mmap 0x10 4\nP: mmap 0x16 2 r\nP: mmap 0x1a 4\nP: write 0x1b\nP: munmap 0x12 0xa');
      assert.deepEqual(world.layout(), ['d 16-18 rw', 'e 28-30 rw A0[A0]']);
    });

    it('keeps the first split, and unmaps nothing, when the second runs out of memory', () => {
      const world = new World(profile);
      world.run('P: mmap 0x10 8\nP: write 0x13');
      assert.equal(world.run('P: munmap 0x12 3 ! fail vma:2'), 'ENOMEM');
      assert.deepEqual(world.layout(), ['b 16-18 rw A0[A0]', 'a 18-24 rw A0[A0]']);
    });

    it('frees a split VMA whose links ran out of memory', () => {
      const world = new World(profile);
      world.run('P: mmap 0x10 8\nP: write 0x13');
      assert.equal(world.run('P: munmap 0x12 3 ! fail avc:1'), 'ENOMEM');
      assert.deepEqual(world.layout(), ['a 16-24 rw A0[A0]']);
    });
  });

  describe(`mprotect, ${profile}`, () => {
    it('says ENOMEM at once when nothing is mapped at the start', () => {
      const world = new World(profile);
      world.run('P: mmap 0x12 2');
      assert.equal(world.run('P: mprotect 0x11 3 r'), 'ENOMEM');
      assert.deepEqual(world.layout(), ['a 18-20 rw']);
    });

    it('has changed what lies before a hole', () => {
      const world = new World(profile);
      world.run('P: mmap 0x10 2\nP: mmap 0x14 2');
      assert.equal(world.run('P: mprotect 0x10 6 r'), 'ENOMEM');
      assert.deepEqual(world.layout(), ['a 16-18 r', 'b 20-22 rw']);
    });

    it('says ENOMEM when the range ends behind the last VMA', () => {
      const world = new World(profile);
      world.run('P: mmap 0x10 2');
      assert.equal(world.run('P: mprotect 0x10 6 r'), 'ENOMEM');
      assert.deepEqual(world.layout(), ['a 16-18 r']);
    });

    it('goes over several VMAs, merging as it goes', () => {
      const world = new World(profile);
      world.run('P: mmap 0x10 2 r\nP: mmap 0x12 2 none\nP: mmap 0x14 2 r\nP: mprotect 0x10 6 rw');
      assert.deepEqual(world.layout(), ['a 16-22 rw']);
    });

    it('stops accounting what was never written, and no more after that', () => {
      const world = new World(profile);
      world.run('P: mmap 0x10 2\nP: mprotect 0x10 2 r\nP: mmap 0x12 1 r');
      assert.deepEqual(world.layout(), ['a 16-19 r']);
      world.run('P: mmap 0x20 2\nP: write 0x20\nP: mprotect 0x20 2 r\nP: mmap 0x22 1 r');
      assert.equal(world.layout().length, 3);
    });

    it('leaves the first of two splits when the second runs out of memory', () => {
      const world = new World(profile);
      world.run('P: mmap 0x10 6');
      assert.equal(world.run('P: mprotect 0x12 2 r ! fail vma:2'), 'ENOMEM');
      assert.deepEqual(world.layout(), ['b 16-18 rw', 'a 18-22 rw']);
    });
  });

  describe(`madvise, ${profile}`, () => {
    it('steps over holes and reports them', () => {
      const world = new World(profile);
      world.run('P: mmap 0x10 2\nP: mmap 0x14 2');
      assert.equal(world.run('P: madvise 0x10 6 dontfork'), 'ENOMEM');
      assert.equal(world.run('P: fork C'), 'ok');
      assert.deepEqual(world.layout('C'), []);
    });

    it('splits, and merges again when the advice is taken back', () => {
      const world = new World(profile);
      world.run('P: mmap 0x10 6\nP: write 0x12\nP: madvise 0x12 2 wipeonfork');
      assert.deepEqual(world.layout(), ['b 16-18 rw A0[A0]', 'a 18-20 rw A0[A0]', 'c 20-22 rw A0[A0]']);
      world.run('P: madvise 0x12 2 keeponfork');
      assert.deepEqual(world.layout(), ['b 16-22 rw A0[A0]']);
    });

    it('does not wipe files', () => {
      const world = new World(profile);
      world.run('P: mmap 0x10 2 file f 0');
      assert.equal(world.run('P: madvise 0x10 2 wipeonfork'), 'EINVAL');
    });

    it('turns out of memory into EAGAIN', () => {
      const world = new World(profile);
      world.run('P: mmap 0x10 6');
      assert.equal(world.run('P: madvise 0x12 2 dontfork ! fail vma:1'), 'EAGAIN');
    });
  });

  describe(`mremap, ${profile}`, () => {
    it('checks overlap, then the source, before anything changes', () => {
      const world = new World(profile);
      world.run('P: mmap 0x10 4\nP: mmap 0x20 4');
      assert.equal(world.run('P: mremap 0x10 8 0x14'), 'EINVAL');
      assert.equal(world.run('P: mremap 0x12 4 0x20'), 'EFAULT');
      assert.deepEqual(world.layout(), ['a 16-20 rw', 'b 32-36 rw']);
    });

    it('moves a faulted VMA with its offset and links, over what was there', () => {
      const world = new World(profile);
      world.run('P: mmap 0x10 4\nP: write 0x11\nP: mmap 0x20 8\nP: mremap 0x10 4 0x22');
      assert.deepEqual(world.layout(), ['c 32-34 rw', 'd 34-38 rw A0[A0] pgoff 16', 'e 38-40 rw']);
    });

    it('moves an unfaulted one beside its kind by growing that', () => {
      const world = new World(profile);
      world.run('P: mmap 0x10 4\nP: mmap 0x20 2\nP: mremap 0x10 4 0x22');
      assert.deepEqual(world.layout(), ['b 32-38 rw']);
    });

    it('moves part of an unfaulted VMA to its own end', () => {
      const world = new World(profile);
      world.run('P: mmap 0x10 4\nP: mremap 0x10 2 0x14');
      assert.deepEqual(world.layout(), ['b 18-22 rw']);
    });

    it('duplicates the links of a faulted source into the unfaulted neighbour that grows', () => {
      const world = new World(profile);
      world.run('P: mmap 0x10 4\nP: write 0x10\nP: mremap 0x10 4 0x20\nP: mmap 0xe 2');
      world.run('P: mremap 0x20 4 0x10');
      assert.deepEqual(world.layout(), ['c 14-20 rw A0[A0]']);
    });

    it('leaves an unfaulted VMA behind with dontunmap, if all of it moves', () => {
      const world = new World(profile);
      world.run('P: mmap 0x10 4\nP: write 0x10\nP: mremap 0x10 4 0x20\nP: mremap 0x20 4 0x30 dontunmap');
      assert.deepEqual(world.layout(), ['b 32-36 rw', 'c 48-52 rw A0[A0] pgoff 16']);
    });

    it('leaves the links behind with dontunmap, if part of it moves', () => {
      const world = new World(profile);
      world.run('P: mmap 0x10 4\nP: write 0x10\nP: mremap 0x10 2 0x20 dontunmap');
      assert.deepEqual(world.layout(), ['a 16-20 rw A0[A0]', 'b 32-34 rw A0[A0] pgoff 16']);
    });

    it('has unmapped the new place when there is no memory for the copy', () => {
      const world = new World(profile);
      world.run('P: mmap 0x10 4\nP: write 0x10\nP: mmap 0x20 4');
      assert.equal(world.run('P: mremap 0x10 4 0x20 ! fail vma:1'), 'ENOMEM');
      assert.deepEqual(world.layout(), ['a 16-20 rw A0[A0]']);
    });

    it('succeeds when only the unmapping of the source runs out of memory', () => {
      const world = new World(profile);
      world.run('P: mmap 0x10 4\nP: write 0x12');
      assert.equal(world.run('P: mremap 0x12 2 0x20 ! fail vma:2'), 'ok');
      assert.deepEqual(world.layout(), ['a 16-20 rw A0[A0]', 'b 32-34 rw A0[A0] pgoff 18']);
    });
  });

  describe(`sharing a neighbour's anon_vma, ${profile}`, () => {
    it('asks next first', () => {
      const world = new World(profile);
      world.run('P: mmap 0x10 2\nP: mmap 0x12 2 r\nP: mmap 0x14 2\nP: write 0x10\nP: write 0x14');
      world.run('P: mprotect 0x10 6 r\nP: mprotect 0x12 1 rw\nP: write 0x12');
      assert.deepEqual(
        world.layout().map((text) => text.split(' ').slice(1, 4).join(' ')),
        ['16-18 r A0[A0]', '18-19 rw A0[A0]', '19-20 r', '20-22 r A1[A1]'],
      );
    });

    it('does not share across a flag that mprotect leaves alone', () => {
      const world = new World(profile);
      world.run('P: mmap 0x10 4\nP: madvise 0x12 2 dontfork\nP: write 0x10\nP: write 0x12');
      assert.deepEqual(world.layout(), ['b 16-18 rw A0[A0]', 'a 18-20 rw A1[A1]']);
    });

    it('does not share what fork has made complex', () => {
      const world = new World(profile);
      world.run('P: mmap 0x10 2\nP: write 0x10\nP: fork C\nC: mmap 0x12 1\nC: write 0x12');
      assert.deepEqual(world.layout('C'), ['b 16-18 rw A1[A1 A0]', 'c 18-19 rw A2[A2]']);
    });
  });
}

describe('the offset of an unfaulted anonymous VMA', () => {
  it('is checked by 7.3 whenever it is written, and by no older kernel', () => {
    const text =
      'P: mmap 0x10 4\nP: write 0x10\nP: mremap 0x10 4 0x20\nP: madvise 0x20 4 wipeonfork\nP: fork C\nC: munmap 0x21 1';
    const newest = new World('7.3');
    newest.run(text);
    assert.deepEqual([...new Set(newest.warnings)], ['pgoff != vma->vm_start >> PAGE_SHIFT']);
    const older = new World('7.2');
    older.run(text);
    assert.deepEqual(older.warnings, []);
  });
});
