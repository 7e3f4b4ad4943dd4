/**
 * What the explorer looks like, against pictures beside this test. They are small and compared as blurred areas of colour:
 * another font or another way of smoothing letters passes, a view that is gone, moved or in other colours does not.
 *
 * UPDATE_GOLDEN=1 writes them anew: look at them before they are committed. RMAP_LENS_UPDATE_IMAGES writes those of
 * docs/explorer.md, at their full size and without the stand-in for C text.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { skip } from '../support/skip';
import { sampleRun } from '../webview/fixture';
import { type ExplorerPage, THEMES, type Theme } from '../webview/harness/explorerPage';
import { type Pages, usePages } from './support';
import { openBuild, openCompare, openTime, showBuilt } from './views';

const FOLDER = join(import.meta.dirname, 'pictures');
const SHOTS = join(import.meta.dirname, '../../artifacts/screenshots');
const FONTS = join(FOLDER, 'fonts.txt');
const DOCS = join(import.meta.dirname, '../../docs/images');
/** Pictures are this part of the page's size; an area is so many of their pixels wide and high. */
const SCALE = 1 / 4;
const AREA = 5;
/** Colours of an area (0 to 255) that differ by more than this are different; and so many areas of a hundred may be. */
const DIFFERENT = 20;
const TOLERATED = 4;

interface View {
  readonly name: string;
  /** Which scenario is run; without one it is that of `showBuilt`, with a host that can build and compare. */
  readonly sample?: string;
  readonly step: number;
  readonly width: number;
  readonly height: number;
  readonly prepare?: (explorer: ExplorerPage) => Promise<unknown>;
}

const VIEWS: readonly View[] = [
  { name: 'state', sample: 'fork-of-fork', step: 340, width: 1360, height: 1100 },
  { name: 'time', sample: 'clone-failure', step: 200, width: 1360, height: 1000, prepare: openTime },
  { name: 'side-bar', sample: 'broken', step: 200, width: 320, height: 1400 },
  { name: 'crowd', sample: 'crowd', step: 3900, width: 1700, height: 1000 },
  { name: 'build', step: 1000, width: 1360, height: 1000, prepare: openBuild },
  { name: 'compare', step: 200, width: 1360, height: 1000, prepare: openCompare },
  { name: 'compare-side-bar', step: 200, width: 320, height: 1400, prepare: openCompare },
];

/** The view, drawn. */
async function shown(pages: Pages, theme: Theme, view: View): Promise<ExplorerPage> {
  const { sample, step, width, height, prepare } = view;
  const options = { theme, step, width, height };
  const explorer = sample ? await pages.show(sampleRun(sample), options) : await showBuilt(pages, options);
  await prepare?.(explorer);
  await explorer.page.mouse.move(0, 0);
  await explorer.page.waitForTimeout(300);
  return explorer;
}

/** Both are drawn in a page that has no policy, small; gives the share of areas that differ, in percent. */
const COMPARE = `async ([a, b, area, different]) => {
  const pixels = async (url) => {
    const image = await createImageBitmap(await (await fetch(url)).blob());
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, image.width, image.height);
  };
  const [one, two] = [await pixels(a), await pixels(b)];
  if (one.width !== two.width || one.height !== two.height) return 100;
  let bad = 0;
  let all = 0;
  for (let y = 0; y + area <= one.height; y += area)
    for (let x = 0; x + area <= one.width; x += area) {
      const sum = [0, 0, 0];
      for (let dy = 0; dy < area; dy += 1)
        for (let dx = 0; dx < area; dx += 1)
          for (let c = 0; c < 3; c += 1) {
            const at = ((y + dy) * one.width + x + dx) * 4 + c;
            sum[c] += one.data[at] - two.data[at];
          }
      all += 1;
      if (sum.some((each) => Math.abs(each) / (area * area) > different)) bad += 1;
    }
  return (100 * bad) / all;
}`;

/** A screenshot made small, as a data URL. */
const SHRINK = `async ([url, scale, type]) => {
  const image = await createImageBitmap(await (await fetch(url)).blob());
  const width = Math.round(image.width * scale);
  const height = Math.round(image.height * scale);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, 0, 0, width, height);
  const blob = await canvas.convertToBlob({ type, quality: 0.7 });
  return await new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.readAsDataURL(blob);
  });
}`;

const dataUrl = (png: Buffer) => `data:image/png;base64,${png.toString('base64')}`;

/** Runs a function, given as text, in a blank page. */
async function inBlankPage<T>({ page }: ExplorerPage, script: string, argument: unknown): Promise<T> {
  const blank = await page.context().newPage();
  try {
    return (await blank.evaluate(`(${script})(${JSON.stringify(argument)})`)) as T;
  } finally {
    await blank.close();
  }
}

/** Widths of a text in the page's fonts: where they are others lines break elsewhere, and the pictures say nothing. */
const WIDTHS = `(() => {
  const context = document.createElement('canvas').getContext('2d');
  const widths = [getComputedStyle(document.body).fontFamily, 'monospace'].map((family) => {
    context.font = '13px ' + family;
    return context.measureText('Rmap Lens 0123 anon_vma_clone()').width.toFixed(0);
  });
  return widths.join(' ');
})()`;

async function forDocs(explorer: ExplorerPage, name: string): Promise<void> {
  const { page } = explorer;
  const code = page.getByRole('button', { name: 'Code', exact: true });
  if ((await code.count()) > 0) await code.click();
  await page.mouse.move(0, 0);
  await page.waitForTimeout(300);
  const shot = await page.screenshot({ animations: 'disabled', caret: 'hide' });
  const image = await inBlankPage<string>(explorer, SHRINK, [dataUrl(shot), 1, 'image/webp']);
  writeFileSync(join(DOCS, `${name}.webp`), Buffer.from(image.split(',')[1] ?? '', 'base64'));
}

describe('what it looks like', function () {
  this.timeout(90_000);
  const pages = usePages();

  for (const theme of THEMES) {
    for (const view of VIEWS) {
      const { name } = view;
      it(`is as in ${name}-${theme}.png`, async function () {
        const explorer = await shown(pages, theme, view);
        const fonts = String(await explorer.page.evaluate(WIDTHS));
        const shot = await explorer.page.screenshot({ animations: 'disabled', caret: 'hide' });
        mkdirSync(SHOTS, { recursive: true });
        writeFileSync(join(SHOTS, `picture-${name}-${theme}.png`), shot);
        if (process.env['RMAP_LENS_UPDATE_IMAGES']) await forDocs(explorer, `explorer-${name}-${theme}`);
        const small = await inBlankPage<string>(explorer, SHRINK, [dataUrl(shot), SCALE, 'image/png']);
        const path = join(FOLDER, `${name}-${theme}.png`);
        if (process.env['UPDATE_GOLDEN'] === '1') {
          mkdirSync(FOLDER, { recursive: true });
          writeFileSync(path, Buffer.from(small.split(',')[1] ?? '', 'base64'));
          writeFileSync(FONTS, `${fonts}\n`);
        }
        if (readFileSync(FONTS, 'utf8').trim() !== fonts)
          skip(this, 'the fonts of this machine are others than those of the pictures');
        assert.ok(existsSync(path), `${path} is missing: UPDATE_GOLDEN=1 npm run test:browser writes it`);
        const known = dataUrl(readFileSync(path));
        const share = await inBlankPage<number>(explorer, COMPARE, [known, small, AREA, DIFFERENT]);
        assert.ok(share <= TOLERATED, `${share.toFixed(1)} % of the areas look different`);
      });
    }
  }

  it('is told apart from another moment of the same run', async () => {
    // the comparison is worth nothing if it lets everything pass
    const explorer = await pages.show(sampleRun('fork-of-fork'), { step: 40, width: 1360, height: 1100 });
    const shot = await explorer.page.screenshot({ animations: 'disabled', caret: 'hide' });
    const small = await inBlankPage<string>(explorer, SHRINK, [dataUrl(shot), SCALE, 'image/png']);
    const known = dataUrl(readFileSync(join(FOLDER, 'state-dark-modern.png')));
    const share = await inBlankPage<number>(explorer, COMPARE, [known, small, AREA, DIFFERENT]);
    assert.ok(share > TOLERATED, `only ${share.toFixed(1)} % of the areas look different`);
  });
});
