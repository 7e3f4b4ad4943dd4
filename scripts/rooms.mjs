// Enforces which room may import which (.dependency-cruiser.cjs), and proves that the rules find violations.
//
//   node scripts/rooms.mjs      exit status 1 when something is forbidden
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { cruise } from 'dependency-cruiser';
import { ROOT } from './places.mjs';

const rules = createRequire(import.meta.url)('../.dependency-cruiser.cjs');

/** Files that break rules, and the rule that each must be caught by (undefined: none; any: reported or not). */
const VIOLATIONS = [
  ['src/trace/a.ts', `import '../simulation/a';`, 'room-trace'],
  ['src/simulation/a.ts', `import type { X } from '../scenario/a'; export type Y = X;`, 'room-simulation'],
  ['src/simulation/b.ts', `import { x } from '../trace/fine'; x();`, 'room-simulation-types-only'],
  ['src/simulation/c.ts', `import type { x } from '../trace/fine'; export type Y = typeof x;`, undefined],
  ['src/invariants/a.ts', `import '../source/fine';`, 'room-invariants'],
  ['src/scenario/a.ts', `import '../source/fine'; export type X = 1;`, 'room-scenario'],
  ['src/source/a.ts', `import '../trace/fine';`, 'room-source'],
  ['src/analysis/a.ts', `import '../simulation/c';`, 'room-analysis'],
  ['src/interpreter/a.ts', `import '../simulation/c';`, 'room-interpreter'],
  ['src/binding/a.ts', `import '../invariants/fine';`, 'room-binding'],
  ['src/checker/a.ts', `import '../source/fine';`, 'room-checker'],
  ['src/patches/a.ts', `import '../trace/fine';`, 'room-patches'],
  ['src/annotations/a.ts', `import '../scenario/a';`, 'room-annotations'],
  ['src/protocol/a.ts', `import { x } from '../trace/fine'; x();`, 'room-protocol-types-only'],
  ['src/webview/a.ts', `import '../invariants/fine';`, 'room-webview'],
  ['src/cli/a.ts', `import '../webview/fine';`, 'room-cli'],
  ['src/vscode/a.ts', `import '../webview/fine';`, 'room-vscode'],
  ['src/vscode/b.ts', `import './node/fine';`, 'node-part-of-the-extension-stays-apart'],
  ['src/vscode/c.ts', `import * as vscode from 'vscode'; vscode;`, undefined],
  ['src/source/b.ts', `import * as vscode from 'vscode'; vscode;`, 'vscode-only-in-its-room'],
  ['src/source/c.ts', `import 'node:fs';`, 'no-node-in-the-core'],
  ['src/vscode/web/a.ts', `import 'fs';`, 'no-node-in-the-core'],
  ['src/vscode/node/fine.ts', `import 'node:fs';`, undefined],
  ['src/source/d.ts', `import './e';`, 'no-cycles'],
  ['src/source/e.ts', `import './d';`, 'any'],
  ['src/protocol/b.ts', `import '../source/fine';`, 'room-protocol'],
  ['src/source/f.ts', `import '../../test/fine';`, 'product-knows-no-tests'],
  ['src/source/g.ts', `import './nowhere';`, 'no-unresolvable'],
  ['src/novelty/a.ts', `import '../trace/fine';`, 'no-unknown-room'],
  ['src/trace/fine.ts', `export const x = () => 1;`, undefined],
  ['src/source/fine.ts', `export const x = 1;`, undefined],
  ['src/invariants/fine.ts', `import { x } from '../trace/fine'; x();`, undefined],
  ['src/webview/fine.ts', `import { x } from '../trace/fine'; x();`, undefined],
  ['test/fine.ts', `import 'node:fs';`, undefined],
];

async function violationsIn(baseDir, folders) {
  const { output } = await cruise(folders, {
    ...rules.options,
    ruleSet: { forbidden: rules.forbidden },
    validate: true,
    baseDir,
  });
  return { modules: output.summary.totalCruised, violations: output.summary.violations };
}

/** @returns {Promise<string[]>} rules that do not find what they forbid, or find what they should not */
async function selfTest() {
  const folder = mkdtempSync(join(tmpdir(), 'rmap-lens-rooms-'));
  try {
    for (const [file, text] of VIOLATIONS) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), `${text}\nexport {};\n`);
    }
    const { violations } = await violationsIn(folder, ['src', 'test']);
    const problems = [];
    for (const [file, , rule] of VIOLATIONS) {
      if (rule === 'any') continue; // the other end of a cycle, which is reported once
      const found = violations
        .filter((violation) => violation.from === file)
        .map((violation) => violation.rule.name);
      if (rule === undefined ? found.length > 0 : !found.includes(rule)) {
        problems.push(
          `self-test: ${file} should be caught by ${rule ?? 'no rule'}, and is by ${found.join(', ') || 'none'}`,
        );
      }
    }
    const untried = rules.forbidden
      .map((rule) => rule.name)
      .filter((name) => !VIOLATIONS.some(([, , rule]) => rule === name));
    return [...problems, ...untried.map((name) => `self-test: nothing tries rule ${name}`)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns {Promise<{passed: number, problems: string[], modules: number}>} */
export async function checkRooms() {
  const { modules, violations } = await violationsIn(
    ROOT,
    ['src', 'test', 'scripts'].filter((folder) => existsSync(join(ROOT, folder))),
  );
  const problems = violations.map(({ rule, from, to, cycle }) => {
    const path = cycle ? cycle.map((step) => step.name).join(' → ') : to;
    return `${rule.name}: ${from} → ${path}`;
  });
  const selfProblems = await selfTest();
  return {
    modules,
    passed: rules.forbidden.length + VIOLATIONS.length - problems.length - selfProblems.length,
    problems: [...problems, ...selfProblems],
  };
}

if (process.argv[1] && resolve(process.argv[1]) === import.meta.filename) {
  const { modules, problems } = await checkRooms();
  for (const problem of problems) console.error(problem);
  console.log(`rooms: ${modules} modules, ${problems.length} problems`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
