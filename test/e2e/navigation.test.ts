// Reading in the real VS Code: the Reverse Map view, definition, references and call hierarchy by keyboard, and silence
// beside another C extension.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { openWorkbench, screenshotOfFailure, type Workbench } from './driver';
import { packageOther } from './otherExtension';
import { keep } from './pictures';

const PATIENCE = 60_000;

async function openView(workbench: Workbench): Promise<void> {
  await workbench.page.locator('.activitybar a[aria-label^="Rmap Lens"]').first().click();
}

/** A row of the side bar by its label. */
function rowOf(workbench: Workbench, label: RegExp): Locator {
  const name = workbench.page.locator('.label-name', { hasText: label });
  return workbench.page.locator('.sidebar .monaco-list-row').filter({ has: name }).first();
}

/** Puts the cursor into a word of the line that reads so. */
async function clickWord(workbench: Workbench, line: RegExp, word: string): Promise<void> {
  const span = workbench.line(line).locator('span', { hasText: word }).last();
  await span.waitFor({ timeout: PATIENCE });
  await span.click();
}

/** Asks for the symbols of the file that is open; gives the rows of the list. */
async function symbolRows(workbench: Workbench, text: string): Promise<Locator> {
  await workbench.page.keyboard.press('Control+P');
  const input = workbench.page.locator('.quick-input-widget input[type="text"]');
  await input.waitFor({ timeout: PATIENCE });
  await input.fill(`@${text}`);
  return workbench.page.locator('.quick-input-list .monaco-list-row');
}

describe('reading in the editor', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench({
      file: 'mm/rmap.c',
      viewport: { width: 1500, height: 940 },
      settings: { 'editor.minimap.enabled': false },
    });
  });
  after(() => workbench?.close());
  afterEach(function () {
    return screenshotOfFailure(this, workbench);
  });

  it('lists the functions of the tree by role, with their states', async () => {
    await openView(workbench);
    const row = rowOf(workbench, /^anon_vma_clone$/);
    await row.waitFor({ timeout: PATIENCE });
    assert.match((await row.textContent()) ?? '', /simulated and interpreted · rmap\.c:\d+/);
    assert.match((await rowOf(workbench, /^anon_vma_merge$/).textContent()) ?? '', /not in this tree/);
  });

  it('shows callers and invariants below a function', async () => {
    await rowOf(workbench, /^anon_vma_clone$/)
      .locator('.monaco-tl-twistie')
      .click();
    await rowOf(workbench, /^Callers$/).waitFor({ timeout: PATIENCE });
    await rowOf(workbench, /^Callers$/).click();
    await rowOf(workbench, /dup_anon_vma/).waitFor({ timeout: PATIENCE });
    await rowOf(workbench, /^Invariants$/).click();
    await rowOf(workbench, /anon_vma\//).waitFor({ timeout: PATIENCE });
  });

  it('goes to the source on a click', async () => {
    await rowOf(workbench, /^unlink_anon_vmas$/).click();
    await workbench.line(/^void\sunlink_anon_vmas\(/).waitFor({ timeout: PATIENCE });
  });

  it('looks right in every theme', async () => {
    await workbench.page.mouse.move(900, 930);
    for (const theme of ['light', 'high-contrast', 'dark'] as const) {
      await workbench.setTheme(theme);
      await workbench.page.waitForTimeout(700);
      await keep(workbench, `reverse-map-${theme}`);
    }
  });

  it('goes to a definition in another file and peeks at every use', async () => {
    await workbench.openFile('mm/rmap.c', 324);
    await clickWord(workbench, /^int\sanon_vma_clone\(/, 'anon_vma_clone');
    await workbench.page.keyboard.press('Shift+F12');
    const peek = workbench.page.locator('.peekview-widget');
    await peek.locator('.monaco-list-row', { hasText: 'vma.c' }).first().waitFor({ timeout: PATIENCE });
    await workbench.page.waitForTimeout(500);
    await workbench.screenshot('references');
    await workbench.page.keyboard.press('Escape');
    await workbench.goToLine(324);
    await clickWord(workbench, /^int\sanon_vma_clone\(/, 'anon_vma_clone');
    await workbench.runCommand('Calls: Show Call Hierarchy');
    await rowOf(workbench, /^__split_vma$/).waitFor({ timeout: PATIENCE });
    await workbench.page.waitForTimeout(500);
    await workbench.screenshot('call-hierarchy');
  });

  it('offers the symbols of the file', async () => {
    await workbench.page.locator('.tab', { hasText: 'rmap.c' }).first().click();
    const rows = await symbolRows(workbench, 'page_address_in_vma');
    await rows.filter({ hasText: 'page_address_in_vma' }).first().waitFor({ timeout: PATIENCE });
    await workbench.page.keyboard.press('Escape');
  });
});

describe('without a kernel tree', () => {
  let workbench: Workbench;
  const folder = mkdtempSync(join(tmpdir(), 'rmap-lens-empty-'));
  before(async () => {
    workbench = await openWorkbench({ folder });
  });
  after(async () => {
    await workbench?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(function () {
    return screenshotOfFailure(this, workbench);
  });

  it('the view says why it is empty and offers the way out', async () => {
    await openView(workbench);
    const view = workbench.page.locator('.sidebar');
    await view.getByText(/No kernel tree is open/).waitFor({ timeout: PATIENCE });
    await view.getByRole('button', { name: 'Open Folder' }).waitFor({ timeout: PATIENCE });
    await keep(workbench, 'reverse-map-empty');
  });
});

describe('beside another C extension', () => {
  let workbench: Workbench;
  const folder = mkdtempSync(join(tmpdir(), 'rmap-lens-other-'));
  before(async () => {
    const others = [await packageOther(folder)];
    workbench = await openWorkbench({ file: 'mm/rmap.c', others });
  });
  after(async () => {
    await workbench?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(function () {
    return screenshotOfFailure(this, workbench);
  });

  it('leaves the symbols to it, and still shows its lenses and its view', async () => {
    await workbench.goToLine(324);
    await workbench.codeLens(/Run on a sample/).waitFor({ timeout: 90_000 });
    const rows = await symbolRows(workbench, '');
    await rows.filter({ hasText: 'symbol_of_the_other' }).first().waitFor({ timeout: PATIENCE });
    await workbench.page.waitForTimeout(1000);
    const texts = await rows.allTextContents();
    assert.ok(!texts.some((text) => text.includes('anon_vma')), texts.join(' | '));
    await workbench.page.keyboard.press('Escape');
    await openView(workbench);
    await rowOf(workbench, /^anon_vma_clone$/).waitFor({ timeout: PATIENCE });
  });
});
