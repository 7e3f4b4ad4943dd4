// `npm start` where there is no `code`: a workbench on a kernel tree, with the extension installed and a sample running.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../../scripts/chromium.mjs';
import { treePath } from '../../scripts/kernelTrees.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
const PROGRAM = join(ROOT, 'scripts/start.mjs');

/** Milliseconds for packaging, the server's start and the page. */
const PATIENCE = 100_000;

describe('npm start', function () {
  this.timeout(PATIENCE + 60_000);
  const profile = mkdtempSync(join(tmpdir(), 'rmap-lens-start-'));
  let program: ChildProcess;
  let browser: Browser | undefined;
  let page: Page;
  let output = '';

  before(async () => {
    program = spawn(process.execPath, [PROGRAM, '--workbench', '--no-open', '--profile', profile], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_V8_COVERAGE: '', NODE_OPTIONS: '' },
    });
    const address = await new Promise<string>((done, fail) => {
      const read = (text: Buffer) => {
        output += text;
        const match = /http:\/\/127\.0\.0\.1:\S+/.exec(output);
        if (match) done(match[0]);
      };
      program.stdout?.on('data', read);
      program.stderr?.on('data', read);
      program.once('exit', () => fail(new Error(`npm start ended:\n${output}`)));
    });
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(address);
  });

  after(async () => {
    await browser?.close();
    program.kill('SIGKILL');
    rmSync(profile, { recursive: true, force: true });
  });

  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    const path = join(process.env['RMAP_LENS_SCREENSHOTS'] ?? tmpdir(), 'failed-npm-start.png');
    await page.screenshot({ path });
    console.log(`screenshot of the failure: ${path}\n${output}`);
  });

  it('says what it opens', () => {
    assert.ok(output.includes(`Opening kernel 7.3, ${treePath('7.3')}`), output);
  });

  it('opens mm/rmap.c, and the explorer on a running sample', async () => {
    await page.locator('.tab', { hasText: 'rmap.c' }).first().waitFor({ timeout: PATIENCE });
    const explorer = page
      .locator('iframe.webview.ready')
      .first()
      .contentFrame()
      .frameLocator('iframe#active-frame');
    await explorer.getByText('Fork of a fork').first().waitFor({ timeout: PATIENCE });
    assert.equal(await explorer.getByText('cannot be drawn').count(), 0);
    await page.screenshot({ path: join(process.env['RMAP_LENS_SCREENSHOTS'] ?? tmpdir(), 'npm-start.png') });
  });

  it('ends with Ctrl-C, and the server with it', async () => {
    const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0] ?? '';
    const ended = new Promise((done) => program.once('exit', done));
    program.kill('SIGINT');
    await ended;
    await assert.rejects(fetch(origin));
  });
});
