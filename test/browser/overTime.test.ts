/**
 * The whole run in pictures: watch expressions, locks, functions, invariants over time.
 */
import assert from 'node:assert/strict';
import { stepNumber } from '../../src/webview/model/frame';
import { sampleRun } from '../webview/fixture';
import type { ExplorerPage } from '../webview/harness/explorerPage';
import { until, usePages } from './support';

const FAILURE = sampleRun('clone-failure');

async function openTime(explorer: ExplorerPage): Promise<void> {
  await explorer.page.getByRole('tab', { name: 'Time' }).click();
  await explorer.section('Locks over time').waitFor();
}

async function watch({ page }: ExplorerPage, text: string): Promise<void> {
  await page.getByLabel('Expression to watch').fill(text);
  await page.getByRole('button', { name: 'Watch', exact: true }).click();
}

describe('the run over time', function () {
  this.timeout(60_000);
  const pages = usePages();

  it('is a tab that arrows lead to, and that is open again after a reload', async () => {
    const explorer = await pages.show(FAILURE, { step: 100 });
    await explorer.page.getByRole('tab', { name: 'State' }).focus();
    await explorer.press('ArrowRight');
    await explorer.section('Locks over time').waitFor();
    assert.equal(await explorer.step(), 101, 'the arrow moved the tab, not the step');
    assert.equal(await explorer.page.locator('[role=tablist] [tabindex="0"]').count(), 1);
    await explorer.reload();
    await explorer.show(FAILURE, 100);
    await explorer.section('Locks over time').waitFor();
  });

  it('draws watched expressions, with the value at the step and everything as text', async () => {
    const explorer = await pages.show(FAILURE, { step: FAILURE.trace.steps.length - 1 });
    await openTime(explorer);
    const section = explorer.section('Watched values');
    await section.getByText('Nothing is watched.').waitFor();
    await watch(explorer, 'P@16-20.chain.length');
    await section.locator('.chart-line').waitFor({ state: 'attached' });
    assert.equal(await section.locator('.watch-value').innerText(), '1');
    await explorer.send({ type: 'cursor', runId: FAILURE.runId, step: -1 });
    await until(
      'the value follows',
      async () => (await section.locator('.watch-value').innerText()) === 'none',
    );
    await section.getByRole('button', { name: 'Watched values as text' }).click();
    assert.match(await section.innerText(), /P@16-20\.chain\.length: none now, \d+ changes?/);
    await section.getByRole('button', { name: /^Do not watch/ }).click();
    await section.getByText('Nothing is watched.').waitFor();
  });

  it('says in one sentence what is wrong with an expression, and keeps what was typed', async () => {
    const explorer = await pages.show(FAILURE, { step: 10 });
    await openTime(explorer);
    await watch(explorer, 'A0.num_active_vmas A1');
    await explorer.page.getByRole('alert').filter({ hasText: '“A1” is one too many' }).waitFor();
    assert.equal(await explorer.page.getByLabel('Expression to watch').inputValue(), 'A0.num_active_vmas A1');
    await watch(explorer, 'Z9.refcount');
    await explorer.page.getByText('No object is named Z9 at any step of this run').waitFor();
  });

  it('takes a selected field among the watches', async () => {
    const explorer = await pages.show(FAILURE, { step: 100 });
    await explorer.page.locator('.counter', { hasText: 'active' }).first().click();
    await explorer.section('Selected').getByRole('button', { name: 'watch', exact: true }).click();
    await openTime(explorer);
    await explorer.section('Watched values').getByText('A0.num_active_vmas', { exact: true }).waitFor();
  });

  it('draws locks with what was allocated meanwhile, the failed allocation too', async () => {
    const explorer = await pages.show(FAILURE, { step: 100 });
    await openTime(explorer);
    const locks = explorer.section('Locks over time');
    assert.ok((await locks.locator('.lock-write').count()) > 3);
    assert.ok((await locks.locator('.alloc').count()) > 3);
    assert.ok((await locks.locator('.alloc-failed').count()) >= 1);
    await locks.getByRole('button', { name: 'Locks over time as text' }).click();
    assert.match(
      (await locks.innerText()).replace(/\s+/g, ' '),
      /mmap_lock of A held for writing from step \d+, \d+ steps.*avc could not be allocated, GFP_\w+, may sleep at step \d+/,
    );
  });

  it('shows the operation alone, and lights up a lock in the other views', async () => {
    const explorer = await pages.show(FAILURE, { step: 20 });
    await openTime(explorer);
    const locks = explorer.section('Locks over time');
    const rows = locks.locator('.axis-name');
    const all = await rows.count();
    await explorer.page.getByRole('group', { name: 'Part of the run' }).getByText('operation').click();
    await until('fewer locks', async () => (await rows.count()) < all);
    await rows.first().hover();
    await explorer.section('Locks over time').locator('.axis-name.lit').waitFor();
  });

  it('moves to where it is pressed', async () => {
    const explorer = await pages.show(FAILURE, { step: 5 });
    await openTime(explorer);
    const box = await explorer
      .section('Functions over time')
      .locator('.axis-plot-area')
      .first()
      .boundingBox();
    assert.ok(box);
    await explorer.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    const middle = FAILURE.trace.steps.length / 2;
    await until('in the middle', async () => Math.abs((await explorer.step()) - middle) <= 2);
  });

  it('leads to where a function runs next', async () => {
    const explorer = await pages.show(FAILURE, { step: 5 });
    await openTime(explorer);
    await explorer
      .section('Functions over time')
      .getByRole('button', { name: /^anon_vma_clone / })
      .click();
    const [first] = FAILURE.trace.steps.filter(({ function: name }) => name === 'anon_vma_clone');
    assert.equal(await explorer.step(), stepNumber(first?.number ?? 0));
  });

  it('shows invariants by group, and each of them when its group is opened', async () => {
    const broken = sampleRun('broken');
    const explorer = await pages.show(broken, { step: 250 });
    await openTime(explorer);
    const section = explorer.section('Invariants over time');
    assert.ok((await section.locator('.heat-violated').count()) >= 1);
    const rows = await section.locator('.axis-row').count();
    await section.getByRole('button', { name: /^violated\s*avc/ }).click();
    assert.ok((await section.locator('.axis-row').count()) > rows);
    await section.getByRole('button', { name: 'Invariants over time as text' }).click();
    assert.match(await section.innerText(), /violated from step \d+/);
  });
});
