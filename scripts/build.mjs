// Bundles everything with esbuild into dist/.
//
//   node scripts/build.mjs [--production] [--tests] [--watch] [--quiet]
//
//   dist/node/extension.js      extension host, Node          dist/webview/main.js, main.css   explorer
//   dist/web/extension.js       extension host, web worker    dist/cli/rmap-lens.js            command line
//   dist/*.wasm                 tree-sitter and its C grammar dist/meta/*.json                 what went into each bundle
//   with --tests: dist/integration/{node,web}/index.js (suites for real extension hosts)
//
// Unit, browser and bench bundles go to a folder of their own for each run (`bundleTests`), so that several runs in one
// checkout do not get in each other's way.
// --production minifies and leaves source maps out. Exit status 1 when a bundle fails or an entry is missing.
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';
import { ROOT } from './places.mjs';

const require = createRequire(import.meta.url);
const DIST = join(ROOT, 'dist');

/** Tree-sitter queries and sample scenarios are part of the program's text. */
const TEXTS = { '.scm': 'text', '.rmap': 'text' };
const LOADER = { ...TEXTS, '.ttf': 'file' };

/** Files below `folder` (relative to the repository) whose path there matches; sorted, relative to the repository. */
export function filesBelow(folder, pattern) {
  const from = join(ROOT, folder);
  if (!existsSync(from)) return [];
  return readdirSync(from, { recursive: true })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => pattern.test(path))
    .sort()
    .map((path) => `${folder}/${path}`);
}

/** `scripts/*.mjs` stay what they are: tests import them from the repository, unbundled. */
const scriptsOutside = {
  name: 'scripts-outside',
  setup(build) {
    build.onResolve({ filter: /\/scripts\/[\w-]+\.mjs$/ }, (args) => ({
      path: pathToFileURL(resolve(args.resolveDir, args.path)).href,
      external: true,
    }));
  },
};

/** A bundled test still finds what lies beside its source: `import.meta.dirname` is the source's folder. */
const testsKnowTheirFolder = {
  name: 'tests-know-their-folder',
  setup(build) {
    build.onLoad({ filter: /[\\/]test[\\/].*\.tsx?$/ }, (args) => {
      const text = readFileSync(args.path, 'utf8');
      if (!text.includes('import.meta.')) return undefined;
      const contents = text
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(args.path)))
        .replaceAll('import.meta.filename', JSON.stringify(args.path));
      return { contents, loader: args.path.endsWith('x') ? 'tsx' : 'ts' };
    });
  },
};

/** `virtual:suites` imports every integration test that runs in one kind of host. */
function suitesOf(host) {
  const other = host === 'node' ? 'web' : 'node';
  return {
    name: 'suites',
    setup(build) {
      build.onResolve({ filter: /^virtual:suites$/ }, () => ({ path: 'suites', namespace: 'suites' }));
      build.onLoad({ filter: /.*/, namespace: 'suites' }, () => {
        const files = filesBelow('test/integration', /\.test\.ts$/).filter(
          (file) => !file.endsWith(`.${other}.test.ts`),
        );
        return {
          contents: files.map((file) => `import './${file}';`).join('\n'),
          resolveDir: ROOT,
          loader: 'ts',
        };
      });
    },
  };
}

/**
 * esbuild copies every property of an outside module for each file that imports it, so that `default` may be told apart:
 * half of the time that loading the extension took. There is no `default` in VS Code's interface.
 */
const vscodeAsItIs = {
  name: 'vscode-as-it-is',
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/]vscode[\\/].*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(
        "import * as vscode from 'vscode';",
        "const vscode = require('vscode');",
      ),
      loader: 'ts',
    }));
  },
};

/** What the samples' code gave, by its hash: both extension hosts want the same. */
const sampleTables = new Map();

async function tableBy(code) {
  const module = `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`;
  const { makeSampleTable } = await import(module);
  return JSON.stringify(makeSampleTable());
}

/** `virtual:sample-table`: the samples are run while bundling, so that the extension need not run them to know what they reach. */
const sampleTable = {
  name: 'sample-table',
  setup(build) {
    build.onResolve({ filter: /^virtual:sample-table$/ }, ({ path }) => ({
      path,
      namespace: 'sample-table',
    }));
    build.onLoad({ filter: /.*/, namespace: 'sample-table' }, async () => {
      const { outputFiles, metafile } = await esbuild.build({
        absWorkingDir: ROOT,
        ...{ bundle: true, write: false, metafile: true, format: 'esm', platform: 'node', target: 'node20' },
        loader: TEXTS,
        entryPoints: ['src/vscode/sampleTableMaker.ts'],
        logLevel: 'silent',
      });
      const [{ hash, contents }] = outputFiles;
      if (!sampleTables.has(hash)) sampleTables.set(hash, tableBy(contents));
      return {
        contents: await sampleTables.get(hash),
        loader: 'json',
        watchFiles: Object.keys(metafile.inputs).map((file) => join(ROOT, file)),
      };
    });
  },
};

const jsx = { jsx: 'automatic', jsxImportSource: 'preact' };
// as an ES module web-tree-sitter asks for import.meta.url, which a CommonJS bundle does not have
const host = {
  plugins: [sampleTable, vscodeAsItIs],
  bundle: true,
  format: 'cjs',
  external: ['vscode'],
  loader: LOADER,
  alias: { 'web-tree-sitter': require.resolve('web-tree-sitter') },
};
const node = { ...host, platform: 'node', target: 'node20' };
// web-tree-sitter imports these three where it finds Node; in a worker it never gets there
const web = {
  ...host,
  platform: 'browser',
  target: 'es2022',
  external: ['vscode', 'fs', 'fs/promises', 'module'],
  define: { global: 'globalThis' },
};

/** The bundles that are shipped, and the options of each. */
function shipped() {
  return [
    {
      name: 'extension host, Node',
      meta: 'node',
      ...node,
      entryPoints: ['src/vscode/node/extension.ts'],
      outfile: 'dist/node/extension.js',
    },
    {
      name: 'extension host, web',
      meta: 'web',
      ...web,
      entryPoints: ['src/vscode/web/extension.ts'],
      outfile: 'dist/web/extension.js',
    },
    {
      name: 'explorer',
      meta: 'webview',
      jsx: 'transform',
      jsxFactory: 'jsxElement',
      jsxFragment: 'JsxFragment',
      inject: [join(ROOT, 'scripts/jsx.mjs')],
      bundle: true,
      format: 'iife',
      platform: 'browser',
      target: 'es2022',
      // the page is UTF-8, and says so
      charset: 'utf8',
      loader: LOADER,
      entryPoints: ['src/webview/main.tsx'],
      outfile: 'dist/webview/main.js',
    },
    {
      name: 'command line',
      meta: 'cli',
      ...node,
      entryPoints: ['src/cli/main.ts'],
      outfile: 'dist/cli/rmap-lens.js',
      banner: { js: '#!/usr/bin/env node' },
    },
  ];
}

/**
 * The explorer's style sheet. Where the components import theirs, esbuild has made main.css of them already; else all of
 * src/webview/**.css go into it, in the order of their names.
 */
function styleSheet() {
  const files = filesBelow('src/webview', /\.css$/);
  return {
    name: 'explorer, style',
    meta: 'webview-style',
    bundle: true,
    loader: LOADER,
    stdin: {
      contents: files.map((file) => `@import './${file}';`).join('\n'),
      resolveDir: ROOT,
      loader: 'css',
      sourcefile: 'webview.css',
    },
    demanded: files.length > 0 ? [] : ['src/webview/*.css'],
    outfile: 'dist/webview/main.css',
  };
}

/** The suites that run inside real extension hosts. */
function integration() {
  const shared = { minify: false, sourcemap: 'inline', logOverride: { 'empty-import-meta': 'silent' } };
  return [
    {
      name: 'integration suite, Node',
      ...node,
      ...shared,
      external: ['vscode', 'mocha'],
      plugins: [testsKnowTheirFolder, suitesOf('node')],
      entryPoints: ['test/integration/nodeHost.ts'],
      outfile: 'dist/integration/node/index.js',
    },
    {
      name: 'integration suite, web',
      ...web,
      ...shared,
      define: { global: 'globalThis', 'process.env.NODE_ENV': '"test"' },
      plugins: [testsKnowTheirFolder, suitesOf('web')],
      entryPoints: ['test/integration/webHost.ts'],
      outfile: 'dist/integration/web/index.js',
    },
  ];
}

const at = (location) => (location ? ` (${location.file}:${location.line}:${location.column + 1})` : '');

const missingEntries = (bundle) => [
  ...(bundle.entryPoints ?? []).filter((entry) => !existsSync(join(ROOT, entry))),
  ...(bundle.demanded ?? []),
];

const kilobytes = (file) => `${(statSync(file).size / 1024).toFixed(1).padStart(8)} kB`;

/** Writes a file so that a reader sees the old or the new one, never half of it. */
function place(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  const draft = `${to}.${process.pid}`;
  copyFileSync(from, draft);
  renameSync(draft, to);
}

/**
 * Bundles the extension, the explorer and the command line, and with `tests` the integration suites.
 * @param {{production?: boolean, tests?: boolean, log?: (line: string) => void}} options
 * @returns {Promise<string[]>} problems, each one sentence; empty when all is well
 */
export async function build({ production = false, tests = false, log = () => {} } = {}) {
  const problems = [];
  place(require.resolve('web-tree-sitter/web-tree-sitter.wasm'), join(DIST, 'web-tree-sitter.wasm'));
  place(
    join(dirname(require.resolve('tree-sitter-c/package.json')), 'tree-sitter-c.wasm'),
    join(DIST, 'tree-sitter-c.wasm'),
  );
  mkdirSync(join(DIST, 'meta'), { recursive: true });

  const outputs = new Set();
  const bundle = async ({ name, meta, demanded, ...options }) => {
    const missing = missingEntries({ entryPoints: options.entryPoints, demanded });
    if (missing.length > 0) {
      problems.push(`${name}: there is no ${missing.join(', ')}.`);
      return;
    }
    try {
      const result = await esbuild.build({
        absWorkingDir: ROOT,
        minify: production,
        sourcemap: production ? false : 'linked',
        metafile: true,
        logLevel: 'silent',
        ...options,
      });
      for (const { text, location } of result.warnings) problems.push(`${name}: ${text}${at(location)}.`);
      if (meta) writeFileSync(join(DIST, 'meta', `${meta}.json`), JSON.stringify(result.metafile));
      for (const file of Object.keys(result.metafile.outputs)) {
        outputs.add(file);
        if (!file.endsWith('.map')) log(`${kilobytes(join(ROOT, file))}  ${file}`);
      }
    } catch (error) {
      for (const { text, location } of error.errors ?? [{ text: String(error) }])
        problems.push(`${name}: ${text}${at(location)}.`);
    }
  };
  await Promise.all((tests ? [...shipped(), ...integration()] : shipped()).map(bundle));
  if (!outputs.has('dist/webview/main.css')) await bundle(styleSheet());
  const cli = join(DIST, 'cli/rmap-lens.js');
  if (existsSync(cli)) chmodSync(cli, 0o755);
  return problems;
}

/**
 * Bundles tests or benches as ES modules that share their chunks; packages stay outside.
 * @param {string[]} files relative to the repository
 * @param {string} outdir relative to the repository
 * @returns {Promise<{problems: string[], bundles: string[]}>} bundles: absolute paths, in the order of `files`
 */
export async function bundleTests(files, outdir) {
  try {
    await esbuild.build({
      ...jsx,
      absWorkingDir: ROOT,
      bundle: true,
      format: 'esm',
      splitting: true,
      platform: 'node',
      target: 'node20',
      packages: 'external',
      loader: LOADER,
      sourcemap: 'linked',
      sourcesContent: true,
      plugins: [scriptsOutside, testsKnowTheirFolder, sampleTable],
      entryPoints: files,
      outbase: 'test',
      outdir,
      outExtension: { '.js': '.mjs' },
      logLevel: 'silent',
    });
  } catch (error) {
    const problems = (error.errors ?? [{ text: String(error) }]).map(
      ({ text, location }) =>
        `${text}${location ? ` (${location.file}:${location.line}:${location.column + 1})` : ''}.`,
    );
    return { problems, bundles: [] };
  }
  const bundles = files.map((file) =>
    resolve(ROOT, outdir, relative('test', file).replace(/\.tsx?$/, '.mjs')),
  );
  return { problems: [], bundles };
}

/** Unit and property tests: every test that needs neither an extension host nor a browser. */
export const unitTestFiles = () =>
  filesBelow('test', /\.test\.tsx?$/).filter(
    (file) => !/^test\/(integration|browser|e2e|oracle)\//.test(file),
  );

/** Tests of the explorer's page alone, in a browser without VS Code; they need a build. */
export const browserTestFiles = () => filesBelow('test/browser', /\.test\.tsx?$/);

async function watch() {
  const bundles = [...shipped(), ...integration()].filter((bundle) => missingEntries(bundle).length === 0);
  console.log('[watch] build started'); // what the tasks.json problem matcher waits for
  const report = {
    name: 'report',
    setup(build) {
      build.onEnd((result) => {
        for (const { text, location } of result.errors)
          console.error(`${location?.file}:${location?.line}:${location?.column}: error: ${text}`);
        console.log(`[watch] build finished`);
      });
    },
  };
  for (const { name, meta, demanded, plugins = [], ...options } of bundles) {
    const context = await esbuild.context({
      absWorkingDir: ROOT,
      sourcemap: 'linked',
      logLevel: 'silent',
      ...options,
      plugins: [...plugins, report],
    });
    await context.watch();
  }
}

if (process.argv[1] && resolve(process.argv[1]) === import.meta.filename) {
  const flags = new Set(process.argv.slice(2));
  const problems = await build({
    production: flags.has('--production'),
    tests: flags.has('--tests') || flags.has('--watch'),
    log: flags.has('--quiet') ? () => {} : console.log,
  });
  for (const problem of problems) console.error(problem);
  if (flags.has('--watch')) await watch();
  else if (problems.length > 0) process.exitCode = 1;
}
