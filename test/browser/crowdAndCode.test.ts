/**
 * The C text around the step, the interval trees, and the ways to keep a crowd legible.
 */
import assert from 'node:assert/strict';
import { stepNumber } from '../../src/webview/model/frame';
import { sampleRun } from '../webview/fixture';
import { until, usePages } from './support';

const FORKS = sampleRun('fork-of-fork');
const CROWD = sampleRun('crowd');

describe('the code being run', function () {
  this.timeout(60_000);
  const pages = usePages();

  it('shows the lines around the statement and follows the step', async () => {
    const explorer = await pages.show(FORKS, { step: 100 });
    const code = explorer.section('Code');
    const current = code.locator('[aria-current="step"]');
    await current.waitFor();
    assert.match(await current.innerText(), /^101/);
    assert.equal(await code.locator('.code-line').count(), 5);
    await explorer.press('ArrowRight');
    await until('the next line', async () => (await current.innerText()).startsWith('102'));
    await code.getByRole('button', { name: 'more lines' }).click();
    assert.equal(await code.locator('.code-line').count(), 25);
    // asked for once, not for each step
    assert.equal((await explorer.sentOf('lines')).length, 1);
  });

  it('leads from a line to the step that comes to it', async () => {
    const explorer = await pages.show(FORKS, { step: 100 });
    await explorer
      .section('Code')
      .getByRole('button', { name: /^line 103,/ })
      .click();
    assert.equal(await explorer.step(), stepNumber(102));
  });

  it('asks anew when the text has changed', async () => {
    const explorer = await pages.show(FORKS, { step: 100 });
    await explorer.section('Code').locator('[aria-current="step"]').waitFor();
    const { runId, tree, locations, places } = FORKS;
    const moved = locations.map((location) => ({
      ...location,
      line: location.line + 1,
      endLine: location.line + 1,
    }));
    await explorer.send({ type: 'places', runId, tree, locations: moved, places, invariantPlaces: [] });
    await explorer.section('Code').getByText('102', { exact: true }).waitFor();
    await until('asked again', async () => (await explorer.sentOf('lines')).length === 2);
    assert.equal(await explorer.step(), 101);
  });

  it('says why there is none, and the way out', async () => {
    const explorer = await pages.show(sampleRun('fork-of-fork', { tree: null }), { step: 10 });
    await explorer.section('Code').getByRole('button', { name: 'Choose a kernel tree…' }).click();
    assert.deepEqual(await explorer.sentOf('chooseTree'), [{ type: 'chooseTree' }]);
  });

  it('says so when the file cannot be read', async () => {
    const explorer = await pages.show(FORKS, { step: 100 });
    await explorer.section('Code').locator('[aria-current="step"]').waitFor();
    const problem = 'mm/rmap.c cannot be read in this tree.';
    const { runId } = FORKS;
    await explorer.send({ type: 'lines', runId, file: 'mm/rmap.c', from: 0, lines: [], problem });
    await explorer.section('Code').getByText(problem).waitFor();
  });
});

describe('interval trees', function () {
  this.timeout(60_000);
  const pages = usePages();

  it('stand one for each anon_vma, in order of page offsets, with their folios', async () => {
    const explorer = await pages.show(FORKS, { step: 300 });
    const trees = explorer.section('Interval trees');
    assert.equal(await trees.locator('.itree').count(), 3);
    assert.deepEqual(await trees.locator('.itree').first().locator('.itree-entry').allInnerTexts(), [
      'P@16-20',
      'B@16-20',
    ]);
    await trees.getByRole('button', { name: 'Interval trees as text' }).click();
    assert.match(await trees.innerText(), /A0: P@16-20 at 16 to 19, B@16-20 at 16 to 19; folios F0 at 16/);
  });

  it('light up what a walk of a folio looks at, and nothing else', async () => {
    const explorer = await pages.show(FORKS, { step: 300 });
    const trees = explorer.section('Interval trees');
    await trees.locator('.itree-folio', { hasText: 'F1' }).hover();
    await trees.locator('.itree-entry.related').first().waitFor();
    // F1 belongs to A1, in whose tree there is B alone
    assert.equal(await trees.locator('.itree-entry.related').count(), 1);
    await explorer.page.locator('.pte.lit').first().waitFor();
  });
});

describe('twelve processes and sixty VMAs', function () {
  this.timeout(60_000);
  const pages = usePages();

  it('become fewer by name, in all pictures', async () => {
    const explorer = await pages.show(CROWD, { step: 3900 });
    const { page } = explorer;
    await page.getByLabel('Show only these').fill('C1');
    await until('one lane', async () => (await page.locator('.lane').count()) === 1);
    assert.equal(await page.locator('.matrix tbody tr').count(), 5);
    assert.equal(await page.locator('.itree').count(), 10);
    await page.getByText('1 of 12 processes').waitFor();
    await page.getByLabel('Show only these').fill('nobody');
    await page.getByText('Nothing here has that name.').first().waitFor();
    await page.getByRole('button', { name: 'Show all' }).first().click();
    await until('all lanes', async () => (await page.locator('.lane').count()) === 12);
  });

  it('become those that are linked to the selection', async () => {
    const explorer = await pages.show(CROWD, { step: 3900 });
    const { page } = explorer;
    const around = page.getByRole('button', { name: 'linked to selection' });
    assert.equal(await around.getAttribute('aria-disabled'), 'true');
    await page.locator('.vma').first().click();
    await around.click();
    await until('one VMA and its process', async () => (await page.locator('.vma').count()) === 1);
  });

  it('fit when the lanes are low, and spread when pages are wide', async () => {
    const explorer = await pages.show(CROWD, { step: 3900 });
    const { page } = explorer;
    const height = async () => (await page.locator('.lane').first().boundingBox())?.height ?? 0;
    const before = await height();
    await page.getByRole('button', { name: 'Low lanes' }).click();
    assert.ok((await height()) < before * 0.6);
    const width = async () => (await page.locator('.vma').first().boundingBox())?.width ?? 0;
    const narrow = await width();
    await page.getByRole('button', { name: 'Wider pages' }).click();
    await until('twice as wide', async () => (await width()) > narrow * 1.8);
    await page.getByRole('button', { name: 'Narrower pages' }).click();
    await until('as before', async () => Math.abs((await width()) - narrow) < 2);
  });

  it('have a matrix whose heads stay in view', async () => {
    const explorer = await pages.show(CROWD, { step: 3900 });
    const head = explorer.page.locator('.column-head').first();
    const scroll = explorer.page.locator('.matrix-scroll');
    await scroll.evaluate((element) => {
      (element as unknown as { scrollTop: number }).scrollTop = 400;
    });
    const [a, b] = [await head.boundingBox(), await scroll.boundingBox()];
    assert.ok(a && b && Math.abs(a.y - b.y) < 8);
  });
});

describe('over and out of calls', function () {
  this.timeout(60_000);
  const pages = usePages();

  it('go forward and back alike', async () => {
    const { steps } = FORKS.trace;
    const call = steps.findIndex(({ kind, function: name }) => kind === 'call' && name === 'anon_vma_clone');
    const before = call - 1;
    const explorer = await pages.show(FORKS, { step: before });
    const depth = async () => steps[(await explorer.step()) - 1]?.depth ?? -1;
    const here = await depth();
    await explorer.press('o');
    const over = await explorer.step();
    assert.ok(over > call + 2, 'past the whole call');
    assert.ok((await depth()) <= here);
    await explorer.press('Shift+O');
    assert.equal(await explorer.step(), stepNumber(before));
    await explorer.page.getByRole('button', { name: 'Step forward', exact: true }).click();
    await explorer.page.getByRole('button', { name: 'Out of the function', exact: true }).click();
    assert.ok((await explorer.step()) >= over - 1);
    await explorer.press('u');
    const out = await explorer.step();
    await explorer.press('Shift+U');
    assert.ok((await explorer.step()) < out);
  });
});
