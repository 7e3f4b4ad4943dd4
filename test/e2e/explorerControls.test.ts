// The explorer's controls in a real VS Code, one after the other: dragging, typed steps, moving over and out of calls,
// playing, from a value to the step that wrote it, the next change, filter, folds, text twins, what a failure leaves.
import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { openWorkbench, screenshotOfFailure, type Workbench } from './driver';
import { stepShown, waitForStep } from './marks';

describe('the explorer’s controls', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench({
      viewport: { width: 1500, height: 1000 },
      settings: { 'workbench.activityBar.location': 'hidden' },
    });
    await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
    await workbench.runCommand('Rmap: Run Sample');
    await workbench.pick('Allocation failure in the middle of a clone');
    await region('Address spaces').waitFor({ timeout: 60_000 });
    await workbench.page
      .locator('.statusbar-item', { hasText: /step \d+ of \d+/ })
      .waitFor({ timeout: 30_000 });
  });
  after(() => workbench?.close());
  afterEach(function () {
    return screenshotOfFailure(this, workbench);
  });

  const view = () => workbench.webview();
  const region = (name: string) => view().getByRole('region', { name, exact: true });
  const button = (name: string) => view().getByRole('button', { name, exact: true });

  async function goTo(step: number): Promise<void> {
    const input = view().getByRole('textbox', { name: /^Step, of/ });
    await input.fill(String(step));
    await input.press('Enter');
    await waitForStep(workbench, step);
  }

  /** Waits until what is read fulfils a condition. */
  async function until<T>(read: () => Promise<T>, isGood: (value: T) => boolean, what: string): Promise<T> {
    const end = Date.now() + 30_000;
    for (;;) {
      const value = await read();
      if (isGood(value)) return value;
      if (Date.now() > end) throw new Error(`${what}: ${JSON.stringify(value)}`);
      await workbench.page.waitForTimeout(100);
    }
  }

  it('are gone through by dragging, and the columns come to the same step as the pictures', async () => {
    const slider = view().getByRole('slider', { name: 'Timeline' });
    const box = await slider.boundingBox();
    assert.ok(box);
    const { mouse } = workbench.page;
    await mouse.move(box.x + box.width * 0.3, box.y + 8);
    await mouse.down();
    for (let share = 0.3; share <= 0.7; share += 0.02) await mouse.move(box.x + box.width * share, box.y + 8);
    await mouse.up();
    const near = (step: number, of: number) => Math.abs(step / of - 0.7) < 0.05;
    const current = view().locator('.step-current button');
    // the status bar follows a little later
    const { step } = await until(
      async () => ({ ...(await stepShown(workbench)), item: await current.getAttribute('data-item') }),
      ({ step, of, item }) => near(step, of) && item === String(step - 1),
      'step after dragging to 70 %, in the status bar and in the column',
    );
    const said = view()
      .getByRole('status')
      .filter({ hasText: new RegExp(`^step ${step} of \\d+: `) });
    await said.first().waitFor({ state: 'attached' });
  });

  it('go to a step that is typed, over calls, out of them, and play', async () => {
    await goTo(100);
    const moves: readonly [string, (before: number, after: number) => boolean][] = [
      ['Step over calls', (before, after) => after > before],
      ['Step back over calls', (before, after) => after < before],
      ['Out of the function', (before, after) => after > before],
      ['Back out of the function', (before, after) => after < before],
      ['To the end of the next operation', (before, after) => after > before],
      ['To the operation before', (before, after) => after < before],
    ];
    for (const [name, isGood] of moves) {
      const before = await stepShown(workbench);
      await button(name).click();
      await until(
        () => stepShown(workbench),
        ({ step }) => isGood(before.step, step),
        name,
      );
    }
    const before = await stepShown(workbench);
    await button('Play').click();
    await until(
      () => stepShown(workbench),
      ({ step }) => step >= before.step + 2,
      'playing',
    );
    await button('Pause').click();
    const violation = button('next violation');
    assert.equal(await violation.getAttribute('aria-disabled'), 'true');
    assert.match((await violation.getAttribute('title')) ?? '', /nothing is violated in this run/);
  });

  it('lead from an old value to the step that wrote it, and on to the next change', async () => {
    const old: Locator = region('Changed in this step').locator('del button').first();
    const { of } = await stepShown(workbench);
    for (let step = 60; (await old.count()) === 0 && step < of; step += 5) {
      await goTo(step);
      await workbench.page.waitForTimeout(200);
    }
    const from = await stepShown(workbench);
    const writer = /Written by step (\d+)/.exec((await old.getAttribute('title')) ?? '')?.[1];
    assert.ok(writer);
    await region('Changed in this step').locator('.field:has(del button) .field-name').first().click();
    await old.click();
    await waitForStep(workbench, Number(writer));
    await button('Step back').click();
    const next = view().getByRole('button', { name: /^next change of / });
    await next.click();
    await waitForStep(workbench, Number(writer));
    assert.ok(Number(writer) < from.step);
  });

  it('show fewer objects, less of a section, and every picture as text', async () => {
    await button('To the end').click();
    const lanes = region('Address spaces').locator('.lane');
    await until(
      () => lanes.count(),
      (count) => count === 3,
      'lanes',
    );
    const filter = view().getByPlaceholder(/^Show only, such as/);
    await filter.fill('C');
    await until(
      () => lanes.count(),
      (count) => count < 3,
      'lanes of C',
    );
    await button('show all').first().click();
    await until(
      () => lanes.count(),
      (count) => count === 3,
      'all lanes',
    );
    for (const name of ['Address spaces', 'Who is linked to what', 'anon_vma family', 'Interval trees']) {
      await button(`${name} as text`).click();
      await region(name).locator('.twin').first().waitFor();
      await button(`${name} as text`).click();
      await region(name).locator('.twin').waitFor({ state: 'detached' });
    }
    const fold = region('Address spaces').getByRole('button', { name: 'Address spaces', exact: true });
    await fold.click();
    await lanes.first().waitFor({ state: 'detached' });
    await fold.click();
    await lanes.first().waitFor();
  });

  it('say what a failed operation leaves behind, alone and beside another kernel', async () => {
    const failed = view().locator('.operation', { hasText: 'fail avc:2' });
    await failed.getByText('leaves nothing behind').waitFor();
    await failed.getByRole('button').click();
    await view().getByRole('tab', { name: 'Compare', exact: true }).click();
    await view().getByLabel('B', { exact: true }).selectOption('profile:6.12');
    const outcome = view().locator('.outcome-of-both');
    await outcome.getByText('A fails with ENOMEM and leaves nothing behind').waitFor({ timeout: 30_000 });
    await outcome.getByText('B fails with ENOMEM and leaves nothing behind').waitFor();
    await outcome.getByText(/Only B comes into .*unlink_anon_vmas\(\)/).waitFor();
    for (const theme of ['light', 'high-contrast', 'high-contrast-light', 'dark'] as const) {
      await workbench.setTheme(theme);
      await workbench.screenshot(`controls-failure-${theme}`);
    }
  });
});
