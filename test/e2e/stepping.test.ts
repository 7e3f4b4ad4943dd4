// The first thing a kernel developer does: press Run above anon_vma_clone() in the real mm/rmap.c, and step. Everything
// is read off the screen of a real VS Code with the packaged extension in it.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openWorkbench, screenshotOfFailure, type Workbench } from './driver';
import { arrowAt, lensOf, marks, stepShown, waitForStep } from './marks';

const IMAGES = join(import.meta.dirname, '../../docs/images');

describe('stepping through anon_vma_clone() in the real mm/rmap.c', () => {
  let workbench: Workbench;
  let first = 0;

  before(async () => {
    workbench = await openWorkbench({
      file: 'mm/rmap.c',
      viewport: { width: 1720, height: 1000 },
      settings: { 'editor.minimap.enabled': false, 'workbench.sideBar.location': 'left' },
    });
    await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
  });
  after(() => workbench?.close());
  afterEach(function () {
    return screenshotOfFailure(this, workbench);
  });

  it('begins at the lens above it', async () => {
    await workbench.goToLine(324);
    await lensOf(workbench, 'anon_vma_clone').waitFor({ timeout: 90_000 });
    await workbench.screenshot('lenses');
    await lensOf(workbench, 'anon_vma_clone').click();
    await arrowAt(workbench, /^int anon_vma_clone\(/);
    ({ step: first } = await stepShown(workbench));
    assert.ok(first > 1);
  });

  it('shows the objects in the explorer beside it', async () => {
    const explorer = workbench.webview();
    await explorer
      .getByText(/^anon_vma_clone/)
      .first()
      .waitFor({ timeout: 60_000 });
    await workbench.page.waitForTimeout(500);
    await workbench.screenshot('first-step');
  });

  it('steps forward and back by keyboard, and the line follows', async () => {
    await workbench.page.keyboard.press('Alt+.');
    await waitForStep(workbench, first + 1);
    await arrowAt(workbench, /check_anon_vma_clone\(dst, src/);
    await workbench.page.keyboard.press('Alt+,');
    await waitForStep(workbench, first);
    await arrowAt(workbench, /^int anon_vma_clone\(/);
  });

  it('says after the line what changed', async () => {
    for (
      let at = first;
      !/anon_vma_chain_assign\(dst, avc/.test((await marks(workbench, 'step'))[0]?.line ?? '');
      at++
    ) {
      assert.ok(at < first + 40, 'the AVC is never assigned');
      await workbench.page.keyboard.press('Alt+.');
      await waitForStep(workbench, at + 1);
      await workbench.page.waitForTimeout(100);
    }
    const { after } = await arrowAt(workbench, /anon_vma_chain_assign\(dst,\savc/);
    assert.match(after, /^AVC \(C@16-20, A0\) → C@16-20\.anon_vma_chain/);
    await workbench.page.waitForTimeout(1000);
    await workbench.screenshot('explorer-dark');
  });

  it('says on hover what the statement did, and what is broken meanwhile', async () => {
    const text = await workbench.hover(
      'anon_vma_chain_assign',
      /Current step/,
      /anon_vma_chain_assign\(dst,\savc/,
    );
    await workbench.screenshot('hover-statement');
    assert.match(text, /Current step, step \d+:/);
    assert.match(text, /avc\/linked-both-ways/);
    assert.match(text, /broken, allowed here/);
  });

  it('says on hover what the function is for, with the invariants at this step', async () => {
    const text = await workbench.hover(
      'anon_vma_clone',
      /simulated as in Linux 7\.3/,
      /^int\sanon_vma_clone/,
    );
    await workbench.screenshot('hover-function');
    assert.match(text, /In this run, entered at step \d+/);
    assert.match(text, /Invariants at step \d+/);
    assert.match(text, /✓/);
  });

  it('steps by the buttons of the explorer as well', async () => {
    const { step } = await stepShown(workbench);
    await workbench.page.keyboard.press('Escape');
    await workbench
      .webview()
      .getByRole('button', { name: /step forward/i })
      .first()
      .click();
    await waitForStep(workbench, step + 1);
    await workbench.screenshot('explorer-focused');
  });

  it('shows its colours in every theme', async () => {
    await workbench.line(/^int\sanon_vma_clone/).click();
    await workbench.page.mouse.move(860, 994);
    for (const theme of ['light', 'high-contrast', 'high-contrast-light', 'dark'] as const) {
      await workbench.setTheme(theme);
      await workbench.page.waitForTimeout(800);
      const path = await workbench.screenshot(`explorer-${theme}`);
      mkdirSync(IMAGES, { recursive: true });
      if (theme === 'dark' && process.env['RMAP_LENS_UPDATE_IMAGES'])
        copyFileSync(path, join(IMAGES, 'explorer-dark.png'));
    }
  });

  it('closes the run, and the arrow goes', async () => {
    await workbench.runCommand('Rmap: Close Run');
    await workbench.page.waitForTimeout(500);
    assert.deepEqual(await marks(workbench, 'step'), []);
  });
});
