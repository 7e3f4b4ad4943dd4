// The first minutes of somebody without a kernel tree: the walkthrough, a sample on the simulation alone, and fetching
// kernel files from a local server, with everything that can go wrong.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { treePath } from '../../scripts/kernelTrees.mjs';
import { versionOf } from '../../src/vscode/kernelVersion';
import { KernelServer } from '../support/kernelServer';
import {
  openWorkbench,
  screenshotOfFailure,
  type Theme,
  type Workbench,
  type WorkbenchOptions,
} from './driver';

interface Scene {
  readonly server: KernelServer;
  /** Release of the tree that the server has. */
  readonly version: string;
  readonly workbench: () => Workbench;
}

/** Call in a `describe`: a VS Code on an empty folder, which takes its kernel files from a server of our own. */
function useEmptyFolder(options: Pick<WorkbenchOptions, 'host' | 'viewport'>): Scene {
  const root = treePath('7.3') ?? '';
  const server = new KernelServer(root);
  const folder = mkdtempSync(join(tmpdir(), 'rmap-lens-empty-'));
  let workbench: Workbench | undefined;
  before(async () => {
    const address = await server.start();
    workbench = await openWorkbench({
      folder,
      machineSettings: { 'rmapLens.kernelFiles.url': `${address}/plain/{path}?h={tag}` },
      ...options,
    });
  });
  after(async () => {
    await workbench?.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(function () {
    return screenshotOfFailure(this, workbench);
  });
  return {
    server,
    version: versionOf(readFileSync(join(root, 'Makefile'), 'utf8')) ?? '',
    workbench: () => {
      if (!workbench) throw new Error('before() has not run');
      return workbench;
    },
  };
}

/** Asks for a version by typing it. */
async function ask(workbench: Workbench, wanted: string): Promise<void> {
  await workbench.runCommand('Rmap: Get Kernel Files…');
  await workbench.pick(/Another version/);
  const input = workbench.page.locator('.quick-input-widget input[type="text"]');
  await workbench.page.locator('.quick-input-widget', { hasText: 'Kernel version' }).waitFor();
  await input.fill(wanted);
  await workbench.page.keyboard.press('Enter');
}

describe('the first minutes without a kernel tree', () => {
  const scene = useEmptyFolder({ viewport: { width: 1500, height: 1000 } });
  const { server, version } = scene;
  let workbench: Workbench;
  before(() => {
    workbench = scene.workbench();
  });

  async function says(text: RegExp): Promise<void> {
    await workbench.notification(text).waitFor({ timeout: 60_000 });
    await workbench.runCommand('Notifications: Clear All Notifications');
  }

  it('begin with a walkthrough of six steps with pictures', async () => {
    await workbench.runCommand('Rmap: Get Started');
    const { page } = workbench;
    await page.getByText('Get Started with Rmap Lens').first().waitFor({ timeout: 60_000 });
    for (const title of ['Bring a kernel', 'Run a sample', 'Step, forward and back', 'Write a scenario'])
      await page.locator('.getting-started-step', { hasText: title }).first().waitFor();
    await workbench.webview().locator('svg').first().waitFor({ timeout: 60_000 });
    await page.waitForTimeout(1000);
    await workbench.screenshot('walkthrough-dark');
    for (const [theme, step] of [
      ['light', 'Run a sample'],
      ['high-contrast', 'Let an allocation fail'],
    ] satisfies [Theme, string][]) {
      await workbench.setTheme(theme);
      await page.locator('.getting-started-step', { hasText: step }).first().click();
      await page.waitForTimeout(1500);
      await workbench.screenshot(`walkthrough-${theme}`);
    }
    await workbench.setTheme('dark');
  });

  it('run a sample from it, on the simulation that says that it stands alone', async () => {
    const { page } = workbench;
    await page.locator('.getting-started-step', { hasText: 'Run a sample' }).first().click();
    await page
      .getByRole('button', { name: /Run .Fork and copy on write/ })
      .first()
      .click();
    await page.locator('.statusbar-item', { hasText: /no kernel tree · .* simulation alone/ }).waitFor();
    // the picture of the walkthrough is a webview too
    await workbench
      .webview(1)
      .getByText(/simulation alone/)
      .first()
      .waitFor({ timeout: 60_000 });
    await workbench.screenshot('simulation-alone');
  });

  it('say in one sentence what is wrong with a version, a server, an answer', async () => {
    server.answer = (_, response) => {
      response.writeHead(404).end('<html>');
      return true;
    };
    await ask(workbench, '7.9');
    await says(/There is no Makefile of Linux 7\.9 on 127\.0\.0\.1/);
    server.answer = (_, response, path) => {
      if (path !== 'mm/rmap.c') return false;
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>\n');
      return true;
    };
    await ask(workbench, version);
    await says(/A web page came instead of mm\/rmap\.c; nothing was kept/);
  });

  it('can be cancelled', async () => {
    server.answer = (_, __, path) => path === 'mm/memory.c';
    await ask(workbench, version);
    const { page } = workbench;
    const progress = page.locator('.notification-toast', { hasText: /Fetching files of Linux/ });
    await progress.waitFor();
    await page.waitForTimeout(500);
    await workbench.screenshot('kernel-files-progress');
    await progress.getByRole('button', { name: 'Cancel' }).click();
    await says(/was cancelled; nothing was kept/);
  });

  it('bring the files, open mm/rmap.c, and know it as a kernel tree', async () => {
    server.answer = () => false;
    await ask(workbench, `v${version}`);
    await workbench.page.locator('.tab.active', { hasText: 'rmap.c' }).waitFor({ timeout: 60_000 });
    await workbench.page.locator('.statusbar-item', { hasText: `Linux ${version}` }).waitFor();
    await workbench.screenshot('kernel-files-open');
    const asked = server.asked.length;
    await workbench.runCommand('Rmap: Get Kernel Files…');
    await workbench.pick(new RegExp(`Linux ${version}`));
    await workbench.page.waitForTimeout(1000);
    assert.equal(server.asked.length, asked, 'what is here is not fetched again');
  });
});

describe('kernel files in the web worker host', () => {
  const { server, version, workbench } = useEmptyFolder({ host: 'web' });

  it('say that the server has to allow it, where it does not', async () => {
    await ask(workbench(), version);
    await workbench()
      .notification(/in a browser the server also has to allow/)
      .waitFor({ timeout: 60_000 });
    await workbench().runCommand('Notifications: Clear All Notifications');
  });

  it('come where it does', async () => {
    server.forPages = true;
    await ask(workbench(), version);
    await workbench().page.locator('.tab.active', { hasText: 'rmap.c' }).waitFor({ timeout: 60_000 });
    await workbench()
      .page.locator('.statusbar-item', { hasText: `Linux ${version}` })
      .waitFor();
  });
});
