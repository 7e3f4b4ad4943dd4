/**
 * A scenario as long as it is wanted: a family in which generations fork, write, split, merge and exit.
 */
import type { Operation, OperationVerb } from '../../src/trace/engine';

const FIRST = 0x10;
const PAGES = 32;

/** Operations for ever. The address spaces stay small, and so does the hierarchy: two processes at a time. */
export function* longScenario(): Generator<Operation> {
  const by = (process: string, verb: OperationVerb): Operation => ({ process, faults: [], ...verb });
  const page = (n: number): number => FIRST + (n % PAGES);
  let parent = 'P';
  yield by(parent, { verb: 'mmap', addr: FIRST, len: PAGES, prot: 'rw', file: null });
  for (let n = 0; ; n += 1) {
    const child = `C${n}`;
    for (let k = 0; k < 4; k += 1) yield by(parent, { verb: 'write', page: page(n + 7 * k) });
    yield by(parent, { verb: 'mprotect', addr: FIRST + (n % (PAGES - 8)), len: 4, prot: 'r' });
    yield by(parent, { verb: 'fork', child });
    yield by(child, { verb: 'write', page: page(5 * n) });
    for (const process of [parent, child])
      yield by(process, { verb: 'mprotect', addr: FIRST, len: PAGES, prot: 'rw' });
    yield by(child, { verb: 'walk', page: FIRST });
    yield by(n % 2 === 0 ? child : parent, { verb: 'exit' });
    if (n % 2 !== 0) parent = child;
  }
}
