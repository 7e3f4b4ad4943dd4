// An edit of the real mm/rmap.c that is not saved: the failing merge turns red, its cause can be stepped back to, and what the
// edit changes, and where the simulation differs, open side by side.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openWorkbench, screenshotOfFailure, type Theme, type Workbench } from './driver';
import { arrowAt, stepShown, waitForStep } from './marks';

describe('an edit of mm/rmap.c that is not saved', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench({
      file: 'mm/rmap.c',
      viewport: { width: 1720, height: 1000 },
      settings: { 'editor.minimap.enabled': false },
    });
    await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
    await workbench.runCommand('Rmap: Run Sample…');
    await workbench.page.locator('.quick-input-list .monaco-list-row').nth(5).waitFor();
    await workbench.page.keyboard.type('while merging');
    await workbench.pick('Allocation failure while merging');
    await waitForStep(workbench, 0);
  });
  after(() => workbench?.close());
  afterEach(function () {
    return screenshotOfFailure(this, workbench);
  });

  it('turns the scenario on show red, and says what it breaks', async () => {
    const { page } = workbench;
    const explorer = workbench.webview();
    await explorer
      .getByText(/simulation agrees with this file/)
      .first()
      .waitFor({ timeout: 90_000 });
    await workbench.runCommand('View: Focus First Editor Group');
    await workbench.goToLine(await lineIn(workbench, 'cleanup_partial_anon_vmas', 'vma->anon_vma = NULL;'));
    await workbench.runCommand('Delete Line');
    await explorer
      .getByText(/The edit violates/)
      .first()
      .waitFor({ timeout: 60_000 });
    await page.locator('.tab.active.dirty').first().waitFor();
    await page.mouse.move(860, 994);
    await page.waitForTimeout(500);
    await workbench.screenshot('edit-dark');
  });

  it('leads from the underflow back to the place that caused it', async () => {
    await workbench.runCommand('Rmap: Next Violation');
    await workbench.page
      .locator('.statusbar-item', { hasText: /step [1-9]\d* of/ })
      .first()
      .waitFor();
    const found = await stepShown(workbench);
    assert.ok(found.step > 0);
    await workbench.runCommand('Rmap: Step Back');
    await waitForStep(workbench, found.step - 1);
    await workbench.page.mouse.move(860, 994);
    await workbench.screenshot('edit-cause');
  });

  it('opens where the simulation and the text part, side by side', async () => {
    const explorer = workbench.webview();
    await explorer
      .getByRole('button', { name: /differs from this file: show me/ })
      .first()
      .click({ timeout: 90_000 });
    // several scenarios may differ: the first will do
    const row = workbench.page.locator('.quick-input-list .monaco-list-row').first();
    await row.click({ timeout: 20_000 }).catch(() => undefined);
    await explorer
      .getByText(/First difference: after operation 5/)
      .first()
      .waitFor({ timeout: 60_000 });
    await explorer.getByText('vma/active-on-chain is violated in B only').waitFor();
    // the run stands there, in the function from which the line is gone
    await arrowAt(workbench, /vma->anon_vma_chain/);
    await workbench.page.mouse.move(860, 994);
    await workbench.page.waitForTimeout(500);
    await workbench.screenshot('edit-differs');
  });

  for (const theme of ['light', 'high-contrast'] satisfies Theme[]) {
    it(`is legible in ${theme}`, async () => {
      await workbench.setTheme(theme);
      await workbench.page.mouse.move(860, 994);
      await workbench.page.waitForTimeout(500);
      await workbench.screenshot(`edit-${theme}`);
    });
  }
});

/** The line, counted from 1, on which a text stands behind a function's name at the left margin. */
async function lineIn(workbench: Workbench, name: string, text: string): Promise<number> {
  const source = await readFile(join(workbench.folder, 'mm/rmap.c'), 'utf8');
  const lines = source.split('\n');
  const head = lines.findIndex(
    (line) => /^\S/.test(line) && line.includes(`${name}(`) && !line.endsWith(';'),
  );
  return lines.findIndex((line, at) => at > head && line.trim() === text) + 1;
}
