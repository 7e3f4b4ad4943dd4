/**
 * The built explorer in a page of its own: the policy, the defaults and the theme variables that VS Code gives a
 * webview, and a stand-in for its API. Nothing is served but these few files; no network is used.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import type { HostMessage, RunData, WebviewMessage } from '../../../src/protocol/messages';
import { explorerHtml } from '../../../src/vscode/explorerHtml';
import { sendRun } from '../../../src/vscode/runSending';
import { LIBRARY } from '../fixture';

export type Theme = 'dark-modern' | 'light-modern' | 'high-contrast';
export const THEMES: readonly Theme[] = ['dark-modern', 'light-modern', 'high-contrast'];

const ORIGIN = 'http://explorer.test';
const NONCE = 'abcdefabcdefabcdefabcdefabcdefab';

const BODY_CLASS: Readonly<Record<Theme, string>> = {
  'dark-modern': 'vscode-dark',
  'light-modern': 'vscode-light',
  'high-contrast': 'vscode-high-contrast',
};

export interface Options {
  readonly theme?: Theme;
  readonly width?: number;
  readonly height?: number;
  readonly reducedMotion?: boolean;
  /** What stands in for the host: gets every message as it is sent. */
  readonly host?: (message: WebviewMessage, explorer: ExplorerPage) => void | Promise<void>;
}

/** What the stand-in for VS Code adds to the page's window. */
const VSCODE_API = `
  const sent = [];
  const kept = sessionStorage.getItem('vscode-state');
  let state = kept === null ? undefined : JSON.parse(kept);
  window.sentMessages = sent;
  // own lines, in the place of a kernel's
  const text = ['', '/* what line NUMBER is for: nothing but this test */', 'static int line_NUMBER(struct vm_area_struct *vma)', '{', '\\tif (!vma->anon_vma)', '\\t\\treturn -ENOMEM;', '\\tlink(vma, "both ways");', '\\treturn 0;', '}'];
  const answer = ({ type, runId, file, from, to }) => {
    if (type !== 'lines') return;
    const lines = [];
    for (let line = from; line < Math.min(to, 6000); line += 1)
      lines.push(text[line % text.length].replace('NUMBER', String(line + 1)));
    window.postMessage({ type: 'lines', runId, file, from, lines, problem: null }, '*');
  };
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => {
      sent.push(structuredClone(message));
      answer(message);
      window.hostReceives?.(structuredClone(message));
    },
    getState: () => state,
    setState: (next) => { state = next; sessionStorage.setItem('vscode-state', JSON.stringify(next)); },
  });
`;

export class ExplorerPage {
  private constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
    /** Errors of the page, of its console and of its policy; a test that expects none looks here. */
    readonly errors: string[],
  ) {}

  /** State that the extension puts into the page. */
  private kept = '';

  static async open(browser: Browser, options: Options = {}): Promise<ExplorerPage> {
    const { theme = 'dark-modern', width = 1360, height = 880, reducedMotion = true } = options;
    const context = await browser.newContext({
      viewport: { width, height },
      reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
    });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
    });
    await page.addInitScript(VSCODE_API);
    const explorer = new ExplorerPage(page, context, errors);
    await page.route('**/*', (route) => {
      const { pathname, origin } = new URL(route.request().url());
      const file = origin === ORIGIN ? contentOf(pathname, theme, explorer.kept) : null;
      return file ? route.fulfill(file) : route.abort();
    });
    const { host } = options;
    if (host) await page.exposeFunction('hostReceives', (message: WebviewMessage) => host(message, explorer));
    await explorer.load();
    return explorer;
  }

  private async load(): Promise<void> {
    await this.page.goto(`${ORIGIN}/`);
    await this.page.locator('.app').waitFor();
  }

  /**
   * The same window again, as after a reload: only what `setState` kept is still there. With `forgotten`, as in a browser
   * that had not written that down: only what the extension was given is.
   */
  async reload({ forgotten = false } = {}): Promise<void> {
    if (forgotten) {
      this.kept = (await this.sentOf('keep')).at(-1)?.state ?? '';
      await this.page.evaluate(() =>
        (globalThis as unknown as { sessionStorage: { clear(): void } }).sessionStorage.clear(),
      );
    }
    await this.load();
  }

  async send(message: HostMessage): Promise<void> {
    // as one text: arguments that are objects are taken apart and put together value by value, which takes a long run half a minute
    await this.page.evaluate((text) => {
      const page = globalThis as unknown as { postMessage(data: unknown, origin: string): void };
      page.postMessage(JSON.parse(text), '*');
    }, JSON.stringify(message));
  }

  /** Sends the library and a run, and waits until it is drawn. */
  async show(run: RunData, step = -1): Promise<void> {
    await this.send(LIBRARY);
    await sendRun(
      run,
      step,
      async (message) => {
        await this.send(message);
        return true;
      },
      () => true,
    );
    await this.page.locator('.path-column').waitFor();
  }

  /** Messages that the explorer has sent since it was loaded. */
  async sent(): Promise<WebviewMessage[]> {
    return await this.page.evaluate(
      () => (globalThis as unknown as { sentMessages: WebviewMessage[] }).sentMessages,
    );
  }

  async sentOf<T extends WebviewMessage['type']>(type: T): Promise<Extract<WebviewMessage, { type: T }>[]> {
    const all = await this.sent();
    return all.filter((message): message is Extract<WebviewMessage, { type: T }> => message.type === type);
  }

  /** The number of the step on show, counted from 1. */
  async step(): Promise<number> {
    return Number(await this.page.getByRole('slider', { name: 'Timeline' }).getAttribute('aria-valuenow'));
  }

  section(name: string): Locator {
    return this.page.getByRole('region', { name, exact: true });
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}

interface Content {
  readonly body: string;
  readonly contentType: string;
}

function contentOf(path: string, theme: Theme, kept: string): Content | null {
  const html = { contentType: 'text/html' };
  const css = { contentType: 'text/css' };
  switch (path) {
    case '/':
      return { ...html, body: pageHtml(theme, kept) };
    case '/main.js':
      return { contentType: 'text/javascript', body: built('main.js') };
    case '/main.css':
      return { ...css, body: built('main.css') };
    case '/theme.css':
      return { ...css, body: own(`${theme}.css`) + own('webview-defaults.css') };
    default:
      return null;
  }
}

/** The page of the extension itself, with what VS Code puts into it. */
function pageHtml(theme: Theme, kept: string): string {
  return explorerHtml({
    cspSource: ORIGIN,
    script: `${ORIGIN}/main.js`,
    style: `${ORIGIN}/main.css`,
    nonce: NONCE,
    kept,
  })
    .replace(
      '<meta name="viewport"',
      `<link rel="stylesheet" href="${ORIGIN}/theme.css">\n<meta name="viewport"`,
    )
    .replace(
      '<body>',
      `<body class="vscode-body ${BODY_CLASS[theme]}" data-vscode-theme-kind="${BODY_CLASS[theme]}">`,
    );
}

function own(name: string): string {
  return readFileSync(join(import.meta.dirname, name), 'utf8');
}

function built(name: string): string {
  const path = join(import.meta.dirname, '../../../dist/webview', name);
  if (!existsSync(path)) throw new Error('The explorer is not built: node scripts/build.mjs');
  return readFileSync(path, 'utf8');
}
