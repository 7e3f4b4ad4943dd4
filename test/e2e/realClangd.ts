// A package with the identity of the clangd extension that runs Debian's clangd as its language server.
import { join } from 'node:path';
import { build } from 'esbuild';
import { onPath } from '../../scripts/processes.mjs';
import { provideSystemPackages } from '../../scripts/systemPackages.mjs';
import { packageTestExtension } from './testExtension';

const IDENTITY = {
  name: 'vscode-clangd',
  publisher: 'llvm-vs-code-extensions',
  displayName: 'Client of the real clangd',
  purpose: 'Runs the real clangd in a test.',
};

/** Why clangd cannot be used here, after it was asked of apt where that may be; undefined when it can. */
export function whyNoClangd(): Promise<string | undefined> {
  return provideSystemPackages({ needed: { clangd: () => onPath('clangd') } });
}

/** Makes the package in `folder`; returns its path. */
export function packageClangd(folder: string): Promise<string> {
  return packageTestExtension(folder, IDENTITY, (outfile) =>
    build({
      entryPoints: [join(import.meta.dirname, 'clangdExtension.cjs')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      external: ['vscode'],
      logLevel: 'error',
    }),
  );
}
