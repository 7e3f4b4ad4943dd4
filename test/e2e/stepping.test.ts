// The first thing a kernel developer does: press Run above anon_vma_clone() in the real mm/rmap.c, and step.
import { ok } from 'node:assert/strict';
import { openWorkbench, screenshotOfFailure, type Theme, type Workbench } from './driver';

/** Where the highlighted line of the current step is, and what it says. */
async function currentLine(workbench: Workbench): Promise<string> {
  const inline = workbench.page.locator('.editor-group-container .view-line', {
    has: workbench.page.locator('span[class*="ced-"]'),
  });
  await inline.first().waitFor();
  return (await inline.first().innerText()).replaceAll('\u00a0', ' ');
}

describe('stepping through anon_vma_clone()', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench({ file: 'mm/rmap.c', viewport: { width: 1680, height: 1000 } });
  });
  after(() => workbench?.close());
  afterEach(function () {
    return screenshotOfFailure(this, workbench);
  });

  it('begins at the lens above it', async () => {
    await workbench.openFile('mm/rmap.c', 300);
    await workbench.codeLens('Run on a sample').waitFor({ timeout: 60_000 });
    await workbench.screenshot('lenses');
  });

  it('opens the explorer beside the source and marks the line', async () => {
    await workbench.runCommand('Rmap: Run Function…');
    await workbench.pick('anon_vma_clone()');
    await workbench.webview().locator('#root').waitFor({ timeout: 60_000 });
    await workbench.page.waitForTimeout(4000);
    await workbench.screenshot('step-dark');
    ok(await currentLine(workbench));
  });

  it('steps by keyboard, and the line follows', async () => {
    for (let step = 0; step < 14; step++) {
      await workbench.page.keyboard.press('Alt+.');
      await workbench.page.waitForTimeout(150);
    }
    await workbench.page.waitForTimeout(1500);
    await workbench.screenshot('step-later');
  });

  for (const theme of [
    'light',
    'high-contrast',
    'high-contrast-light',
    'dark',
  ] as const satisfies readonly Theme[]) {
    it(`looks the same in ${theme}`, async () => {
      await workbench.setTheme(theme);
      await workbench.page.waitForTimeout(1500);
      await workbench.screenshot(`explorer-${theme}`);
    });
  }

  it('says on hover what the function is for', async () => {
    const text = await workbench.hover('anon_vma_clone', /simulated as in/);
    await workbench.screenshot('hover-function');
    console.log(text);
  });
});
