/**
 * axe-core finds nothing, in three themes, narrow and wide, in every state of the page.
 */

import assert from 'node:assert/strict';
import { sampleRun } from '../webview/fixture';
import { type ExplorerPage, THEMES } from '../webview/harness/explorerPage';
import { findings } from './axe';
import { usePages } from './support';
import { showBuilt, VIEWS } from './views';

interface State {
  readonly what: string;
  readonly sample?: string;
  readonly step?: number;
  readonly prepare?: (explorer: ExplorerPage) => Promise<unknown>;
  /** What is looked at, when what lies under it is half covered. */
  readonly within?: string;
}

const STATES: readonly State[] = [
  { what: 'before the first step' },
  { what: 'in the middle of a fork', sample: 'fork-of-fork', step: 340 },
  { what: 'with violations', sample: 'broken', step: 192 },
  {
    what: 'with an object selected',
    step: 340,
    prepare: ({ page }) => page.locator('.vma').first().click(),
  },
  {
    what: 'with an invariant selected',
    sample: 'broken',
    step: 250,
    prepare: ({ page }) => page.locator('.invariant-title').first().click(),
  },
  {
    what: 'with the list of scenarios',
    within: `'.scenario'`,
    prepare: ({ page }) => page.locator('.scenario-button').click(),
  },
  { what: 'with the keys', prepare: (explorer) => explorer.press('?') },
  { what: 'finding a step', prepare: (explorer) => explorer.press('/', 'l', 'o', 'c', 'k') },
  {
    what: 'with a card',
    step: 340,
    within: `'.card'`,
    prepare: async ({ page }) => {
      await page.locator('.counter').first().hover();
      await page.locator('.card-placed').waitFor();
    },
  },
  {
    what: 'over time',
    sample: 'broken',
    step: 200,
    prepare: async ({ page }) => {
      await page.getByRole('tab', { name: 'Time' }).click();
      await page.getByLabel('Expression to watch').fill('A0.num_active_vmas');
      await page.getByRole('button', { name: 'Watch', exact: true }).click();
      await page.locator('.chart').waitFor();
      await page.getByRole('button', { name: /avc/ }).first().click();
    },
  },
  {
    what: 'over time, as text',
    sample: 'broken',
    step: 200,
    prepare: async ({ page }) => {
      await page.getByRole('tab', { name: 'Time' }).click();
      for (const button of await page.getByRole('button', { name: /as text$/ }).all()) await button.click();
    },
  },
  {
    what: 'as text',
    step: 340,
    prepare: async ({ page }) => {
      for (const button of await page.getByRole('button', { name: /as text$/ }).all()) await button.click();
    },
  },
];

describe('axe-core', function () {
  this.timeout(60_000);
  const pages = usePages();

  for (const theme of THEMES) {
    for (const { what, sample = 'fork-of-fork', step = -1, prepare, within } of STATES) {
      it(`finds nothing ${what}, ${theme}`, async () => {
        const explorer = await pages.show(sampleRun(sample), { theme, step });
        await prepare?.(explorer);
        assert.deepEqual(await findings(explorer, within), []);
      });
    }
    for (const { name, open } of VIEWS) {
      it(`finds nothing in the view ${name}, in a side bar and on a wide screen, ${theme}`, async () => {
        for (const width of [320, 1600]) {
          // so high that nothing lies below the controls, which stay at the bottom of a side bar
          const height = width === 320 ? 6000 : 1000;
          const explorer = await showBuilt(pages, { theme, step: 200, width, height });
          await open(explorer);
          assert.deepEqual(await findings(explorer), [], `${width} pixels wide`);
        }
      });
    }
    it(`finds nothing in a side bar, ${theme}`, async () => {
      const explorer = await pages.show(sampleRun('broken'), { theme, step: 200, width: 320, height: 2600 });
      assert.deepEqual(await findings(explorer), []);
    });
    it(`finds nothing without a run, ${theme}`, async () => {
      const explorer = await pages.open({ theme });
      assert.deepEqual(await findings(explorer), []);
    });
  }
});
