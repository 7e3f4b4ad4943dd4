// Beside the real clangd on the real mm/rmap.c: plain C facts come from it and once, what only we have stays; and where it has
// no answer for a file, ours speaks.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skip } from '../support/skip';
import { openWorkbench, screenshotOfFailure, type Workbench } from './driver';
import { packageClangd, whyNoClangd } from './realClangd';

const PATIENCE = 60_000;

/** Rows of Go to Symbol in File for a text, once there are any. */
async function symbolRows(workbench: Workbench, text: string): Promise<string[]> {
  const { page } = workbench;
  await page.keyboard.press('Control+P');
  const input = page.locator('.quick-input-widget input[type="text"]');
  await input.waitFor({ timeout: PATIENCE });
  await input.fill(`@${text}`);
  const rows = page.locator('.quick-input-list .monaco-list-row', { hasText: text });
  await rows.first().waitFor({ timeout: PATIENCE });
  await page.waitForTimeout(1000);
  const found = await rows.locator('.label-name').allTextContents();
  await page.keyboard.press('Escape');
  return found.map((name) => name.trim()).filter((name) => name.includes(text));
}

for (const answers of [true, false]) {
  describe(`beside the real clangd that ${answers ? 'answers' : 'does not answer'} for mm/rmap.c`, () => {
    let workbench: Workbench;
    const folder = mkdtempSync(join(tmpdir(), 'rmap-lens-clangd-'));

    before(async function () {
      const reason = await whyNoClangd();
      if (reason) skip(this, reason);
      workbench = await openWorkbench({
        file: 'mm/rmap.c',
        viewport: { width: 1300, height: 1000 },
        others: [await packageClangd(folder)],
        env: answers ? {} : { RMAP_LENS_TEST_NO_CLANGD: '**/no/such/file.c' },
        settings: { 'editor.minimap.enabled': false },
      });
      await workbench.goToLine(357);
    });
    after(async () => {
      await workbench?.close();
      rmSync(folder, { recursive: true, force: true });
    });
    afterEach(function () {
      return screenshotOfFailure(this, workbench);
    });

    it('what only we have stands beside the code', async () => {
      await workbench
        .line(/anon_vma_lock_write\(active_anon_vma\).*held:\smmap:w\sroot:w/)
        .waitFor({ timeout: 90_000 });
      const { page } = workbench;
      await page.locator('.glyph-margin-widgets .cgmr').first().waitFor({ timeout: PATIENCE });
      await workbench.goToLine(324);
      await workbench.codeLens(/Run on a sample/).waitFor({ timeout: PATIENCE });
      await page.waitForTimeout(15_000);
      await workbench.screenshot(`clangd-${answers ? 'answers' : 'silent'}`);
    });

    it('each symbol stands once', async () => {
      assert.deepEqual(await symbolRows(workbench, 'anon_vma_fork'), ['anon_vma_fork']);
    });

    it('a definition is found, and one only', async () => {
      await workbench.goToLine(313);
      const { page } = workbench;
      const call = workbench
        .line(/check_anon_vma_clone\(dst,\ssrc/)
        .locator('span', { hasText: 'check_anon_vma_clone' });
      await workbench.goToLine(330);
      await call.last().click();
      await page.keyboard.press('F12');
      await page
        .locator('.breadcrumbs-control', { hasText: 'check_anon_vma_clone' })
        .waitFor({ timeout: PATIENCE });
      assert.equal(
        await page.locator('.peekview-widget').count(),
        0,
        'several definitions would be peeked at',
      );
    });

    it(`the hover has our card once${answers ? ', and that of clangd' : ''}`, async () => {
      await workbench.goToLine(320);
      const text = await workbench.hover('anon_vma_clone', /Kernels/, /^int\sanon_vma_clone/);
      await workbench.screenshot(`clangd-hover-${answers ? 'answers' : 'silent'}`);
      assert.equal(text.split('Called by').length, 2, text);
      const all = (await workbench.page.locator('.monaco-hover:not(.hidden)').allTextContents()).join('\n');
      assert.equal(/function anon_vma_clone/.test(all.replaceAll('\u00a0', ' ')), answers, all);
    });
  });
}
