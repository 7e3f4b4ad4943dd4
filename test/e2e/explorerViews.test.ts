// The explorer's views in a real VS Code, on a real tree: the C text around the step, the run over time with watched values,
// two kernels compared, in three themes and in a narrow column. All of it is there again when the window was closed.
import assert from 'node:assert/strict';
import { openWorkbench, screenshotOfFailure, type Workbench } from './driver';
import { lensOf, stepShown, waitForStep } from './marks';

const WATCHED = ['A0.num_active_vmas', 'P@16-20.chain.length', 'count(folio)'];
const THEMES = ['light', 'high-contrast', 'dark'] as const;

describe('the explorer’s views on a real tree', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench({
      file: 'mm/rmap.c',
      viewport: { width: 1500, height: 1000 },
      settings: { 'workbench.activityBar.location': 'hidden' },
    });
    await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
    await workbench.goToLine(324);
    await lensOf(workbench, 'anon_vma_clone').waitFor({ timeout: 90_000 });
    await lensOf(workbench, 'anon_vma_clone').click();
    await tab('State').waitFor({ timeout: 60_000 });
  });
  after(() => workbench?.close());
  afterEach(function () {
    return screenshotOfFailure(this, workbench);
  });

  const tab = (name: string) => workbench.webview().getByRole('tab', { name, exact: true });
  const region = (name: string) => workbench.webview().getByRole('region', { name, exact: true });

  async function picture(name: string): Promise<void> {
    await workbench.page.mouse.move(700, 990);
    await workbench.page.waitForTimeout(500);
    await workbench.screenshot(name);
  }

  it('show the lines of the tree around the step, and follow it', async () => {
    const current = region('Code').locator('[aria-current="step"]').first();
    await current.waitFor({ timeout: 30_000 });
    assert.match(await region('Code').innerText(), /int anon_vma_clone\(/);
    const { step } = await stepShown(workbench);
    const before = await current.innerText();
    await workbench.webview().getByRole('button', { name: 'Step forward' }).click();
    await waitForStep(workbench, step + 1);
    await region('Code')
      .locator('[aria-current="step"]')
      .filter({ hasNotText: before })
      .first()
      .waitFor({ timeout: 30_000 });
  });

  it('show everything of one state, in three themes', async () => {
    // the group that is active is the one that is made large
    await workbench.page.locator('.tab', { hasText: 'Rmap Explorer' }).click();
    await workbench.page
      .locator('.editor-group-container.active .tab.active', { hasText: 'Rmap Explorer' })
      .waitFor();
    await workbench.runCommand('View: Maximize Editor Group');
    for (const theme of THEMES) {
      await workbench.setTheme(theme);
      for (const name of ['Address spaces', 'Who is linked to what', 'anon_vma family', 'Interval trees'])
        await region(name).waitFor();
      await picture(`views-state-${theme}`);
    }
  });

  it('show the run over time: watched values, locks, functions, invariants', async () => {
    const view = workbench.webview();
    await tab('Time').click();
    for (const text of WATCHED) {
      await view.getByLabel('Expression to watch').fill(text);
      await view.getByRole('button', { name: 'Watch', exact: true }).click();
    }
    await view
      .locator('.chart')
      .nth(WATCHED.length - 1)
      .waitFor();
    for (const name of ['Locks over time', 'Functions over time', 'Invariants over time'])
      assert.ok((await region(name).locator('svg').count()) > 0, name);
    // what was allocated under a lock is a mark on its lane
    assert.ok((await region('Locks over time').locator('circle').count()) > 0);
    // pressing on a picture goes there
    const { of } = await stepShown(workbench);
    const box = await region('Functions over time').locator('svg').first().boundingBox();
    assert.ok(box);
    await region('Functions over time')
      .locator('svg')
      .first()
      .click({ position: { x: box.width * 0.5, y: box.height / 2 }, force: true });
    await workbench.page.waitForTimeout(500);
    const { step } = await stepShown(workbench);
    assert.ok(Math.abs(step / of - 0.5) < 0.1, `step ${step} of ${of}`);
    for (const theme of THEMES) {
      await workbench.setTheme(theme);
      await picture(`views-time-${theme}`);
    }
  });

  it('compare the run with what 6.12 does', async () => {
    const view = workbench.webview();
    await tab('Compare').click();
    await view.getByLabel('B', { exact: true }).selectOption('profile:6.12');
    await view.getByRole('columnheader', { name: 'B: Linux 6.12' }).waitFor();
    await view.locator('.compare-row').first().waitFor();
    await picture('views-compare-dark');
    await tab('Time').click();
  });

  it('are as they were after the window has been closed and opened', async () => {
    const before = await stepShown(workbench);
    // the position is written down when stepping has paused
    await workbench.page.waitForTimeout(1500);
    await workbench.reopen();
    await waitForStep(workbench, before.step, 90_000);
    await region('Locks over time').waitFor({ timeout: 90_000 });
    await workbench
      .webview()
      .locator('.chart')
      .nth(WATCHED.length - 1)
      .waitFor({ timeout: 30_000 });
    assert.equal(await workbench.webview().locator('.chart').count(), WATCHED.length);
    assert.deepEqual(await stepShown(workbench), before);
  });

  it('fit into a narrow column', async () => {
    await tab('State').click();
    await workbench.page.setViewportSize({ width: 340, height: 1000 });
    await region('Address spaces').waitFor();
    const overflow = await workbench
      .webview()
      .locator('html')
      .evaluate((page) => page.scrollWidth - page.clientWidth);
    assert.equal(overflow, 0);
    const controls = await workbench.webview().locator('.controls').boundingBox();
    assert.ok(controls && controls.height < 3 * 24, `the controls are ${controls?.height} pixels high`);
    for (const theme of THEMES) await narrow(theme);
  });

  async function narrow(theme: (typeof THEMES)[number]): Promise<void> {
    await workbench.page.setViewportSize({ width: 1000, height: 1000 });
    await workbench.setTheme(theme);
    await workbench.page.setViewportSize({ width: 340, height: 1000 });
    await region('Address spaces').waitFor();
    await picture(`views-narrow-${theme}`);
  }
});
