// A package that stands for the C/C++ extension: same identity, and it answers with one symbol and one definition.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const MANIFEST = {
  name: 'cpptools',
  publisher: 'ms-vscode',
  displayName: 'Stand-in for C/C++',
  version: '0.0.1',
  license: 'GPL-2.0-only',
  engines: { vscode: '^1.100.0' },
  main: './main.js',
  activationEvents: ['onLanguage:c'],
};

const MAIN = `const { languages, DocumentSymbol, SymbolKind, Range, Location } = require('vscode');
exports.activate = () => {
  const top = new Range(0, 0, 0, 1);
  languages.registerDocumentSymbolProvider('c', {
    provideDocumentSymbols: () => [new DocumentSymbol('symbol_of_the_other', '', SymbolKind.Function, top, top)],
  });
  languages.registerDefinitionProvider('c', { provideDefinition: ({ uri }) => new Location(uri, top) });
};
`;

/** Makes the package in `folder`; returns its path. */
export function packageOther(folder: string): string {
  const source = join(folder, 'other');
  mkdirSync(source, { recursive: true });
  writeFileSync(join(source, 'package.json'), JSON.stringify(MANIFEST));
  writeFileSync(join(source, 'main.js'), MAIN);
  writeFileSync(join(source, 'README.md'), 'Stands for the C/C++ extension in a test.\n');
  writeFileSync(join(source, 'LICENSE'), 'GPL-2.0-only\n');
  const require = createRequire(import.meta.filename);
  const vsce = join(dirname(require.resolve('@vscode/vsce/package.json')), 'vsce');
  const vsix = join(folder, 'other.vsix');
  const flags = ['--no-dependencies', '--allow-missing-repository', '--out', vsix];
  execFileSync(process.execPath, [vsce, 'package', ...flags], { cwd: source, stdio: 'pipe' });
  return vsix;
}
