// What a person sees of the card of a function, its uses, its callers and of problems in the text, in every theme: on a small
// tree of our own, so that the pictures of the documentation show no text of the kernel.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openWorkbench, screenshotOfFailure, type Theme, type Workbench } from './driver';
import { keep } from './pictures';

const FIXTURE = join(import.meta.dirname, '../fixtures/tree');
const PATIENCE = 60_000;
const THEMES = ['light', 'high-contrast', 'dark'] satisfies Theme[];
const CLONE = /^int\sanon_vma_clone\(/;

/** The tree, and beside it one in which the lock is taken before memory is asked for. */
function trees(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rmap-lens-own-'));
  for (const name of ['small', 'wrong']) cpSync(FIXTURE, join(folder, name), { recursive: true });
  const file = join(folder, 'wrong/mm/rmap.c');
  const lock = '\tanon_vma_lock_write(from->anon_vma);\n';
  const loop = '\tlist_for_each_entry(one, ';
  const text = readFileSync(file, 'utf8');
  assert.ok(text.includes(lock) && text.includes(loop));
  writeFileSync(file, text.replace(lock, '').replace(loop, `${lock}${loop}`));
  return folder;
}

describe('a small tree of our own', () => {
  let workbench: Workbench;
  const folder = trees();
  before(async () => {
    workbench = await openWorkbench({
      folder,
      file: 'small/mm/rmap.c',
      viewport: { width: 1300, height: 800 },
      settings: { 'editor.minimap.enabled': false },
    });
    await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
  });
  after(async () => {
    await workbench?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(function () {
    return screenshotOfFailure(this, workbench);
  });

  async function clickClone(): Promise<void> {
    const name = workbench.line(CLONE).locator('span', { hasText: 'anon_vma_clone' }).last();
    await name.waitFor({ timeout: PATIENCE });
    await name.click();
  }

  it('has a card for a function, with locks in words', async () => {
    await workbench.codeLens(/4 callers/).waitFor({ timeout: 90_000 });
    for (const theme of THEMES) {
      await workbench.setTheme(theme);
      const text = await workbench.hover('anon_vma_clone', /Called by/, CLONE);
      assert.match(text, /Locks in the text on entry mmap:w · takes root:w \(mmap: mmap_lock, root: rwsem/);
      assert.match(text, /Called by .*__split_vma/);
      await workbench.page.waitForTimeout(400);
      await keep(workbench, `contract-${theme}`);
      await workbench.page.keyboard.press('Escape');
    }
  });

  it('shows every use of a function', async () => {
    await clickClone();
    await workbench.page.keyboard.press('Shift+F12');
    const peek = workbench.page.locator('.peekview-widget');
    await peek.locator('.monaco-list-row', { hasText: 'vma.c' }).first().waitFor({ timeout: PATIENCE });
    for (const theme of THEMES) {
      await workbench.setTheme(theme);
      await workbench.page.mouse.move(700, 790);
      await workbench.page.waitForTimeout(900);
      await peek.waitFor();
      await keep(workbench, `references-${theme}`);
    }
    await peek.locator('.codicon-close').first().click();
  });

  it('shows who calls it', async () => {
    await clickClone();
    await workbench.runCommand('Calls: Show Call Hierarchy');
    const row = (name: string) => workbench.page.locator('.sidebar .monaco-list-row', { hasText: name });
    for (const name of ['anon_vma_fork', 'dup_anon_vma', '__split_vma', 'copy_vma'])
      await row(name).first().waitFor({ timeout: PATIENCE });
    for (const theme of THEMES) {
      await workbench.setTheme(theme);
      await workbench.page.mouse.move(700, 790);
      await workbench.page.waitForTimeout(900);
      await keep(workbench, `call-hierarchy-${theme}`);
    }
    await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
  });

  it('has problems where memory is asked for under the lock, each with its code', async () => {
    const { page } = workbench;
    await page.keyboard.press('Control+P');
    await page.locator('.quick-input-widget input[type="text"]').fill('wrong/mm/rmap.c');
    await workbench.pick(/wrong/);
    await page.locator('.breadcrumbs-control', { hasText: 'wrong' }).waitFor({ timeout: PATIENCE });
    await workbench.goToLine(22);
    await page.locator('.squiggly-warning, .squiggly-error').first().waitFor({ timeout: 90_000 });
    await workbench.runCommand('View: Focus Problems');
    const problems = page.locator('.markers-panel .monaco-list-row');
    await problems.filter({ hasText: 'alloc-under-root-lock' }).first().waitFor({ timeout: PATIENCE });
    await workbench.goToLine(22);
    for (const theme of THEMES) {
      await workbench.setTheme(theme);
      const text = await workbench.hover('anon_vma_chain_alloc', /alloc-under-root-lock/, /GFP_KERNEL/);
      assert.match(text, /Rmap Lens/);
      await page.waitForTimeout(400);
      await keep(workbench, `problems-${theme}`);
      await page.keyboard.press('Escape');
    }
    await workbench.hover('anon_vma_chain_alloc', /alloc-under-root-lock/, /GFP_KERNEL/);
    const link = page.locator('.monaco-hover a', { hasText: 'alloc-under-root-lock' });
    await link.first().waitFor({ timeout: PATIENCE });
  });
});
