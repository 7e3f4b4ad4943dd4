/**
 * Hostile text, a run that makes no sense, narrow and wide pages, reloads, long runs.
 */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { sampleRun } from '../webview/fixture';
import { EVIL, hostile } from '../webview/hostile';
import { until, usePages } from './support';
import { showBuilt, VIEWS } from './views';

const FORKS = sampleRun('fork-of-fork');
describe('hostile text', function () {
  this.timeout(60_000);
  const pages = usePages();

  for (const width of [320, 1360]) {
    it(`stays text and stays inside the page, ${width} px`, async () => {
      const explorer = await pages.show(hostile(FORKS), { step: 340, width });
      const { page } = explorer;
      await explorer.send({ type: 'notice', level: 'error', text: EVIL });
      await page.locator('.vma').first().click();
      await page.waitForTimeout(100);
      assert.equal(await page.evaluate('window.hit'), undefined);
      assert.equal(await page.locator('img, .app script').count(), 0);
      const [content, seen] = (await page.evaluate(
        '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
      )) as [number, number];
      assert.ok(content <= seen, `${content} px in ${seen} px`);
    });
  }
});

describe('a run that makes no sense', function () {
  this.timeout(60_000);
  const pages = usePages();

  it('is reported, and the next run is shown', async () => {
    const explorer = await pages.open();
    const step = FORKS.trace.steps[0];
    assert.ok(step);
    const nonsense = { ...step, changes: [{ op: 'free' as const, object: 99 }] };
    await explorer.send({
      type: 'run',
      run: { ...FORKS, trace: { ...FORKS.trace, steps: [nonsense], operations: [] }, places: [] },
      step: 0,
    });
    await until('the host knows', async () => (await explorer.sentOf('failed')).length > 0);
    await explorer.page.getByText('What came cannot be drawn.').waitFor();
    await explorer.send({ type: 'run', run: { ...FORKS, runId: 2 }, step: 3 });
    await explorer.page.locator('.path-column').waitFor();
    assert.equal(await explorer.step(), 4);
  });

  it('may be empty', async () => {
    const { page } = await pages.show({
      ...FORKS,
      trace: { ...FORKS.trace, steps: [], operations: [] },
      timelines: [],
      violations: [],
      places: [],
    });
    await page.getByText(/This scenario takes no step/).waitFor();
    await page.getByText(/There is nothing on the timeline/).waitFor();
    await page.getByText(/The scenario has no operations yet/).waitFor();
  });
});

/** Classes of what reaches beyond the right edge, apart from what can be scrolled there. */
async function cutOff(page: Page): Promise<string[]> {
  return (await page.evaluate(
    `[...document.querySelectorAll('.app *')].filter((e) => {
      const r = e.getBoundingClientRect();
      return r.width > 1 && r.right > document.documentElement.clientWidth + 1 && !e.closest('.matrix-scroll, .code-lines, .hidden, option');
    }).map((e) => e.className)`,
  )) as string[];
}

describe('any width', function () {
  this.timeout(60_000);
  const pages = usePages();
  for (const [width, height] of [
    [320, 640],
    [480, 800],
    [699, 700],
    [700, 700],
    [900, 700],
    [1140, 700],
    [2200, 1200],
    [680, 440], // 1360 × 880 at 200 %
  ] as const) {
    it(`has nothing cut off, ${width} × ${height}`, async () => {
      const { page } = await pages.show(sampleRun('broken'), { step: 200, width, height });
      assert.deepEqual(await cutOff(page), []);
      await page.locator('.vma').first().scrollIntoViewIfNeeded();
      await page.locator('.cell').first().scrollIntoViewIfNeeded();
      assert.ok(await page.getByRole('button', { name: 'Step forward' }).isVisible());
    });
  }
});

describe('a zoom of 200 %', function () {
  this.timeout(60_000);
  const pages = usePages();
  for (const { name, open } of VIEWS)
    it(`leaves the view ${name} whole, and its controls in reach`, async () => {
      // 1360 × 880
      const explorer = await showBuilt(pages, { step: 200, width: 680, height: 440 });
      const { page } = explorer;
      await open(explorer);
      assert.deepEqual(await cutOff(page), []);
      const [forward, panel] = [
        await page.getByRole('button', { name: 'Step forward' }).boundingBox(),
        await page.getByRole('tabpanel').last().boundingBox(),
      ];
      assert.ok(forward && forward.y >= 0 && forward.y + forward.height <= 440, JSON.stringify(forward));
      assert.ok(panel && panel.height > 100, JSON.stringify(panel));
    });
});

describe('a reload', function () {
  this.timeout(60_000);
  const pages = usePages();

  it('restores step, folds, texts, speed and filter', async () => {
    const explorer = await pages.show(FORKS);
    const { page } = explorer;
    await explorer.press('Shift+ArrowRight', 'Shift+ArrowRight', 'ArrowRight');
    const step = await explorer.step();
    await page.getByRole('button', { name: 'Locks held' }).click();
    await page.getByRole('button', { name: 'anon_vma family as text' }).click();
    await page.getByLabel('Steps per second while playing').selectOption('10');
    await page.getByLabel('Filter invariants').fill('lock');
    await until('the step is kept', async () => (await explorer.sentOf('seek')).at(-1)?.step === step - 1);
    await explorer.reload();
    await explorer.show(FORKS, 0);
    assert.equal(await explorer.step(), step);
    await until('the host knows', async () => (await explorer.sentOf('seek')).at(-1)?.step === step - 1);
    assert.equal(await explorer.section('Locks held').locator('.section-body').count(), 0);
    assert.match(await explorer.section('anon_vma family').innerText(), /active VMAs/);
    assert.equal(await page.getByLabel('Steps per second while playing').inputValue(), '10');
    assert.equal(await page.getByLabel('Filter invariants').inputValue(), 'lock');
  });

  it('restores the same from the extension when VS Code has not written it down', async () => {
    const explorer = await pages.show(FORKS);
    const { page } = explorer;
    await explorer.press('Shift+ArrowRight');
    await page.getByLabel('Filter invariants').fill('lock');
    const told = async () => (await explorer.sentOf('keep')).at(-1)?.state ?? '';
    await until('the extension has it', async () => (await told()).includes('"invariantFilter":"lock"'));
    const position = (await explorer.step()) - 1;
    await explorer.reload({ forgotten: true });
    await explorer.show(FORKS, position);
    assert.equal(await page.getByLabel('Filter invariants').inputValue(), 'lock');
    // and what changes from there on is the later one of the two
    await page.getByLabel('Filter invariants').fill('chain');
    await explorer.reload();
    await explorer.show(FORKS);
    assert.equal(await page.getByLabel('Filter invariants').inputValue(), 'chain');
  });

  it('does not move a run that is another one', async () => {
    const explorer = await pages.show(FORKS);
    await explorer.press('End');
    await until('the step is kept', async () => (await explorer.sentOf('seek')).length === 1);
    await explorer.reload();
    await explorer.show(sampleRun('split'), 2);
    assert.equal(await explorer.step(), 3);
  });

  it('keeps selection and step when the same run comes with more known of it', async () => {
    const explorer = await pages.show(FORKS, { step: 300 });
    await explorer.page.locator('.vma').first().click();
    await explorer.press('.');
    await explorer.send({ type: 'run', run: FORKS, step: 300 });
    await explorer.page.waitForTimeout(100);
    assert.equal(await explorer.step(), 302);
    await explorer.section('Selected').waitFor();
  });
});
