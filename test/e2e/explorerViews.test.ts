// The explorer's views in a real VS Code, on a real tree: the C text around the step, state, the run over time, in three
// themes, wide and in a side bar; a reload of the window brings everything back.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openWorkbench, screenshotOfFailure, type Workbench } from './driver';
import { lensOf, stepShown, waitForStep } from './marks';

describe('the explorer’s views on a real tree', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench({
      file: 'mm/rmap.c',
      viewport: { width: 1400, height: 900 },
      settings: { 'workbench.activityBar.location': 'hidden', 'workbench.statusBar.visible': true },
    });
    await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
    await workbench.goToLine(324);
    await lensOf(workbench, 'anon_vma_clone').waitFor({ timeout: 90_000 });
    await lensOf(workbench, 'anon_vma_clone').click();
    await stepShown(workbench);
    await workbench.webview().getByRole('tab', { name: 'State' }).waitFor({ timeout: 60_000 });
  });
  after(() => workbench?.close());
  afterEach(function () {
    return screenshotOfFailure(this, workbench);
  });

  /** The frame of the page, without the rest of VS Code. */
  async function picture(name: string): Promise<void> {
    await workbench.page.mouse.move(700, 890);
    await workbench.page.waitForTimeout(700);
    const frame = workbench.page.locator('iframe.webview.ready').first();
    const folder = process.env['RMAP_LENS_SCREENSHOTS'];
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    await frame.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
  }

  it('show the lines of the tree around the step', async () => {
    const code = workbench.webview().getByRole('region', { name: 'Code' });
    await code.locator('[aria-current="step"]').first().waitFor({ timeout: 30_000 });
    assert.match(await code.innerText(), /anon_vma_clone\(/);
  });

  it('show state and time in three themes, with the whole window for themselves', async () => {
    const { step } = await stepShown(workbench);
    await workbench.webview().getByRole('tab', { name: 'State' }).click();
    await workbench.runCommand('View: Maximize Editor Group');
    for (let at = 0; at < 24; at += 1) await workbench.page.keyboard.press('Alt+.');
    await waitForStep(workbench, step + 24);
    for (const theme of ['light', 'high-contrast', 'dark'] as const) {
      await workbench.setTheme(theme);
      const explorer = workbench.webview();
      await explorer.getByRole('tab', { name: 'State' }).click();
      await explorer.getByRole('region', { name: 'Interval trees' }).waitFor();
      await picture(`explorer-state-${theme}`);
      await explorer.getByRole('tab', { name: 'Time' }).click();
      await explorer.getByRole('region', { name: 'Locks over time' }).waitFor();
      if (theme === 'light') {
        for (const text of ['A0.num_active_vmas', 'P@16-20.chain.length', 'count(folio)']) {
          await explorer.getByLabel('Expression to watch').fill(text);
          await explorer.getByRole('button', { name: 'Watch', exact: true }).click();
        }
        await explorer.locator('.chart').nth(2).waitFor();
      }
      await picture(`explorer-time-${theme}`);
    }
  });

  it('are as they were after a reload of the window', async () => {
    const { step } = await stepShown(workbench);
    await workbench.page.waitForTimeout(500);
    await workbench.page.reload();
    const explorer = workbench.webview();
    await explorer.getByRole('region', { name: 'Locks over time' }).waitFor({ timeout: 90_000 });
    assert.equal(await explorer.locator('.chart').count(), 3);
    await waitForStep(workbench, step);
  });

  it('fit into a narrow column', async () => {
    await workbench.webview().getByRole('tab', { name: 'State' }).click();
    await workbench.page.setViewportSize({ width: 400, height: 900 });
    for (const theme of ['light', 'high-contrast', 'dark'] as const) {
      await workbench.setTheme(theme);
      await workbench.webview().getByRole('region', { name: 'Address spaces' }).waitFor();
      await picture(`explorer-narrow-${theme}`);
    }
  });
});
