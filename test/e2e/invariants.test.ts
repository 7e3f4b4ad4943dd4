// Violations, and pointing at an invariant on one side of the window lighting up the other; after a reload all is there.
import assert from 'node:assert/strict';
import { openWorkbench, screenshotOfFailure, type Workbench } from './driver';
import { markAt, marks, stepShown, waitForStep } from './marks';

const FIRED = 'assert/check_anon_vma_clone/!src->anon_vma && dst->anon_vma';

describe('invariants in the editor and in the explorer', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench({
      file: 'mm/rmap.c',
      viewport: { width: 1720, height: 1000 },
      settings: { 'editor.minimap.enabled': false },
    });
    await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
  });
  after(() => workbench?.close());
  afterEach(function () {
    return screenshotOfFailure(this, workbench);
  });

  it('offers the samples with what they show', async () => {
    await workbench.runCommand('Rmap: Run Sample…');
    const rows = workbench.page.locator('.quick-input-list .monaco-list-row');
    await rows.nth(5).waitFor();
    await workbench.page.mouse.move(860, 994);
    await workbench.page.waitForTimeout(500);
    await workbench.screenshot('samples');
    await workbench.page.keyboard.type('against');
    await workbench.pick('against its rules');
    await waitForStep(workbench, 0);
  });

  it('marks the line at which one is found violated', async () => {
    await workbench.runCommand('Rmap: Next Violation');
    const { after } = await markAt(workbench, 'step-violated', /VM_WARN_ON_ONCE/);
    assert.match(after, /✗ VM_WARN_ON_ONCE fires/);
    assert.deepEqual(await marks(workbench, 'step'), []);
    await workbench.page.mouse.move(860, 994);
    await workbench.screenshot('violation');
  });

  it('lights up in the source what the explorer points at', async () => {
    const explorer = workbench.webview();
    await explorer.getByPlaceholder(/^Filter/).fill('vm_mm');
    const row = explorer.locator(
      `.invariant[data-invariant="assert/check_anon_vma_clone/src->vm_mm"] .invariant-title`,
    );
    await row.first().scrollIntoViewIfNeeded();
    await row.first().hover();
    await markAt(workbench, 'invariant', /^mmap_assert_write_locked\(src->vm_mm\)/);
    await workbench.screenshot('invariant-from-explorer');
    await explorer.getByPlaceholder(/^Filter/).fill('');
    await workbench.page.mouse.move(860, 994);
  });

  it('lights up in the explorer what the source points at', async () => {
    const text = await workbench.hover(
      'dst',
      /assert\/check_anon_vma_clone/,
      /!src->anon_vma\s&&\sdst->anon_vma\)/,
    );
    assert.match(text, /violated/);
    await workbench.webview().locator(`.invariant.lit[data-invariant="${FIRED}"]`).first().waitFor();
    await workbench.screenshot('hover-assert');
    await workbench.page.keyboard.press('Escape');
  });

  it('is at the same step after the window has been reloaded', async () => {
    const before = await stepShown(workbench);
    // the position is written down when stepping has paused
    await workbench.page.waitForTimeout(1500);
    // without the file that the first address asks for, which would replace the editors that were open
    const address = new URL(workbench.page.url());
    address.searchParams.delete('payload');
    await workbench.page.goto(address.href);
    await workbench.page.locator('.monaco-workbench').waitFor();
    await waitForStep(workbench, before.step, 90_000);
    const filter = workbench.webview().getByPlaceholder(/^Filter/);
    await filter.waitFor({ state: 'attached', timeout: 60_000 });
    assert.equal(await filter.inputValue(), '');
    const fired = workbench.webview().locator(`.invariant[data-invariant="${FIRED}"]`).first();
    await fired.waitFor({ state: 'attached', timeout: 60_000 });
    // what is not in view is not laid out
    await fired.scrollIntoViewIfNeeded();
    await fired.waitFor();
    assert.deepEqual(await stepShown(workbench), before);
    await workbench.screenshot('reloaded');
  });
});
