/**
 * Scenarios that the explorer is tested with.
 */
export interface TestScenario {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly text: string;
}

const scenario = (id: string, title: string, description: string, ...lines: string[]): TestScenario => ({
  id,
  title,
  description,
  text: `scenario "${title}"\n${lines.join('\n')}\n`,
});

export const SCENARIOS: readonly TestScenario[] = [
  scenario(
    'first-touch',
    'First touch of a mapping',
    'A page of an anonymous mapping is written for the first time: the VMA gets its anon_vma.',
    'P: mmap 0x10 4',
    'P: read 0x11',
    'P: write 0x10',
    'P: write 0x11',
    'expect clean',
  ),
  scenario(
    'fork-cow',
    'Fork, then copy on write',
    'The child shares the pages of its parent until one of the two writes.',
    'P: mmap 0x10 4',
    'P: write 0x10',
    'P: write 0x12',
    'P: fork C',
    'C: write 0x10',
    'P: write 0x12',
    'C: walk 0x10',
  ),
  scenario(
    'fork-of-fork',
    'Fork of a fork, the middle one exits',
    'Three generations. When the middle process exits, its anon_vma stays for the sake of its child, and is used again by the next fork.',
    'P: mmap 0x10 4',
    'P: write 0x10',
    'P: fork A',
    'A: write 0x11',
    'A: fork B',
    'A: exit',
    'B: fork C',
    'C: write 0x10',
    'P: walk 0x10',
    'expect clean',
  ),
  scenario(
    'split',
    'Split a mapping in the middle',
    'Changing the access rights of one page splits the VMA in three: each part needs the whole chain.',
    'P: mmap 0x10 8',
    'P: write 0x10',
    'P: write 0x17',
    'P: mprotect 0x13 2 r',
    'P: munmap 0x12 1',
    'P: mprotect 0x13 2 rw',
  ),
  scenario(
    'merge-unfaulted',
    'Merge a faulted into an unfaulted VMA',
    'The neighbour without pages takes over the anon_vma of the other.',
    'P: mmap 0x10 4',
    'P: mmap 0x14 4 r',
    'P: write 0x10',
    'P: mprotect 0x14 4 rw',
    'P: write 0x15',
  ),
  scenario(
    'clone-failure',
    'An allocation fails inside a clone',
    'The second AVC of a fork cannot be allocated. What was built so far is taken down again.',
    'P: mmap 0x10 4',
    'P: write 0x10',
    'P: fork A',
    'A: fork B ! fail avc:2',
    'A: write 0x11',
    'expect clean',
  ),
  scenario(
    'files',
    'Private file mappings, far apart',
    'Pages of the page cache become anonymous when they are written.',
    'P: mmap 0x10 4 rw file libc 3',
    'P: mmap 0x7f000 64 r',
    'P: mmap 0x7f100 2 none',
    'P: read 0x10',
    'P: read 0x11',
    'P: write 0x11',
    'P: madvise 0x7f100 2 wipeonfork',
    'P: fork C',
    'P: mremap 0x10 2 0x80000',
  ),
  scenario(
    'broken',
    'A cleanup that is called on a complete VMA',
    'cleanup_partial_anon_vmas() is only for half-built VMAs. Called on a complete one it leaves freed AVCs in the trees.',
    'P: mmap 16 4',
    'P: write 16',
    'P: fork A',
    'A: write 17',
    'P: call cleanup_partial_anon_vmas(16)',
    'A: exit',
    'P: munmap 16 2',
  ),
  scenario(
    'crowd',
    'Twelve processes and sixty VMAs',
    'What a long run with many processes looks like.',
    ...Array.from({ length: 5 }, (_, i) => `P: mmap ${0x10 + i * 8} 4`),
    ...Array.from({ length: 5 }, (_, i) => `P: write ${0x10 + i * 8}`),
    ...Array.from({ length: 11 }, (_, i) => `P: fork C${i}`),
    ...Array.from({ length: 11 }, (_, i) => `C${i}: write 0x10`),
  ),
];

export function scenarioOf(id: string): TestScenario {
  const found = SCENARIOS.find((one) => one.id === id);
  if (!found) throw new Error(`no scenario ${id}`);
  return found;
}
