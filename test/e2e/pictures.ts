// Pictures of the editor for the documentation.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Workbench } from './driver';

const IMAGES = join(import.meta.dirname, '../../docs/images');

/** Takes a picture; with RMAP_LENS_UPDATE_IMAGES also into the docs, as WebP, which the package leaves out. */
export async function keep(workbench: Workbench, name: string): Promise<void> {
  const path = await workbench.screenshot(name);
  if (!process.env['RMAP_LENS_UPDATE_IMAGES']) return;
  const page = await workbench.page.context().newPage();
  const url = `data:image/png;base64,${readFileSync(path).toString('base64')}`;
  const webp = await page.evaluate(`(async () => {
    const image = new Image();
    image.src = ${JSON.stringify(url)};
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.width;
    canvas.height = image.height;
    canvas.getContext('2d').drawImage(image, 0, 0);
    return canvas.toDataURL('image/webp', 0.82);
  })()`);
  await page.close();
  mkdirSync(IMAGES, { recursive: true });
  writeFileSync(join(IMAGES, `${name}.webp`), Buffer.from(String(webp).split(',')[1] ?? '', 'base64'));
}
