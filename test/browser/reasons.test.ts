/**
 * What is disabled says why, and what is empty says so and offers a way out: looked for in every view, in several states.
 */
import assert from 'node:assert/strict';
import type { RunData } from '../../src/protocol/messages';
import { sampleRun, simulated } from '../webview/fixture';
import type { ExplorerPage } from '../webview/harness/explorerPage';
import { usePages } from './support';
import { showBuilt, VIEWS } from './views';

/** Names of what cannot be used or is empty and says nothing of it. */
const UNEXPLAINED = `(() => {
  const words = (text) => (text ?? '').replace(/\\s+/g, ' ').trim();
  const described = (element) => [
    element.getAttribute('aria-description'),
    element.title,
    ...(element.getAttribute('aria-describedby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent),
  ].map(words).filter((text) => text.length > 0);
  // a list that has nothing chosen yet shows an option that says so
  const disabled = [...document.querySelectorAll('[disabled], [aria-disabled="true"]')]
    .filter((element) => !(element instanceof HTMLOptionElement && element.value === ''));
  const mute = disabled.filter((element) => {
    const name = words(element.getAttribute('aria-label')) || words(element.textContent);
    const reasons = described(element);
    // a name may be the reason itself: "No later step writes this field"
    return !reasons.some((text) => text !== words(element.textContent) && text.length >= 12
      && (text !== name || /^(no|it is) /i.test(text)));
  });
  const usable = (element) => [...element.querySelectorAll('button, a[href], input, select, summary')]
    .some((one) => one.getAttribute('aria-disabled') !== 'true' && !one.disabled);
  const empty = [...document.querySelectorAll('.empty')].filter((element) => {
    const around = element.closest('.section-body') ?? element;
    return words(element.textContent).length < 12 || !(usable(element) || usable(around));
  });
  const blank = [...document.querySelectorAll('.section-body, [role="tabpanel"], .app > main')]
    .filter((element) => words(element.textContent) === '' && !usable(element));
  const tell = (what) => (element) => what + ': ' + element.outerHTML.slice(0, 200);
  return {
    problems: [...mute.map(tell('no reason')), ...empty.map(tell('no way out')), ...blank.map(tell('blank'))],
    disabled: disabled.length,
    empty: document.querySelectorAll('.empty').length,
  };
})()`;

interface Found {
  readonly problems: readonly string[];
  readonly disabled: number;
  readonly empty: number;
}

async function look(explorer: ExplorerPage): Promise<Found> {
  return (await explorer.page.evaluate(UNEXPLAINED)) as Found;
}

/** No step, no operation, nothing checked. */
const NOTHING: RunData = {
  ...simulated('P: mmap 0x10 1\n'),
  trace: { ...simulated('P: mmap 0x10 1\n').trace, steps: [], operations: [] },
  timelines: [],
  invariants: [],
  violations: [],
  places: [],
};
const FORKS = sampleRun('fork-of-fork');
const STATES: readonly { readonly name: string; readonly run: RunData; readonly step: number }[] = [
  { name: 'before the first step', run: FORKS, step: -1 },
  { name: 'in the middle', run: FORKS, step: 120 },
  { name: 'at the end, without a tree', run: sampleRun('fork-of-fork', { tree: null }), step: 10_000 },
  { name: 'where operations fail', run: sampleRun('clone-failure'), step: 150 },
  { name: 'of a run without steps', run: NOTHING, step: -1 },
];

describe('what cannot be used, and what is empty', function () {
  this.timeout(90_000);
  const pages = usePages();

  for (const { name, run, step } of STATES) {
    it(`says why and offers a way out ${name}`, async () => {
      const explorer = await pages.show(run, { step });
      const { page } = explorer;
      let disabled = 0;
      let empty = 0;
      const check = async (what: string) => {
        const found = await look(explorer);
        assert.deepEqual(found.problems, [], what);
        disabled += found.disabled;
        empty += found.empty;
      };
      await check('state');
      for (const tab of ['Time', 'Compare', 'State']) {
        await page.getByRole('tab', { name: tab }).click();
        await check(tab);
      }
      await page.getByLabel('Show only these processes').fill('nobody');
      await check('a filter that leaves nothing');
      await page.getByLabel('Show only these processes').fill('');
      if (run.invariants.length > 0) {
        await page.getByLabel('Filter invariants').fill('no such words');
        await check('no invariant');
      }
      await page.getByRole('tab', { name: 'Time' }).click();
      const operation = page.getByRole('button', { name: 'operation', exact: true }).last();
      if ((await operation.count()) > 0) await operation.click();
      await check('one operation over time');
      assert.ok(disabled > 0, 'nothing was disabled in any view');
      assert.ok(empty > 0, 'nothing was empty in any view');
    });
  }

  it('says why before there is a run', async () => {
    const explorer = await pages.open();
    const found = await look(explorer);
    assert.deepEqual(found.problems, []);
    assert.ok(found.disabled >= 2, `${found.disabled} disabled`);
  });

  it('says why in every view with a host that builds and compares', async () => {
    const explorer = await showBuilt(pages, { step: 3 });
    for (const { name, open } of VIEWS) {
      await open(explorer);
      assert.deepEqual((await look(explorer)).problems, [], name);
    }
    await explorer.page.getByRole('tab', { name: 'Build' }).click();
    for (const field of await explorer.page.locator('.verb').all()) {
      await field.click({ force: true });
      assert.deepEqual((await look(explorer)).problems, [], 'building');
    }
  });

  it('leads to what fills an empty view', async () => {
    const explorer = await pages.show(FORKS, { step: -1 });
    await explorer.section('Address spaces').getByRole('button', { name: 'Make the first step' }).click();
    assert.equal(await explorer.step(), 1);
    await explorer
      .section('Who is linked to what')
      .getByRole('button', { name: /^step \d+$/ })
      .click();
    await explorer.section('Who is linked to what').locator('.column-head').first().waitFor();
  });
});

describe('the main button of the builder', function () {
  this.timeout(60_000);
  const pages = usePages();

  it('is told from its neighbour in high contrast too', async () => {
    const explorer = await showBuilt(pages, { step: 1000, theme: 'high-contrast' });
    await VIEWS.find(({ name }) => name === 'build')?.open(explorer);
    const look = async (name: RegExp) =>
      await explorer.page.getByRole('button', { name }).evaluate((element) => {
        const { borderWidth, fontWeight } = (
          globalThis as unknown as { getComputedStyle(of: unknown): Record<string, string> }
        ).getComputedStyle(element);
        return { borderWidth, fontWeight };
      });
    const [main, other] = [await look(/^Add behind operation/), await look(/^Try as a branch/)];
    assert.notEqual(main['borderWidth'], other['borderWidth']);
    assert.ok(Number(main['fontWeight']) > Number(other['fontWeight']));
  });
});
