/**
 * Building a scenario by choosing, branching, comparing and exporting: on the built bundle, against the real core.
 */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { simulated } from '../webview/fixture';
import { BuilderHost } from '../webview/harness/builderHost';
import { type ExplorerPage, type Options, THEMES } from '../webview/harness/explorerPage';
import { findings } from './axe';
import { until, usePages } from './support';

const FORKED = 'P: mmap 0x10 4\nP: write 0x10\nP: fork C\n';
const SHOTS = join(import.meta.dirname, '../../artifacts/screenshots');

describe('building a scenario', function () {
  this.timeout(40_000);
  const pages = usePages();

  async function build(
    text = FORKED,
    options: Options = {},
  ): Promise<{ explorer: ExplorerPage; host: BuilderHost }> {
    const host = new BuilderHost(text);
    const explorer = await pages.show(simulated(text), { ...options, host: host.receive });
    await host.sendComparable(explorer);
    await explorer.page.getByRole('tab', { name: 'Build' }).click();
    await explorer.page.locator('.script').waitFor();
    return { explorer, host };
  }

  const verb = ({ page }: ExplorerPage, name: string) =>
    page.getByRole('group', { name: 'Operation', exact: true }).getByRole('button', { name, exact: true });

  it('offers what is possible, says why the rest is not, and writes what is chosen', async () => {
    const { explorer, host } = await build('P: mmap 0x10 4 r\n');
    const { page } = explorer;
    const walk = verb(explorer, 'walk');
    assert.equal(await walk.getAttribute('aria-disabled'), 'true');
    assert.match((await walk.getAttribute('title')) ?? '', /no page is present at 0x10/);
    await walk.click({ force: true });
    assert.equal(await page.locator('.outcome').count(), 0);
    await page.getByText('2 are not possible now: why?').click();
    await page.getByText('P@0x10-0x14 is read-only').waitFor();

    await verb(explorer, 'read').click();
    await page.locator('.outcome-text').getByText('P: read 0x10').waitFor();
    await page.getByText('It goes through').waitFor();
    await page.getByRole('button', { name: 'Add behind operation 1' }).click();
    await until('it is written', async () => host.text === 'P: mmap 0x10 4 r\nP: read 0x10\n');
    await page.locator('.script-operation', { hasText: 'P: read 0x10' }).waitFor();
    assert.equal(await page.locator('.outcome').count(), 0);
  });

  it('sets arguments by dragging, by keys and in fields, all the same', async () => {
    const { explorer } = await build();
    const { page } = explorer;
    await verb(explorer, 'munmap').click();
    const slider = page.getByRole('slider', { name: 'Range' });
    const text = page.locator('.outcome-text');
    await text.getByText('P: munmap 0x10 4').waitFor();

    const track = await page.locator('.track').boundingBox();
    const range = await slider.boundingBox();
    assert.ok(track && range);
    const cell = range.width / 4;
    const y = track.y + track.height / 2;
    await page.mouse.move(range.x + range.width - 2, y);
    await page.mouse.down();
    await page.mouse.move(range.x + cell * 1.5, y, { steps: 4 });
    await page.mouse.up();
    await text.getByText('P: munmap 0x10 2').waitFor();

    await page.mouse.move(range.x + cell, y);
    await page.mouse.down();
    await page.mouse.move(range.x + cell * 2, y, { steps: 4 });
    await page.mouse.up();
    await text.getByText('P: munmap 0x11 2').waitFor();

    await slider.focus();
    await page.keyboard.press('ArrowRight');
    await text.getByText('P: munmap 0x12 2').waitFor();
    await page.keyboard.press('Shift+ArrowLeft');
    await text.getByText('P: munmap 0x12 1').waitFor();
    await page.keyboard.press('PageUp');
    await text.getByText('P: munmap 0x14 1').waitFor();
    assert.match((await slider.getAttribute('aria-valuetext')) ?? '', /page 0x14, nothing is mapped there/);

    await page.getByLabel('Address').fill('0x11');
    await text.getByText('P: munmap 0x11 1').waitFor();
    await page.getByLabel('Pages').fill('many');
    await page.getByText('Write a number, decimal or 0x hex.').waitFor();
    await text.getByText('P: munmap 0x11 1').waitFor();
  });

  it('draws a range from an empty place on the axis', async () => {
    const { explorer } = await build();
    const { page } = explorer;
    await verb(explorer, 'mprotect').click();
    await page.locator('.outcome').waitFor();
    const range = await page.getByRole('slider', { name: 'Range' }).boundingBox();
    assert.ok(range);
    const cell = range.width / 4;
    const y = range.y + range.height / 2;
    await page.mouse.move(range.x + range.width + cell * 1.5, y);
    await page.mouse.down();
    await page.mouse.move(range.x + range.width - cell * 0.5, y, { steps: 5 });
    await page.mouse.up();
    await page.locator('.outcome-text').getByText('P: mprotect 0x13 3 r').waitFor();
    await page.getByText('ENOMEM: nothing of P is mapped at 0x14.').waitFor();
  });

  it('lets allocations fail, and says what that does', async () => {
    const { explorer, host } = await build('P: mmap 0x10 4\nP: write 0x10\n');
    const { page } = explorer;
    await verb(explorer, 'fork').click();
    await page.getByRole('checkbox', { name: /avc:2/ }).check();
    await page.locator('.outcome-text').getByText('P: fork C ! fail avc:2').waitFor();
    await page.getByText(/It fails with ENOMEM after/).waitFor();
    await page.getByRole('button', { name: 'Add behind operation 2' }).click();
    await until('it is written', async () => host.text.endsWith('P: fork C ! fail avc:2\n'));
  });

  it('follows the text, and shows what is wrong in it', async () => {
    const { explorer, host } = await build();
    const { page } = explorer;
    await host.type(`${FORKED}C: write 0x11\n`, explorer);
    await page.locator('.script-operation', { hasText: 'C: write 0x11' }).waitFor();
    await host.type(`${FORKED}C: wrte 0x11\n`, explorer);
    await page.locator('.script-problem').getByText('wrte').waitFor();
  });

  it('changes, moves and removes operations, and takes it back', async () => {
    const { explorer, host } = await build();
    const { page } = explorer;
    await page.locator('.script-text', { hasText: 'P: write 0x10' }).click();
    await page.getByRole('heading', { name: 'Instead of operation 2' }).waitFor();
    const change = page.getByRole('button', { name: 'Change operation 2' });
    assert.equal(await change.getAttribute('aria-disabled'), 'true');
    await page.getByRole('slider', { name: 'Page' }).press('ArrowRight');
    await page.locator('.outcome-text').getByText('P: write 0x11').waitFor();
    await change.click();
    await until('changed', async () => host.text.includes('P: write 0x11\n'));
    await page.getByRole('button', { name: 'Move down operation 2' }).click();
    await until('moved', async () => host.text.endsWith('P: fork C\nP: write 0x11\n'));
    await page.getByRole('button', { name: 'Remove operation 3' }).click();
    await until('removed', async () => host.text === 'P: mmap 0x10 4\nP: fork C\n');
    await page.getByRole('button', { name: 'Undo' }).click();
    await until('back', async () => host.text.endsWith('P: fork C\nP: write 0x11\n'));
  });

  it('is accessible, and fits, in three themes, wide and narrow', async function () {
    this.timeout(180_000);
    mkdirSync(SHOTS, { recursive: true });
    for (const theme of THEMES) {
      for (const width of [1360, 320]) {
        const { explorer } = await build(FORKED, { theme, width, height: 900 });
        await verb(explorer, 'mremap').click();
        await explorer.page.locator('.outcome').waitFor();
        assert.deepEqual(await findings(explorer), [], `${theme} ${width}`);
        const overflow = await explorer.page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        assert.equal(overflow, 0, `${theme} ${width} scrolls sideways`);
        await explorer.page.screenshot({ path: join(SHOTS, `build-${theme}-${width}.png`), fullPage: true });
      }
    }
  });
});

describe('comparing runs', function () {
  this.timeout(60_000);
  const pages = usePages();
  const DEEP = `${FORKED}C: write 0x10\nC: fork D\n`;

  async function compared(options: Options & { step?: number } = {}, other = 'profile:6.12', text = DEEP) {
    const host = new BuilderHost(text);
    const explorer = await pages.show(simulated(text), { ...options, host: host.receive });
    await host.sendComparable(explorer);
    await explorer.page.getByRole('tab', { name: 'Compare' }).click();
    await explorer.page.getByLabel('B', { exact: true }).selectOption(other);
    await explorer.page.locator('.compare-rows').waitFor();
    return { explorer, host };
  }

  it('says why there is nothing yet, and the way out', async () => {
    const { page } = await pages.show(simulated(DEEP));
    await page.getByRole('tab', { name: 'Compare' }).click();
    await page.getByText('Choose what to compare the run on show with').waitFor();
    const copy = page.getByRole('button', { name: 'Copy as text' });
    assert.equal(await copy.getAttribute('aria-disabled'), 'true');
    assert.equal(await copy.getAttribute('title'), 'Choose two runs first.');
  });

  it('marks the first difference of two kernels, with its step and fields', async () => {
    const { explorer, host } = await compared();
    const { page } = explorer;
    await page.getByText(/First difference: after operation 5 \(C: fork D\) the states differ/).waitFor();
    const rows = page.locator('.compare-row');
    assert.equal(await rows.count(), 5);
    assert.equal(await page.locator('.compare-first').count(), 1);
    assert.match(await page.locator('.compare-first').innerText(), /C: fork D/);
    await page.getByRole('row', { name: /D@16-20.anon_vma_chain A2 A0 A1 A2 A1 A0/ }).waitFor();
    assert.ok((await page.locator('.pair-differs').count()) > 2);
    await page.locator('.pair-cell.pair-mark').first().waitFor();

    // the other rows, by the keyboard
    await page.locator('.compare-sign').nth(4).focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.getByText('All steps are the same.').or(page.locator('.pair-row').first()).first().waitFor();

    await page.getByRole('button', { name: 'Two runs as text' }).click();
    const text = await page.locator('.compare-text').innerText();
    for (const line of text.split('\n')) assert.ok(line.length <= 75, line);
    assert.match(text, /> {2}! {2}5 {2}C: fork D/);
    await page.getByRole('button', { name: 'Copy as text' }).click();
    await until('copied', async () => host.copied.includes('comparison'));
  });

  it('looks first at the operation that one stands in, and says what its failure leaves behind in both', async () => {
    const text = `${DEEP}D: munmap 0x11 1 ! fail avc:2\n`;
    const { steps } = simulated(text).trace;
    const { explorer } = await compared({ step: steps.length - 1 }, undefined, text);
    const { page } = explorer;
    const outcome = page.locator('.outcome-of-both');
    await outcome
      .getByText(
        'ENOMEM in both. It makes no difference itself: 1 field differs after it, and did so before.',
      )
      .waitFor();
    await outcome.getByText('A fails with ENOMEM and leaves nothing behind').waitFor();
    await outcome.getByText('B fails with ENOMEM and leaves nothing behind').waitFor();
    await outcome
      .getByText('Only A comes into check_anon_vma_clone(), cleanup_partial_anon_vmas().')
      .waitFor();
    await outcome.getByText(/^Only B comes into .*unlink_anon_vmas\(\)/).waitFor();
    await outcome.getByText(/An anon_vma is locked .* in A, .* in B/).waitFor();
    assert.match(await page.locator('.compare-chosen').innerText(), /munmap 0x11 1 ! fail avc:2/);
    assert.match(
      await page.locator('.compare-first').innerText(),
      /C: fork D/,
      'the first difference is still marked',
    );
    // what each does alone stands side by side
    const both = page.locator('.pair-differs:not(:has(.pair-empty))');
    assert.ok((await both.count()) > 3, `${await both.count()} rows with both`);

    const failed = page.locator('.operation', { hasText: 'fail avc:2' });
    await failed.getByText('leaves nothing behind').waitFor();
  });

  it('names what differs after a later operation and did not before', async () => {
    const text = 'P: mmap 0x10 4\nP: write 0x10\nP: fork C\nC: write 0x10\nC: fork D\nD: write 0x10\n';
    const { explorer } = await compared({ step: 0 }, 'profile:6.12', text);
    const { page } = explorer;
    await page.locator('.compare-row').nth(5).locator('td').nth(1).click();
    await page
      .locator('.outcome-of-both')
      .getByText(/D: write 0x10: ok in both\./)
      .waitFor();
  });

  it('keeps a branch from any operation, and shows both', async () => {
    const host = new BuilderHost(DEEP);
    const explorer = await pages.show(simulated(DEEP), { host: host.receive });
    const { page } = explorer;
    await explorer.send({ type: 'openPanel', dock: 'main', panel: 'build', operation: 2 });
    await page.getByRole('heading', { name: 'Instead of operation 3' }).waitFor();
    const branch = page.getByRole('button', { name: 'Try as a branch' });
    assert.match((await branch.getAttribute('title')) ?? '', /It is what happens already/);
    await page.getByRole('checkbox', { name: /avc:2/ }).check();
    await page.getByText(/It fails with ENOMEM/).waitFor();
    await branch.click();
    await page.getByRole('cell', { name: /P: fork C ! fail avc:2\s*ENOMEM/ }).waitFor();
    assert.equal(await page.getByLabel('B', { exact: true }).inputValue(), 'kept:1');
    assert.equal(host.text, DEEP);
    // a step of the run on show is gone to
    await page.locator('.parting-steps').getByRole('button').first().click();
    assert.ok((await explorer.step()) > 1);
  });

  it('is accessible, and fits, in three themes, wide and narrow', async function () {
    this.timeout(240_000);
    for (const theme of THEMES) {
      for (const width of [1360, 320]) {
        const { explorer } = await compared({ theme, width, height: 900 });
        assert.deepEqual(await findings(explorer), [], `${theme} ${width}`);
        const overflow = await explorer.page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        assert.equal(overflow, 0, `${theme} ${width} scrolls sideways`);
        await explorer.page.screenshot({
          path: join(SHOTS, `compare-${theme}-${width}.png`),
          fullPage: true,
        });
      }
    }
  });
});

describe('exporting a run', function () {
  this.timeout(60_000);
  const pages = usePages();
  const TITLED = `scenario "<b>&\u0001 a title"\n${FORKED}`;

  async function exporting() {
    const host = new BuilderHost(TITLED);
    const run = simulated(TITLED.replace('\u0001', ''));
    const explorer = await pages.show(
      { ...run, trace: { ...run.trace, title: '<b>&\u0001 a title' } },
      { host: host.receive, step: run.trace.steps.length - 1 },
    );
    return { explorer, host };
  }

  it('draws the step as SVG that is well formed, and as PNG', async () => {
    const { explorer, host } = await exporting();
    const { page } = explorer;
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('button', { name: 'SVG…' }).click();
    await until('it came', async () => host.pictures.length === 1);
    const svg = host.pictures[0]?.data ?? '';
    mkdirSync(SHOTS, { recursive: true });
    writeFileSync(join(SHOTS, 'export.svg'), svg);
    const problem = await page.evaluate(
      `new DOMParser().parseFromString(${JSON.stringify(svg)}, 'image/svg+xml').querySelector('parsererror')?.textContent ?? null`,
    );
    assert.equal(problem, null);
    for (const text of ['16-20 rw A0', 'F0', '&lt;b&gt;&amp; a title', 'refcount 2'])
      assert.ok(svg.includes(text), text);
    assert.doesNotMatch(svg, /var\(|color-mix|NaN|undefined/);

    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('button', { name: 'PNG…' }).click();
    await until('it came', async () => host.pictures.length === 2);
    const png = Buffer.from(host.pictures[1]?.data ?? '', 'base64');
    assert.deepEqual([...png.subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
    assert.equal(png.readUInt32BE(16), 2160);
    writeFileSync(join(SHOTS, 'export.png'), png);
  });

  it('draws when a command asks, and copies text, by the keyboard alone', async () => {
    const { explorer, host } = await exporting();
    const { page } = explorer;
    await explorer.send({ type: 'drawPicture', format: 'svg' });
    await until('it came', async () => host.pictures.length === 1);
    await page.getByRole('button', { name: 'Export' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Export' }).waitFor();
    assert.deepEqual(await findings(explorer, "'.export'"), []);
    for (let at = 0; at < 2; at += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await until('copied', async () => host.copied.includes('mail'));
  });
});
