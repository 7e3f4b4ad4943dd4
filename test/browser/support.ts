/**
 * What the browser tests share: one Chromium for all of them, pages that are closed after each test.
 */
import type { Browser } from 'playwright-core';
import { launchChromium } from '../../scripts/chromium.mjs';
import type { RunData } from '../../src/protocol/messages';
import { skip } from '../support/skip';
import { ExplorerPage, type Options } from '../webview/harness/explorerPage';

export interface Pages {
  open(options?: Options): Promise<ExplorerPage>;
  /** Opens a page and shows a run in it. */
  show(run: RunData, options?: Options & { readonly step?: number }): Promise<ExplorerPage>;
}

/** Call in a `describe`: gives pages to its tests, and looks at each for errors when a test has ended. */
export function usePages(): Pages {
  let browser: Browser | null = null;
  const open: ExplorerPage[] = [];
  before(async function () {
    this.timeout(60_000);
    try {
      browser = await launchChromium();
    } catch (error) {
      skip(this, `Chromium does not start: ${String(error).split('\n')[0]}`);
    }
  });
  afterEach(async () => {
    const errors = open.flatMap((page) => page.errors);
    await Promise.all(open.splice(0).map((page) => page.close()));
    if (errors.length > 0) throw new Error(`the page reported:\n${errors.join('\n')}`);
  });
  after(async () => await browser?.close());

  const openPage = async (options: Options = {}) => {
    if (!browser) throw new Error('there is no browser');
    const page = await ExplorerPage.open(browser, options);
    open.push(page);
    return page;
  };
  return {
    open: openPage,
    show: async (run, options = {}) => {
      const page = await openPage(options);
      await page.show(run, options.step);
      return page;
    },
  };
}

/** Waits until something holds. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 5000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`not so after 5 s: ${what}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}
