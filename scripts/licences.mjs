// Licences of what is shipped: every package that esbuild took into a bundle, and the wasm files, has to be compatible with
// GPL-2.0-only.
//
//   node scripts/licences.mjs      after a build; prints the list
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ROOT } from './places.mjs';

const COMPATIBLE = new Set([
  'MIT',
  'ISC',
  'Zlib',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'Unlicense',
]);

/** Copied into dist/ beside the bundles. */
const COPIED = ['web-tree-sitter', 'tree-sitter-c'];

/** @returns {{name: string, version: string, licence: string, compatible: boolean}[]} sorted by name */
export function shippedPackages() {
  const names = new Set(COPIED);
  const meta = join(ROOT, 'dist/meta');
  for (const file of existsSync(meta) ? readdirSync(meta) : []) {
    const { inputs } = JSON.parse(readFileSync(join(meta, file), 'utf8'));
    for (const input of Object.keys(inputs)) {
      const match = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*\/node_modules\/)/.exec(input);
      if (match) names.add(match[1]);
    }
  }
  return [...names].sort().map((name) => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8'));
    const licence = String(manifest.license ?? 'none');
    const offers = licence.replace(/[()]/g, '').split(' OR ');
    return {
      name,
      version: manifest.version,
      licence,
      compatible: offers.some((offer) => COMPATIBLE.has(offer)),
    };
  });
}

if (process.argv[1] && resolve(process.argv[1]) === import.meta.filename) {
  for (const { name, version, licence, compatible } of shippedPackages()) {
    console.log(`${compatible ? '  ' : '! '}${name} ${version}: ${licence}`);
    if (!compatible) process.exitCode = 1;
  }
}
