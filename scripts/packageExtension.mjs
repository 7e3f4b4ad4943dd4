// Packages the extension: artifacts/rmap-lens-VERSION.vsix, with what it holds and how big it is asserted.
//
//   node scripts/packageExtension.mjs [--no-build]
import { readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from './build.mjs';
import { artifacts, ROOT } from './places.mjs';
import { run } from './processes.mjs';

/** Bytes: the largest package that is acceptable. */
const SIZE_LIMIT = 2 * 1024 * 1024;

/** What has to be in the package. */
const DEMANDED = [
  'package.json',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'dist/node/extension.js',
  'dist/web/extension.js',
  'dist/webview/main.js',
  'dist/webview/main.css',
  'dist/web-tree-sitter.wasm',
  'dist/tree-sitter-c.wasm',
];

/** What may be in it besides. */
const ALLOWED = [
  /^dist\/webview\/[\w.-]+$/,
  /^media\/[\w./-]+\.(png|svg|md)$/,
  /^samples\/[\w./-]+\.rmap$/,
  /^syntaxes\/[\w./-]+\.json$/,
  /^[\w.-]+-configuration\.json$/,
  /^package\.nls(\.[\w-]+)?\.json$/,
  /^docs\/images\/[\w.-]+\.png$/,
  /^docs\/diagnostics\.md$/,
];

const VSCE = join(ROOT, 'node_modules/@vscode/vsce/vsce');

/** Files of the extension that its manifest names: icons, grammars, language configurations. */
function filesNamedIn(value) {
  if (typeof value === 'string')
    return /^(\.\/|media\/)[\w./-]+\.\w+$/.test(value) ? [value.replace(/^\.\//, '')] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(filesNamedIn);
}

/**
 * Builds for production and packages.
 * @param {{alreadyBuilt?: boolean, log?: (line: string) => void}} options
 * @returns {Promise<{vsix: string, bytes: number, files: string[], problems: string[]}>} vsix: path of the package
 */
export async function packageExtension({ alreadyBuilt = false, log = () => {} } = {}) {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const vsix = join(artifacts(), `${manifest.name}-${manifest.version}.vsix`);
  const problems = alreadyBuilt ? [] : await build({ production: true, log });
  if (problems.length > 0) return { vsix, bytes: 0, files: [], problems };

  const listing = await run(process.execPath, [VSCE, 'ls', '--no-dependencies'], { cwd: ROOT });
  const files = listing.stdout.split('\n').filter((line) => line && !line.startsWith(' '));
  for (const file of DEMANDED) {
    if (!files.some((name) => name.toLowerCase() === file.toLowerCase()))
      problems.push(`The package lacks ${file}.`);
  }
  for (const file of files) {
    if (!DEMANDED.includes(file) && !ALLOWED.some((pattern) => pattern.test(file))) {
      problems.push(`The package holds ${file}, which has no business in it: see .vscodeignore.`);
    }
  }

  for (const file of filesNamedIn(manifest)) {
    if (!files.includes(file)) problems.push(`The package lacks ${file}, which package.json names.`);
  }

  const draft = `${vsix}.${process.pid}`;
  const flags = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
  const result = await run(process.execPath, [VSCE, 'package', ...flags, '--out', draft], { cwd: ROOT });
  if (result.status !== 0) {
    rmSync(draft, { force: true });
    return {
      vsix,
      bytes: 0,
      files,
      problems: [...problems, `vsce could not package the extension:\n${result.output}`],
    };
  }
  for (const line of result.output.split('\n'))
    if (/warning/i.test(line)) problems.push(`vsce: ${line.trim()}`);
  renameSync(draft, vsix);
  const bytes = statSync(vsix).size;
  if (bytes > SIZE_LIMIT) problems.push(`The package has ${bytes} bytes, more than ${SIZE_LIMIT}.`);
  return { vsix, bytes, files, problems };
}

if (process.argv[1] && resolve(process.argv[1]) === import.meta.filename) {
  const { vsix, bytes, files, problems } = await packageExtension({
    alreadyBuilt: process.argv.includes('--no-build'),
    log: console.log,
  });
  for (const problem of problems) console.error(problem);
  if (bytes > 0) console.log(`${vsix}: ${(bytes / 1024).toFixed(0)} kB, ${files.length} files`);
  if (problems.length > 0) process.exitCode = 1;
}
