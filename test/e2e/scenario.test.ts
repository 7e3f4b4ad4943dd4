// A scenario file in the editor; and all of it once more in the web worker extension host.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openWorkbench, screenshotOfFailure, type Workbench } from './driver';
import { arrowAt, lensOf, waitForStep } from './marks';

const SCENARIO = `scenario "Mine"
# one page, shared
P: mmap 0x10 2
P: write 0x10
P: fork C
C: wriet 0x10
expect count anon_vma 7
`;

describe('a scenario file', () => {
  let workbench: Workbench;
  let folder: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rmap-lens-scenario-'));
    mkdirSync(join(folder, 'mine'));
    writeFileSync(join(folder, 'mine/first.rmap'), SCENARIO);
    workbench = await openWorkbench({
      folder,
      file: 'mine/first.rmap',
      viewport: { width: 1440, height: 900 },
    });
  });
  after(async () => {
    await workbench?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(function () {
    return screenshotOfFailure(this, workbench);
  });

  it('underlines a slip of the pen and says what was meant', async () => {
    await workbench.page.locator('.squiggly-error').first().waitFor();
    const text = await workbench.hover('wriet', /write/);
    assert.match(text, /write/);
    await workbench.page.keyboard.press('Escape');
  });

  it('runs without any kernel tree, and shows what was not as expected', async () => {
    await workbench.goToLine(6);
    await workbench.page.keyboard.press('End');
    await workbench.page.keyboard.press('Shift+Home');
    await workbench.page.keyboard.type('C: write 0x10');
    await workbench.page.locator('.squiggly-error').first().waitFor({ state: 'detached' });
    await workbench.codeLens('Run').click();
    await workbench.webview().getByText('P: fork C').first().waitFor({ timeout: 60_000 });
    await workbench.page.locator('.squiggly-error').first().waitFor();
    await workbench.screenshot('scenario');
  });
});

describe('stepping in the web worker extension host', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench({
      file: 'mm/rmap.c',
      host: 'web',
      viewport: { width: 1720, height: 1000 },
    });
  });
  after(() => workbench?.close());
  afterEach(function () {
    return screenshotOfFailure(this, workbench);
  });

  it('runs from the lens, and the line is marked', async () => {
    await workbench.goToLine(324);
    await lensOf(workbench, 'anon_vma_clone').waitFor({ timeout: 90_000 });
    await lensOf(workbench, 'anon_vma_clone').click();
    await arrowAt(workbench, /^int anon_vma_clone\(/);
    await workbench.runCommand('Rmap: Go to Start');
    await waitForStep(workbench, 0);
    await workbench.screenshot('web-host');
  });
});
