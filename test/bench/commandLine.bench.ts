// How long the command line takes to start, beside a bare Node.
import { execFileSync } from 'node:child_process';

export const title = 'command line: start to end';

/** Runs Node from the repository's root, where benches are started. */
function node(...args: string[]): () => void {
  return () => void execFileSync(process.execPath, args, { stdio: 'ignore' });
}

const CLI = 'dist/cli/rmap-lens.js';

export const benches = [
  { name: 'node, nothing to do', reference: true, run: node('-e', '0') },
  { name: 'rmap-lens profiles', run: node(CLI, 'profiles') },
  { name: 'rmap-lens run, a sample', run: node(CLI, 'run', 'samples/fork-of-a-fork.rmap') },
  { name: 'npm run rmap-lens, when built', run: node('scripts/rmapLens.mjs', 'profiles') },
];

/** Builds it if need be. */
export function setup(): Promise<void> {
  node('scripts/rmapLens.mjs', 'profiles')();
  return Promise.resolve();
}
