// Drives a real VS Code in Chromium for browser tests: the packaged extension in a fresh profile, on a copy of a kernel
// tree (or on any folder). One `Workbench` for a `describe`; `close` it in `after`.
//
//   const workbench = await openWorkbench({ file: 'mm/rmap.c' });
//   await workbench.runCommand('Rmap: Open Explorer');
//   await workbench.webview().getByRole('button', { name: 'Step forward' }).click();
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { launchChromium } from '../../scripts/chromium.mjs';
import { copyOfKernel, TEST_KERNEL } from '../../scripts/runVscodeTests.mjs';
import {
  installVsix,
  newDataFolder,
  removeDataFolder,
  type Server,
  startServer,
  workbenchAddress,
} from '../../scripts/vscodeServer.mjs';

/** Milliseconds to wait for something of VS Code to appear. */
const PATIENCE = 30_000;

/** Colour themes: identifier in settings, label in the picker, class of the workbench. */
export const THEMES = {
  dark: { id: 'Dark Modern', label: 'Dark Modern', mark: 'vs-dark' },
  light: { id: 'Light Modern', label: 'Light Modern', mark: 'vs' },
  'high-contrast': { id: 'Default High Contrast', label: 'Dark High Contrast', mark: 'hc-black' },
  'high-contrast-light': {
    id: 'Default High Contrast Light',
    label: 'Light High Contrast',
    mark: 'hc-light',
  },
} as const;

export type Theme = keyof typeof THEMES;

export interface WorkbenchOptions {
  /** folder to open; without one, a private copy of the kernel that tests use */
  folder?: string;
  /** kernel whose copy is opened where no folder is named; the newest */
  kernel?: '6.1' | '6.12' | '7.2' | '7.3';
  /** file to open, relative to the folder */
  file?: string;
  settings?: Record<string, unknown>;
  /** settings that only a machine may have */
  machineSettings?: Record<string, unknown>;
  /** environment of the extension host, e.g. `{ RMAP_LENS_START: '1' }` */
  env?: Record<string, string>;
  theme?: Theme;
  /** pixels */
  viewport?: { width: number; height: number };
  /** packages of other extensions that are installed beside ours */
  others?: readonly string[];
  /** `web`: the extension runs in a web worker instead of Node */
  host?: 'node' | 'web';
}

/** Installs the package that is being tested, starts VS Code and opens it on a folder. */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const vsix = process.env['RMAP_LENS_VSIX'];
  if (vsix === undefined)
    throw new Error('RMAP_LENS_VSIX names no package: run node scripts/runBrowserTests.mjs');
  const work = mkdtempSync(join(tmpdir(), 'rmap-lens-e2e-'));
  const data = newDataFolder();
  let server: Server | undefined;
  let browser: Browser | undefined;
  try {
    const kernel = options.kernel ?? TEST_KERNEL;
    const folder = options.folder ?? (await copyOfKernel(kernel, join(work, `linux-${kernel}`)));
    for (const each of [vsix, ...(options.others ?? [])]) await installVsix(each, data);
    const settings = {
      'workbench.colorTheme': THEMES[options.theme ?? 'dark'].id,
      ...(options.host === 'web' ? { 'remote.extensionKind': { 'rmap-lens.rmap-lens': ['web'] } } : {}),
      ...options.settings,
    };
    const { machineSettings = {}, env = {} } = options;
    server = await startServer({ data, settings, machineSettings, env });
    browser = await launchChromium();
    const context = await browser.newContext({
      viewport: options.viewport ?? { width: 1440, height: 900 },
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    const file = options.file === undefined ? {} : { file: join(folder, options.file) };
    await page.goto(workbenchAddress(server, { folder, ...file }));
    const workbench = new Workbench(page, folder, { server, browser, data, work });
    await page.locator('.monaco-workbench').waitFor({ timeout: PATIENCE });
    if (options.file !== undefined) await workbench.editor().waitFor({ timeout: PATIENCE });
    return workbench;
  } catch (error) {
    await browser?.close();
    await server?.stop();
    removeDataFolder(data);
    rmSync(work, { recursive: true, force: true });
    throw error;
  }
}

interface Machinery {
  server: Server;
  browser: Browser;
  data: string;
  work: string;
}

export class Workbench {
  constructor(
    public page: Page,
    /** the folder that is open */
    readonly folder: string,
    private readonly machinery: Machinery,
  ) {}

  /** Text area of the active editor group. */
  editor(): Locator {
    return this.page.locator('.editor-group-container.active .monaco-editor .view-lines').first();
  }

  /** Opens a file of the folder by its path, through Quick Open. */
  async openFile(path: string, line?: number): Promise<void> {
    await this.page.keyboard.press('Control+P');
    const input = this.page.locator('.quick-input-widget input[type="text"]');
    await input.waitFor({ timeout: PATIENCE });
    await input.fill(path);
    const name = path.split('/').at(-1) ?? path;
    await this.page
      .locator('.quick-input-list .monaco-list-row', { hasText: name })
      .first()
      .waitFor({ timeout: PATIENCE });
    await this.page.keyboard.press('Enter');
    await this.page
      .locator('.tabs-container .tab.active', { hasText: name })
      .first()
      .waitFor({ timeout: PATIENCE });
    if (line !== undefined) await this.goToLine(line);
  }

  /** Moves the cursor of the active editor to a line, counted from 1. */
  async goToLine(line: number): Promise<void> {
    await this.page.keyboard.press('Control+G');
    const input = this.page.locator('.quick-input-widget input[type="text"]');
    await input.waitFor({ timeout: PATIENCE });
    await input.fill(`:${line}`);
    await this.page.keyboard.press('Enter');
    await input.waitFor({ state: 'hidden', timeout: PATIENCE });
  }

  /**
   * The labels that the command palette offers for some text, one of which has to contain `expected`: commands of an
   * extension are there only once VS Code has read it.
   */
  async paletteRows(text: string, expected = text): Promise<string[]> {
    await this.commandRow(text, expected);
    const labels = await this.page
      .locator('.quick-input-list .monaco-list-row .monaco-highlighted-label')
      .allTextContents();
    await this.page.keyboard.press('Escape');
    return labels.map((label) => label.replaceAll('\u00a0', ' ').trim()).filter((label) => label !== '');
  }

  /** Runs a command by its palette title, e.g. `Rmap: Open Explorer`. */
  async runCommand(title: string): Promise<void> {
    const row = await this.commandRow(title, title);
    await row.click();
  }

  /** Opens the command palette until it offers a row. */
  private async commandRow(text: string, expected: string): Promise<Locator> {
    const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: expected }).first();
    for (let attempt = 0; ; attempt++) {
      await this.openPalette(text);
      try {
        await row.waitFor({ timeout: 3000 });
        return row;
      } catch (error) {
        if (attempt >= 9) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  private async openPalette(text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input[type="text"]');
    // a palette asked for while the workbench is still busy does not come
    for (let attempt = 0; ; attempt++) {
      await this.page.keyboard.press('F1');
      try {
        await input.waitFor({ timeout: 3000 });
        break;
      } catch (error) {
        if (attempt >= 5) throw error;
      }
    }
    await input.fill(`>${text}`);
  }

  /** Chooses a row of an open quick pick. */
  async pick(text: string | RegExp): Promise<void> {
    const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
    await row.waitFor({ timeout: PATIENCE });
    await row.click();
  }

  /** A CodeLens on screen by its text; wait for it or click it. (VS Code keeps others, hidden, in the page.) */
  codeLens(text: string | RegExp): Locator {
    return this.page.locator('.codelens-decoration a:visible', { hasText: text }).first();
  }

  /** A line of the active editor, by text in it. */
  line(text: string | RegExp): Locator {
    return this.page.locator('.editor-group-container .view-line', { hasText: text }).first();
  }

  /** Points at a word in the editor and returns the text of the hover that says what is expected of it. */
  async hover(word: string, expected: RegExp, inLine?: string | RegExp): Promise<string> {
    const scope = inLine === undefined ? this.page.locator('.view-lines') : this.line(inLine);
    const target = scope.locator('span span').filter({ hasText: word }).first();
    const content = this.page
      .locator('.monaco-hover:not(.hidden) .monaco-hover-content', { hasText: expected })
      .first();
    for (let attempt = 0; ; attempt++) {
      const box = await target.boundingBox({ timeout: PATIENCE });
      if (box === null) throw new Error(`${word} is not on screen`);
      const text = ((await target.textContent()) ?? '').replaceAll('\u00a0', ' ');
      const middle = (Math.max(text.indexOf(word), 0) + word.length / 2) / Math.max(text.length, 1);
      await this.page.mouse.move(4, 4);
      await this.page.mouse.move(box.x + box.width * middle, box.y + box.height / 2, { steps: 3 });
      try {
        await content.waitFor({ timeout: 6000 });
        return ((await content.textContent()) ?? '').replaceAll('\u00a0', ' ');
      } catch (error) {
        if (attempt >= 4) throw error;
      }
    }
  }

  /** Content of the webview that is showing; of the nth, where several are. */
  webview(nth = 0): FrameLocator {
    return this.page
      .locator('iframe.webview.ready')
      .nth(nth)
      .contentFrame()
      .frameLocator('iframe#active-frame');
  }

  /** A notification by its text. */
  notification(text: string | RegExp): Locator {
    return this.page
      .locator('.notification-toast .notification-list-item-message', { hasText: text })
      .first();
  }

  /** Changes the colour theme, as a person does, and waits until it shows. */
  async setTheme(theme: Theme): Promise<void> {
    const { label, mark } = THEMES[theme];
    await this.runCommand('Preferences: Color Theme');
    const input = this.page.locator('.quick-input-widget input[placeholder*="Theme"]');
    await input.waitFor({ timeout: PATIENCE });
    await input.fill(label);
    const row = this.page.locator('.quick-input-list .monaco-list-row.focused', { hasText: label });
    await row.waitFor({ timeout: PATIENCE });
    await this.page.keyboard.press('Enter');
    await input.waitFor({ state: 'hidden', timeout: PATIENCE });
    await this.page.locator(`.monaco-workbench.${mark}`).waitFor({ timeout: PATIENCE });
  }

  /** Writes `artifacts/screenshots/NAME.png`. */
  async screenshot(name: string): Promise<string> {
    const path = join(process.env['RMAP_LENS_SCREENSHOTS'] ?? tmpdir(), `${name}.png`);
    await this.page.screenshot({ path, animations: 'disabled' });
    return path;
  }

  /**
   * Closes the window and opens it again: with it the extension host ends, and a new one starts. Without the file that the
   * first address asks for, which would replace the editors that were open.
   */
  async reopen(): Promise<void> {
    const address = new URL(this.page.url());
    address.searchParams.delete('payload');
    const context = this.page.context();
    const size = this.page.viewportSize();
    await this.page.close();
    this.page = await context.newPage();
    if (size) await this.page.setViewportSize(size);
    await this.page.goto(address.href);
    await this.page.locator('.monaco-workbench').waitFor({ timeout: PATIENCE });
  }

  /** Ends VS Code and the browser and takes every file away. */
  async close(): Promise<void> {
    const { server, browser, data, work } = this.machinery;
    await browser.close();
    await server.stop();
    removeDataFolder(data);
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * Screenshot of a test that failed: call it in `afterEach(function () { return screenshotOfFailure(this, workbench); })`.
 */
export async function screenshotOfFailure(
  context: Mocha.Context,
  workbench: Workbench | undefined,
): Promise<void> {
  if (context.currentTest?.state !== 'failed' || workbench === undefined) return;
  const name = context.currentTest.fullTitle().replace(/[^\w]+/g, '-');
  console.log(`screenshot of the failure: ${await workbench.screenshot(`failed-${name}`)}`);
}
