/** All built-in headers that know nothing of a subject, in the order in which they are asked for a name. */
import { atomic, refcount } from './atomic';
import { bitmap } from './bitmap';
import { bug } from './bug';
import { compiler, types } from './compiler';
import type { BuiltinHeader, KernelHost } from './host';
import { intervalTree } from './intervalTree';
import { errno, kernel, string } from './kernel';
import { list } from './list';
import { rcu, rwsem, spinlock } from './locks';
import { type MapleTrees, mapleTree } from './mapleTree';
import { slab } from './slab';

/** `host` sees what happens; `trees` holds the machine's maple trees. One set serves one machine. */
export function builtinHeaders(host: KernelHost, trees: MapleTrees): BuiltinHeader[] {
  return [
    compiler,
    types,
    kernel,
    errno,
    string,
    bug(host),
    list,
    intervalTree(host),
    atomic,
    refcount,
    rwsem(host),
    spinlock(host),
    rcu,
    slab(host),
    bitmap,
    mapleTree(host, trees),
  ];
}
