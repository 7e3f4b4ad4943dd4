// A package with the identity of the clangd extension that runs Debian's clangd as its language server.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

const MANIFEST = {
  name: 'vscode-clangd',
  publisher: 'llvm-vs-code-extensions',
  displayName: 'Client of the real clangd',
  version: '0.0.1',
  license: 'GPL-2.0-only',
  engines: { vscode: '^1.100.0' },
  main: './main.js',
  activationEvents: ['onLanguage:c'],
};

/** Why clangd cannot be used here, after it was asked of apt where that may be; undefined when it can. */
export function whyNoClangd(): string | undefined {
  const isThere = (): boolean => spawnSync('clangd', ['--version']).status === 0;
  if (isThere()) return undefined;
  if (process.getuid?.() === 0) {
    const flags = [
      '-qq',
      '-o',
      'APT::Sandbox::User=root',
      'install',
      '-y',
      '--no-install-recommends',
      'clangd',
    ];
    spawnSync('apt-get', flags, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  }
  return isThere() ? undefined : 'clangd is not installed (Debian: apt-get install clangd)';
}

/** Makes the package in `folder`; returns its path. */
export async function packageClangd(folder: string): Promise<string> {
  const source = join(folder, 'clangd');
  mkdirSync(source, { recursive: true });
  await build({
    entryPoints: [join(import.meta.dirname, 'clangdExtension.cjs')],
    outfile: join(source, 'main.js'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
    logLevel: 'error',
  });
  writeFileSync(join(source, 'package.json'), JSON.stringify(MANIFEST));
  writeFileSync(join(source, 'README.md'), 'Runs the real clangd in a test.\n');
  writeFileSync(join(source, 'LICENSE'), 'GPL-2.0-only\n');
  const require = createRequire(import.meta.filename);
  const vsce = join(dirname(require.resolve('@vscode/vsce/package.json')), 'vsce');
  const vsix = join(folder, 'clangd.vsix');
  const flags = ['--no-dependencies', '--allow-missing-repository', '--out', vsix];
  execFileSync(process.execPath, [vsce, 'package', ...flags], { cwd: source, stdio: 'pipe' });
  return vsix;
}
