/**
 * A run of very many steps: what there is to know of it is worked out in slices, between which the page does other things.
 */
import assert from 'node:assert/strict';
import { headOf, partsOf } from '../../src/protocol/parts';
import { longRun } from '../webview/fixture';
import { usePages } from './support';

/** More than one slice, and not so many that sending them takes a minute. */
const STEPS = 21_000;

/** Presses the button with the keys whenever the page has a turn while the run is gone through; counts what was answered. */
const CLICK_MEANWHILE = `
  window.answered = 0;
  window.texts = new Set();
  const turn = () => {
    const waiting = document.querySelector('.waiting')?.textContent ?? '';
    const shown = document.querySelector('.path-column') !== null;
    window.texts.add(waiting.replace(/[\\d,]+/g, 'n'));
    if (waiting.startsWith('Going through') && !shown) {
      const button = document.querySelector('button[aria-label="Keys"]');
      const before = button.getAttribute('aria-expanded');
      button.click();
      setTimeout(() => {
        const gone = document.querySelector('.path-column') !== null;
        if (!gone && button.getAttribute('aria-expanded') !== before) window.answered += 1;
        turn();
      });
    } else if (!shown) setTimeout(turn);
  };
  turn();
`;

describe('a very long run', function () {
  this.timeout(240_000);
  const pages = usePages();

  it('leaves the page alive while it is gone through, and can be scrubbed afterwards', async () => {
    const explorer = await pages.open();
    const { page } = explorer;
    const run = longRun(STEPS);
    await page.evaluate(CLICK_MEANWHILE);
    await explorer.send({ type: 'runBegins', run: headOf(run), step: 0, total: run.trace.steps.length });
    for (const part of partsOf(run)) await explorer.send({ type: 'runPart', part });
    await page.locator('.path-column').waitFor({ timeout: 120_000 });
    const answered = Number(await page.evaluate('window.answered'));
    assert.ok(answered >= 2, `${answered} clicks were answered before the run was on show`);
    const texts = (await page.evaluate('[...window.texts]')) as string[];
    assert.ok(
      texts.some((text) => /^n of n steps have come/.test(text)),
      `progress: ${texts.join(' | ')}`,
    );

    const expanded = page.locator('button[aria-label="Keys"][aria-expanded="true"]');
    if ((await expanded.count()) > 0) await page.keyboard.press('Escape');
    const slider = page.getByRole('slider', { name: 'Timeline' });
    const box = await slider.boundingBox();
    assert.ok(box);
    await page.mouse.move(box.x + box.width * 0.2, box.y + 5);
    await page.mouse.down();
    for (const share of [0.4, 0.6, 0.8]) await page.mouse.move(box.x + box.width * share, box.y + 5);
    await page.mouse.up();
    await page.waitForTimeout(300);
    const step = await explorer.step();
    const { length } = run.trace.steps;
    assert.ok(Math.abs(step - 0.8 * length) < 0.01 * length, `step ${step} of ${length}`);
    const shown = await page.locator('.step-current').getAttribute('class');
    assert.ok(shown !== null);
    const text = run.trace.steps[step - 1]?.text ?? '';
    assert.ok((await page.locator('.now-text').innerText()).includes(text));
  });
});
