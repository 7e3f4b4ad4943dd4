// The guided reading through the real tree: a comment at each statement, forward and back, and a sample run to it.
import assert from 'node:assert/strict';
import { openWorkbench, screenshotOfFailure, type Theme, type Workbench } from './driver';

describe('the guided reading', () => {
  let workbench: Workbench;

  const comment = () => workbench.page.locator('.review-widget').first();
  const shows = (text: RegExp) => comment().filter({ hasText: text }).waitFor({ timeout: 60_000 });

  before(async () => {
    workbench = await openWorkbench({
      file: 'mm/rmap.c',
      viewport: { width: 1500, height: 1000 },
      settings: { 'editor.minimap.enabled': false, 'rmapLens.codeLens.enabled': false },
    });
    await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
  });
  after(() => workbench?.close());
  afterEach(function () {
    return screenshotOfFailure(this, workbench);
  });

  it('stands beside cards of functions, which say how kernels differ', async () => {
    await workbench.goToLine(320);
    const text = await workbench.hover('anon_vma_clone', /Kernels/, /^int\sanon_vma_clone/);
    await workbench.page.waitForTimeout(400);
    await workbench.screenshot('contract-dark');
    assert.match(text, /Leaves a new AVC/);
    assert.match(text, /Called by .*__split_vma/);
    assert.match(text, /7\.0, 7\.2, 7\.3, as here/);
    await workbench.page.keyboard.press('Escape');
  });

  it('begins at the first fault, in the comment view of VS Code', async () => {
    await workbench.runCommand('Rmap: Read “The Life of an anon_vma”');
    await shows(/The first fault asks for an anon_vma/);
    await workbench.page.waitForTimeout(700);
    await workbench.screenshot('reading-dark');
    assert.match((await comment().textContent()) ?? '', /Run .First touch. to here/i);
    const last = await comment().getByRole('link', { name: 'Next' }).boundingBox();
    const editor = await workbench.page.locator('.editor-instance').first().boundingBox();
    assert.ok(last && editor && last.y + last.height <= editor.y + editor.height, 'its end is in sight');
  });

  it('goes on and back by its links', async () => {
    await comment().getByRole('link', { name: 'Next' }).click();
    await shows(/One AVC, two memberships/);
    assert.match((await comment().textContent()) ?? '', /In this tree/);
    await comment().getByRole('link', { name: 'Previous' }).click();
    await shows(/The first fault asks for an anon_vma/);
  });

  it('follows the code into other files, and ends', async () => {
    await workbench.runCommand('Rmap: Go to Stop of the Guided Reading');
    await workbench.pick(/What a failed allocation leaves/);
    await shows(/What a failed allocation leaves/);
    for (const theme of ['light', 'high-contrast'] satisfies Theme[]) {
      await workbench.setTheme(theme);
      await workbench.page.waitForTimeout(400);
      await workbench.screenshot(`reading-${theme}`);
    }
    await workbench.runCommand('Rmap: End the Guided Reading');
    await comment().waitFor({ state: 'hidden', timeout: 30_000 });
  });
});
