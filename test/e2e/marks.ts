// What the extension draws in the editor and the status bar, read off the screen.
import type { Locator } from 'playwright-core';
import type { Workbench } from './driver';

/** The lens above a function, on screen. */
export function lensOf(workbench: Workbench, functionName: string): Locator {
  return workbench.page.locator(`.codelens-decoration a:visible[title*="step in ${functionName}()"]`).first();
}

/** Pictures of media/ that stand in the gutter. */
export type GutterIcon = 'step' | 'step-violated' | 'invariant';

export interface Mark {
  /** Source text of the line that the icon stands at. */
  readonly line: string;
  /** What is written after it. */
  readonly after: string;
}

/** Lines with a certain icon in the gutter, from the top. */
export async function marks(workbench: Workbench, icon: GutterIcon): Promise<Mark[]> {
  return workbench.page.evaluate((name) => {
    // lib.dom is not part of the tests' settings
    interface Found {
      readonly textContent: string;
      getBoundingClientRect(): { readonly top: number; readonly height: number };
      querySelectorAll(selector: string): Iterable<Found>;
    }
    interface Style {
      readonly content: string;
      readonly backgroundImage: string;
    }
    const page = globalThis as unknown as {
      readonly document: Found;
      getComputedStyle(element: Found, pseudo?: string): Style;
    };
    const plain = (text: string) => text.replaceAll('\u00a0', ' ').trim();
    const lines = [...page.document.querySelectorAll('.view-lines .view-line')];
    const icons = [...page.document.querySelectorAll('.cgmr')].filter((one) =>
      new RegExp(`/${name}-(dark|light)\\.svg`).test(
        decodeURIComponent(page.getComputedStyle(one).backgroundImage),
      ),
    );
    return icons.flatMap((one) => {
      const { top, height } = one.getBoundingClientRect();
      const middle = top + height / 2;
      const line = lines.find((candidate) => {
        const box = candidate.getBoundingClientRect();
        return height > 0 && box.top <= middle && middle < box.top + box.height;
      });
      if (!line) return [];
      const texts = [...line.querySelectorAll('span[class*="ced-"]')]
        .map((span) => page.getComputedStyle(span, '::after').content)
        .filter((content) => content !== 'none' && content !== 'normal')
        .map((content) => content.replace(/^"|"$/g, ''));
      return [{ line: plain(line.textContent), after: plain(texts.join(' ')) }];
    });
  }, icon);
}

/** Waits for an icon at a line. */
export async function markAt(workbench: Workbench, icon: GutterIcon, pattern: RegExp): Promise<Mark> {
  const end = Date.now() + 30_000;
  for (;;) {
    const all = await marks(workbench, icon);
    const found = all.find(({ line }) => pattern.test(line));
    if (found) return found;
    if (Date.now() > end) throw new Error(`${icon} stands at ${JSON.stringify(all)}, not at ${pattern}`);
    await workbench.page.waitForTimeout(100);
  }
}

/** Waits for the arrow of the current step. */
export function arrowAt(workbench: Workbench, pattern: RegExp): Promise<Mark> {
  return markAt(workbench, 'step', pattern);
}

/** `step 108 of 322` in the status bar, as numbers. */
export async function stepShown(workbench: Workbench): Promise<{ step: number; of: number }> {
  const item = workbench.page.locator('.statusbar-item', { hasText: /step \d+ of \d+/ }).first();
  const match = /step (\d+) of (\d+)/.exec(await item.innerText());
  return { step: Number(match?.[1]), of: Number(match?.[2]) };
}

/** `patience`: milliseconds; more where a window has to start first. */
export async function waitForStep(workbench: Workbench, wanted: number, patience = 30_000): Promise<void> {
  await workbench.page
    .locator('.statusbar-item', { hasText: new RegExp(`step ${wanted} of `) })
    .first()
    .waitFor({ timeout: patience });
}
