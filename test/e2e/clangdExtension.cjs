// A client of the real clangd under the identity of the extension that people install for it, which cannot be had here: the
// package of test/e2e/realClangd.ts bundles it. Files that RMAP_LENS_TEST_NO_CLANGD names (a pattern) are not told to clangd.
const { LanguageClient } = require('vscode-languageclient/node');

let client;

exports.activate = () => {
  const silent = process.env.RMAP_LENS_TEST_NO_CLANGD;
  const documentSelector = silent
    ? [{ language: 'c', pattern: silent }]
    : [{ language: 'c' }, { language: 'cpp' }];
  client = new LanguageClient(
    'clangd',
    { command: 'clangd', args: ['--log=error', '--background-index=false'] },
    { documentSelector },
  );
  return client.start();
};

exports.deactivate = () => client?.stop();
