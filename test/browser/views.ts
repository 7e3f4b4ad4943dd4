/**
 * How the tests come to each view of the explorer.
 */
import { simulated } from '../webview/fixture';
import { BuilderHost } from '../webview/harness/builderHost';
import type { ExplorerPage, Options } from '../webview/harness/explorerPage';
import type { Pages } from './support';

/** A grandchild: 7.3 and 6.12 part at its fork. */
const BUILT = 'P: mmap 0x10 4\nP: write 0x10\nP: fork C\nC: write 0x10\nC: fork D\n';

/** A run with a host that builds and compares. */
export async function showBuilt(
  pages: Pages,
  options: Options & { readonly step?: number } = {},
): Promise<ExplorerPage> {
  const host = new BuilderHost(BUILT);
  const explorer = await pages.show(simulated(BUILT), { ...options, host: host.receive });
  await host.sendComparable(explorer);
  return explorer;
}

export async function openTime({ page }: ExplorerPage): Promise<void> {
  await page.getByRole('tab', { name: 'Time' }).click();
  await page.getByRole('region', { name: 'Locks over time' }).waitFor();
}

/** With an operation chosen, its arguments and what it would do. */
export async function openBuild({ page }: ExplorerPage): Promise<void> {
  await page.getByRole('tab', { name: 'Build' }).click();
  await page
    .getByRole('group', { name: 'Operation', exact: true })
    .getByRole('button', { name: 'mremap', exact: true })
    .click();
  await page.locator('.outcome').waitFor();
}

/** With the run on show beside the same scenario on 6.12. */
export async function openCompare({ page }: ExplorerPage): Promise<void> {
  await page.getByRole('tab', { name: 'Compare' }).click();
  await page.getByLabel('B', { exact: true }).selectOption('profile:6.12');
  await page.locator('.pair-row').first().waitFor();
}

export const VIEWS: readonly {
  readonly name: string;
  readonly open: (explorer: ExplorerPage) => Promise<unknown>;
}[] = [
  { name: 'state', open: async () => undefined },
  { name: 'time', open: openTime },
  { name: 'build', open: openBuild },
  { name: 'compare', open: openCompare },
];
