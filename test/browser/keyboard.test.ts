/**
 * Everything by keyboard alone: one tab stop for each composite, arrows inside, the focus always visible.
 */
import assert from 'node:assert/strict';
import { stepNumber } from '../../src/webview/model/frame';
import { sampleRun } from '../webview/fixture';
import type { ExplorerPage } from '../webview/harness/explorerPage';
import { until, usePages } from './support';
import { showBuilt, VIEWS } from './views';

/**
 * Controls that can be seen and that no key leads to: they take no tab stop, and the composite around them has none to come
 * in by.
 */
const OUT_OF_REACH = `(() => {
  const found = [];
  for (const control of document.querySelectorAll('button, a[href], input, select, textarea, summary, [role="slider"], [role="tab"]')) {
    if (!control.checkVisibility({ visibilityProperty: true }) || control.tabIndex >= 0) continue;
    let composite = control.hasAttribute('data-item') ? control.parentElement : null;
    while (composite && composite.querySelectorAll('[data-item]').length < 2) composite = composite.parentElement;
    while (composite && !composite.querySelector('[data-item][tabindex="0"]') && !composite.matches('section, main, body')) composite = composite.parentElement;
    if (!composite?.querySelector('[data-item][tabindex="0"]')) found.push(control.outerHTML.slice(0, 120));
  }
  return found;
})()`;

/** Goes on with Tab until it is where it began, or leaves the page; gives what it stopped at without a visible focus. */
const UNSEEN_FOCUS = `(() => {
  const e = document.activeElement;
  if (e === document.body) return null;
  const s = getComputedStyle(e);
  const seen = s.outlineStyle !== 'none' || s.boxShadow !== 'none';
  return [e.outerHTML.slice(0, 120), seen];
})()`;

const FORKS = sampleRun('fork-of-fork');
const BROKEN = sampleRun('broken');

/** What has the focus, in short. */
async function focused({ page }: ExplorerPage): Promise<string> {
  return (await page.evaluate(
    `(() => { const e = document.activeElement; return (e.dataset.item ?? e.getAttribute('aria-label') ?? e.innerText ?? e.tagName).trim(); })()`,
  )) as string;
}

describe('by keyboard', function () {
  this.timeout(60_000);
  const pages = usePages();

  it('steps, jumps, plays', async () => {
    const explorer = await pages.show(BROKEN);
    const ends = BROKEN.trace.operations.map(({ endStep }) => endStep);
    const total = BROKEN.trace.steps.length;
    const cases: [string, number][] = [
      ['ArrowRight', 1],
      ['.', 2],
      ['ArrowLeft', 1],
      [',', 0],
      ['Shift+ArrowRight', ends[0] ?? 0],
      ['Shift+ArrowRight', ends[1] ?? 0],
      ['Shift+ArrowLeft', ends[0] ?? 0],
      ['End', total],
      ['ArrowRight', total],
      ['Home', 0],
      ['ArrowLeft', 0],
      ['v', stepNumber(BROKEN.violations[0]?.step ?? 0)],
    ];
    for (const [key, step] of cases) {
      await explorer.press(key);
      assert.equal(await explorer.step(), step, key);
    }
    await explorer.press('Home', ' ');
    await explorer.page.getByRole('button', { name: 'Pause' }).waitFor();
    await explorer.press(' ');
    await explorer.page.getByRole('button', { name: 'Play' }).waitFor();
  });

  it('has one tab stop for each composite', async () => {
    const explorer = await pages.show(FORKS, { step: 340 });
    const stops = (await explorer.page.evaluate(
      `[...document.querySelectorAll('.lanes, .matrix, .family, .steps, .operations')].map(
        (root) => [root.className.split(' ')[0], root.querySelectorAll('[tabindex="0"]').length, root.querySelectorAll('[data-item]').length])`,
    )) as [string, number, number][];
    assert.equal(stops.length, 5);
    for (const [name, stop, items] of stops) {
      assert.equal(stop, 1, name);
      assert.ok(items > 2, name);
    }
  });

  it('reaches every view with Tab, and the focus can be seen', async () => {
    const explorer = await pages.show(FORKS, { step: 340 });
    const seen = new Set<string>();
    for (let i = 0; i < 120; i += 1) {
      await explorer.press('Tab');
      const [place, outline] = (await explorer.page.evaluate(
        `(() => { const e = document.activeElement;
          const s = getComputedStyle(e);
          const where = e.closest('.lanes,.matrix,.family,.steps,.operations,.section-changes,.section-locks,.section-invariants,.controls,.plot,.head');
          return [where ? where.className.split(' ').at(-1) : e.tagName, s.outlineStyle !== 'none' || s.boxShadow !== 'none' || s.borderColor]; })()`,
      )) as [string, boolean | string];
      seen.add(place);
      assert.ok(outline, `the focus cannot be seen in ${place}`);
    }
    for (const place of [
      'head',
      'steps',
      'operations',
      'matrix',
      'family',
      'section-changes',
      'section-locks',
      'section-invariants',
      'controls',
      'plot',
    ])
      assert.ok(
        [...seen].some((one) => one.includes(place)),
        `${place} is not reached: ${[...seen].join(', ')}`,
      );
  });

  for (const { name, open } of VIEWS) {
    it(`leads to every control of the view ${name}, and shows where it is, wide and in a side bar`, async () => {
      for (const width of [320, 1600]) {
        const explorer = await showBuilt(pages, { step: 200, width, height: 1000 });
        await open(explorer);
        assert.deepEqual(await explorer.page.evaluate(OUT_OF_REACH), [], `${width} pixels wide`);
        await explorer.page.evaluate('document.activeElement?.blur()');
        const stops = new Set<string>();
        for (let at = 0; at < 150; at += 1) {
          await explorer.press('Tab');
          const stop = (await explorer.page.evaluate(UNSEEN_FOCUS)) as [string, boolean] | null;
          if (stop === null) break;
          const [control, seen] = stop;
          assert.ok(seen, `the focus cannot be seen on ${control}`);
          stops.add(control);
        }
        assert.ok(stops.size > 15, `only ${stops.size} stops, ${width} pixels wide`);
      }
    });
  }

  it('moves inside a picture with arrows, and selects with Enter', async () => {
    const explorer = await pages.show(FORKS, { step: 340 });
    const { page } = explorer;
    await page.locator('.lanes [tabindex="0"]').focus();
    assert.match(await focused(explorer), /^mm /);
    await explorer.press('ArrowRight');
    assert.match(await focused(explorer), /^(vma|pte) /);
    await explorer.press('ArrowDown');
    const below = await focused(explorer);
    assert.match(below, /^(vma|pte) /);
    assert.equal(await explorer.step(), 341, 'an arrow inside a picture makes no step');
    await explorer.press('Enter');
    await explorer.section('Selected').waitFor();
    await explorer.press('c');
    await explorer.press('.');
    await explorer.press('Escape');
    await explorer.section('Selected').waitFor({ state: 'detached' });
  });

  it('comes into a list again whose section was folded meanwhile', async () => {
    const explorer = await pages.show(FORKS, { step: 340 });
    const fold = explorer.section('Operations').getByRole('button', { name: 'Operations', exact: true });
    await fold.focus();
    await explorer.press('Enter', 'Enter');
    await explorer.page.locator('.operations [tabindex="0"]').waitFor();
    await explorer.press('Tab');
    assert.match(await focused(explorer), /^\d+$/);
  });

  it('moves in the list of steps and goes to one', async () => {
    const explorer = await pages.show(FORKS, { step: 100 });
    await explorer.page.locator('.steps [tabindex="0"]').focus();
    assert.equal(await focused(explorer), '100');
    await explorer.press('ArrowUp', 'ArrowUp', 'Enter');
    assert.equal(await explorer.step(), stepNumber(98));
  });

  it('chooses a scenario', async () => {
    const explorer = await pages.show(FORKS);
    await explorer.page.locator('.scenario-button').focus();
    await explorer.press('ArrowDown', 'Home', 'ArrowDown', 'Enter');
    assert.deepEqual(await explorer.sentOf('openSample'), [{ type: 'openSample', id: 'fork-cow' }]);
    assert.match(await focused(explorer), /Fork of a fork/);
    await explorer.press('Enter', 's', 'Enter');
    assert.deepEqual((await explorer.sentOf('openSample')).at(-1), { type: 'openSample', id: 'split' });
    await explorer.press('Enter', 'Escape');
    await explorer.page.getByRole('listbox').waitFor({ state: 'detached' });
  });

  it('finds a step', async () => {
    const explorer = await pages.show(FORKS);
    await explorer.press('/');
    await explorer.page.keyboard.type('free it');
    await explorer.page.getByRole('listbox', { name: 'Steps found' }).getByRole('option').first().waitFor();
    await explorer.press('ArrowDown', 'Enter');
    assert.match(await explorer.page.locator('.now-text').innerText(), /free it/);
  });

  it('opens and closes the keys, and can do without single ones', async () => {
    const explorer = await pages.show(FORKS);
    await explorer.press('?');
    const help = explorer.page.getByRole('dialog', { name: 'Keys and signs' });
    await help.waitFor();
    await help.getByLabel('Keys that are a single character').uncheck();
    await explorer.press('Escape');
    await help.waitFor({ state: 'detached' });
    await explorer.press('.', '/');
    assert.equal(await explorer.step(), 0);
    assert.equal(await explorer.page.getByRole('combobox', { name: /Words/ }).count(), 0);
    await explorer.press('ArrowRight');
    assert.equal(await explorer.step(), 1);
  });

  it('types into the filter without moving', async () => {
    const explorer = await pages.show(FORKS, { step: 7 });
    await explorer.page.getByLabel('Filter invariants').focus();
    await explorer.page.keyboard.type('v c/ .');
    assert.equal(await explorer.page.getByLabel('Filter invariants').inputValue(), 'v c/ .');
    assert.equal(await explorer.step(), 8);
  });

  it('lights up what has the focus', async () => {
    const explorer = await pages.show(BROKEN, { step: BROKEN.violations[0]?.step ?? 0 });
    await explorer.page.locator('.invariant-title').first().focus();
    await explorer.page.locator('.invariant.lit').first().waitFor();
    await until('the host knows', async () => (await explorer.sentOf('hoverInvariant')).length === 1);
  });
});
