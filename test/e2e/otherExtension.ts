// A package that stands for the C/C++ extension: same identity, and it answers with one symbol and one definition.
import { writeFileSync } from 'node:fs';
import { packageTestExtension } from './testExtension';

const IDENTITY = {
  name: 'cpptools',
  publisher: 'ms-vscode',
  displayName: 'Stand-in for C/C++',
  purpose: 'Stands for the C/C++ extension in a test.',
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
export function packageOther(folder: string): Promise<string> {
  return packageTestExtension(folder, IDENTITY, (path) => writeFileSync(path, MAIN));
}
