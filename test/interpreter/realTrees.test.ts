// The real files: every function of the reverse map's files is found, expanded and parsed, on every tree.
import { deepEqual, ok } from 'node:assert/strict';
import { Program, ProgramCache } from '../../src/interpreter/program';
import { indexFile } from '../../src/source/fileIndex';
import type { KernelParser } from '../../src/source/parser';
import { createParser, kernelText, VERSIONS } from '../source/support';

const FILES = [
  'mm/rmap.c',
  'mm/vma.c',
  'mm/vma.h',
  'mm/internal.h',
  'mm/interval_tree.c',
  'mm/mmap.c',
  'mm/mremap.c',
  'mm/mprotect.c',
  'include/linux/rmap.h',
  'include/linux/mm.h',
  'include/linux/mm_types.h',
  'include/linux/mm_inline.h',
  'include/linux/list.h',
  'include/linux/mmap_lock.h',
  'include/linux/fs.h',
  'include/linux/types.h',
  'include/linux/maple_tree.h',
  'include/linux/rbtree.h',
  'include/linux/container_of.h',
  'include/linux/minmax.h',
  'include/linux/nodemask.h',
  'include/linux/kernel.h',
  'include/linux/mm_types_task.h',
];

describe('the C machine on real trees', function () {
  this.timeout(60_000);
  let parser: KernelParser;
  before(async () => {
    parser = await createParser();
  });
  after(() => parser.delete());

  for (const version of VERSIONS)
    it(`every function of ${version} is parsed`, () => {
      const files = new Map(
        FILES.flatMap((path) => {
          const text = kernelText(version, path);
          return text === undefined ? [] : [[path, text] as const];
        }),
      );
      const program = new Program({
        parser,
        configuration: new Map([['CONFIG_MMU', 'y']]),
        builtins: new Map(),
        files,
        cache: new ProgramCache(),
      });
      const broken: string[] = [];
      let count = 0;
      for (const [path, text] of files) {
        const parsed = parser.parse(text);
        try {
          for (const { name } of indexFile(path, parsed).functions) {
            if (program.fileOfFunction(name, path) !== path) continue;
            count++;
            const chunk = program.function(name, path);
            if (!chunk || chunk.error)
              broken.push(
                `${path} ${name}: ${chunk?.error ? chunk.expansion.text.slice(chunk.error.start, chunk.error.start + 80) : 'not found'}`,
              );
          }
        } finally {
          parsed.delete();
        }
      }
      deepEqual(broken, []);
      ok(count > 300, String(count));
    });
});
