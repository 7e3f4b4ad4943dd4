// Which locks are held in the middle of anon_vma_clone(), on 6.12 and on 7.3, as a person sees it who opens mm/rmap.c.
import assert from 'node:assert/strict';
import { openWorkbench, screenshotOfFailure, type Theme, type Workbench } from './driver';

const LINES = { '6.12': 285, '7.3': 324 } as const;

for (const kernel of ['6.12', '7.3'] as const) {
  describe(`locks held in anon_vma_clone(), Linux ${kernel}`, () => {
    let workbench: Workbench;

    before(async () => {
      workbench = await openWorkbench({
        file: 'mm/rmap.c',
        kernel,
        viewport: { width: 1100, height: 1000 },
        settings: { 'editor.minimap.enabled': false, 'rmapLens.codeLens.enabled': false },
      });
      await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
    });
    after(() => workbench?.close());
    afterEach(function () {
      return screenshotOfFailure(this, workbench);
    });

    it('are seen without touching anything', async () => {
      await workbench.openFile('mm/rmap.c', LINES[kernel] + 20);
      const { page } = workbench;
      const line = (text: string | RegExp) => page.locator('.view-line', { hasText: text });
      // what callers hold follows a little later; anon_vma_clone() of 6.12 asserts nothing itself
      await line(/held:\smmap:w\sroot:w/)
        .first()
        .waitFor({ timeout: 120_000 });
      await page.waitForTimeout(1500);
      await workbench.screenshot(`locks-${kernel}-dark`);
      const texts = await page.locator('.view-line').allTextContents();
      const shown = texts.map((text) => text.replace(/\s/g, ' ')).filter((text) => /root:w/.test(text));
      assert.ok(
        shown.every((text) => /held: mmap:w(?:,\smaybe)?\sroot:w/.test(text)),
        shown.join('\n'),
      );
      if (kernel === '6.12') {
        assert.ok(
          shown.some((text) => /lock_anon_vma_root\(root.*root:w/.test(text)),
          shown.join('\n'),
        );
        assert.ok(
          shown.some((text) => /maybe root:w/.test(text)),
          shown.join('\n'),
        );
      } else {
        assert.ok(
          shown.some((text) => /anon_vma_lock_write\(.*root:w/.test(text)),
          shown.join('\n'),
        );
        assert.ok(!shown.some((text) => /maybe/.test(text)), shown.join('\n'));
      }
    });

    if (kernel === '6.12')
      it('say in the hover of a hint by which paths, and lead to the lines', async () => {
        const { page } = workbench;
        const loop = /list_for_each_entry_reverse\(pavc/;
        const text = await workbench.hover('maybe', /Locks held here/, loop);
        await page.waitForTimeout(400);
        await workbench.screenshot('locks-hover-dark');
        assert.match(text, /maybe root:w.*on some paths only/s);
        assert.match(text, /taken in line \d+ by lock_anon_vma_root\(\) → down_write\(\)/);
        const [, from = ''] = /not on paths that come from line (\d+) and have not taken it/.exec(text) ?? [];
        await page
          .locator('.monaco-hover a', { hasText: `line ${from}` })
          .first()
          .click();
        await page
          .locator('.statusbar-item', { hasText: `Ln ${from},` })
          .first()
          .waitFor({ timeout: 30_000 });
        await workbench.goToLine(LINES[kernel] + 20);
      });

    it('are still whole in a narrow window', async () => {
      const { page } = workbench;
      await page.setViewportSize({ width: 760, height: 1000 });
      await page.waitForTimeout(800);
      await workbench.screenshot(`locks-${kernel}-narrow`);
      const hint = page.locator('.view-line', { hasText: /(?:lock_anon_vma_root|anon_vma_lock_write)\(/ });
      const box = await hint
        .locator('span', { hasText: /root:w/ })
        .last()
        .boundingBox();
      assert.ok(box && box.x + box.width <= 760, JSON.stringify(box));
      await page.setViewportSize({ width: 1100, height: 1000 });
    });

    for (const theme of ['light', 'high-contrast'] satisfies Theme[]) {
      it(`are legible in ${theme}`, async () => {
        await workbench.setTheme(theme);
        await workbench.page.waitForTimeout(800);
        await workbench.screenshot(`locks-${kernel}-${theme}`);
      });
    }
  });
}
