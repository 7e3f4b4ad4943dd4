// What loading and activating the extension costs, its shipped bundle, in a fresh Node: with a stand-in for VS Code that
// answers every call with itself, so that the time is ours alone.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { build } from '../../scripts/build.mjs';

const BUNDLE = 'dist/node/extension.js';

const STAND_IN = `
const Module = require('node:module');
const fs = require('node:fs');
const all = new Proxy(function () {}, {
  get(target, key) {
    if (['then', 'activeTextEditor', 'workspaceFolders'].includes(key)) return undefined;
    if (key === 'get') return (name, fallback) => fallback; // no setting, nothing remembered
    if (key === Symbol.toPrimitive) return () => '';
    if (key === 'prototype') return target.prototype;
    if (key === Symbol.iterator) return [][Symbol.iterator].bind([]);
    return all;
  },
  apply: () => all,
  construct: () => all,
  set: () => true,
});
const load = Module._load;
const vscode = Object.fromEntries(process.argv[2].split(',').map((name) => [name, all]));
Module._load = (name, ...rest) => (name === 'vscode' ? vscode : load(name, ...rest));
const { compile, compileStreaming, instantiate } = WebAssembly;
let wasm = 0;
WebAssembly.compile = (...args) => (wasm++, compile(...args));
WebAssembly.instantiate = (...args) => (wasm++, instantiate(...args));
process.on('unhandledRejection', () => {});
const began = performance.now();
const extension = require(process.argv[1]);
const loaded = performance.now();
extension.activate(all);
const active = performance.now();
console.log(JSON.stringify({ load: loaded - began, activate: active - loaded, wasm }));
process.exit(0);
`;

interface Activation {
  readonly load: number;
  readonly activate: number;
  readonly wasm: number;
}

/** Everything that VS Code's interface has, by name. */
function interfaceNames(): string {
  const text = readFileSync('node_modules/@types/vscode/index.d.ts', 'utf8');
  const names = text.matchAll(/^\s*export (?:abstract )?(?:class|enum|namespace|const|function) (\w+)/gm);
  return [...new Set([...names].map(([, name = '']) => name))].join();
}

function once(bundle: string): Activation {
  const text = execFileSync(process.execPath, ['-e', STAND_IN, bundle, interfaceNames()], {
    encoding: 'utf8',
    stdio: 'pipe',
  });
  return JSON.parse(text) as Activation;
}

/** Lines of figures: the least of several, since everything else on the machine only adds to it. */
export async function activationFigures(tries: number): Promise<string[]> {
  const problems = await build({ production: true });
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const all = Array.from({ length: 3 * tries }, () => once(`${process.cwd()}/${BUNDLE}`));
  const least = (of: (one: Activation) => number): number => Math.min(...all.map(of));
  const nodes = Array.from({ length: 3 * tries }, () => {
    const began = performance.now();
    execFileSync(process.execPath, ['-e', '0']);
    return performance.now() - began;
  });
  const [load, activate, node] = [least((one) => one.load), least((one) => one.activate), Math.min(...nodes)];
  const size = (readFileSync(BUNDLE).length / 1000).toFixed(0);
  return [
    `activation: bundle of ${size} kB loaded in ${load.toFixed(1)} ms (× ${(load / node).toFixed(2)} of a bare Node from start to end, ${node.toFixed(0)} ms), activate() ${activate.toFixed(1)} ms (× ${(activate / node).toFixed(2)}), wasm compiled ${Math.max(...all.map((one) => one.wasm))} times`,
  ];
}
