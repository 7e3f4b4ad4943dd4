// Packages an extension that only tests have, so that it can be installed beside ours.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Whom it stands for, and what its README says. */
export interface Identity {
  readonly name: string;
  readonly publisher: string;
  readonly displayName: string;
  readonly purpose: string;
}

/**
 * Makes the package in `folder`; returns its path.
 * @param writeMain writes the program of the extension to the path that it is given
 */
export async function packageTestExtension(
  folder: string,
  { purpose, ...identity }: Identity,
  writeMain: (path: string) => unknown,
): Promise<string> {
  const source = join(folder, identity.name);
  mkdirSync(source, { recursive: true });
  await writeMain(join(source, 'main.js'));
  const manifest = {
    ...identity,
    version: '0.0.1',
    license: 'GPL-2.0-only',
    engines: { vscode: '^1.100.0' },
    main: './main.js',
    activationEvents: ['onLanguage:c'],
  };
  writeFileSync(join(source, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(source, 'README.md'), `${purpose}\n`);
  writeFileSync(join(source, 'LICENSE'), 'GPL-2.0-only\n');
  const require = createRequire(import.meta.filename);
  const vsce = join(dirname(require.resolve('@vscode/vsce/package.json')), 'vsce');
  const vsix = join(folder, `${identity.name}.vsix`);
  const flags = ['--no-dependencies', '--allow-missing-repository', '--out', vsix];
  execFileSync(process.execPath, [vsce, 'package', ...flags], { cwd: source, stdio: 'pipe' });
  return vsix;
}
