// A scenario built by choosing in the real VS Code: it is written into an untitled document, what is typed there shows in the
// builder, a failing allocation is tried as a branch, and two kernels are compared.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openWorkbench, screenshotOfFailure, type Workbench } from './driver';

describe('building a scenario by choosing', () => {
  let workbench: Workbench;
  let folder: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rmap-lens-building-'));
    mkdirSync(join(folder, 'empty'));
    workbench = await openWorkbench({
      folder,
      viewport: { width: 1720, height: 1000 },
      settings: { 'editor.minimap.enabled': false, 'editor.suggest.showWords': false },
    });
    await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
  });
  after(async () => {
    await workbench?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(function () {
    return screenshotOfFailure(this, workbench);
  });

  const verb = (name: string) =>
    workbench
      .webview()
      .getByRole('group', { name: 'Operation', exact: true })
      .getByRole('button', { name, exact: true });

  async function add(name: string, button: string): Promise<void> {
    await verb(name).click();
    await workbench.webview().getByRole('button', { name: button, exact: true }).click();
  }

  it('writes what is chosen into an untitled document', async () => {
    await workbench.runCommand('Rmap: Build Scenario by Choosing');
    await workbench.webview().locator('.script').waitFor({ timeout: 90_000 });
    assert.equal(await verb('walk').getAttribute('aria-disabled'), 'true');
    // without waiting for what is shown in between: the next one goes behind it all the same
    await add('mmap', 'Add at the beginning');
    await add('write', 'Add behind operation 1');
    await add('fork', 'Add behind operation 2');
    await workbench.line('P: mmap 0x10 4').first().waitFor();
    await workbench.line('P: write 0x10').first().waitFor();
    await workbench.line('P: fork C').first().waitFor();
    await workbench.webview().locator('.script-operation').nth(2).waitFor();
    await verb('mremap').click();
    await workbench.webview().locator('.outcome').waitFor();
    await workbench.page.waitForTimeout(500);
    await workbench.screenshot('builder-dark');
  });

  it('shows what is typed in the document', async () => {
    await workbench.line('P: fork C').first().click();
    await workbench.page.keyboard.press('End');
    await workbench.page.keyboard.press('Enter');
    await workbench.page.keyboard.type('C: write 0x10', { delay: 20 });
    await workbench.page.keyboard.press('Escape');
    const script = workbench.webview().locator('.script');
    await script.getByText('C: write 0x10').waitFor();
    await workbench.page.keyboard.press('Enter');
    await workbench.page.keyboard.type('C: frk D', { delay: 20 });
    await workbench.page.keyboard.press('Escape');
    await script.locator('.script-problem').waitFor();
    for (let at = 0; at < 'C: frk D'.length + 1; at += 1) await workbench.page.keyboard.press('Backspace');
    await script.locator('.script-problem').waitFor({ state: 'detached' });
  });

  it('tries a failing allocation as a branch, and compares it with the run', async () => {
    const view = workbench.webview();
    await view.locator('.script-text', { hasText: 'P: fork C' }).click();
    await view.getByRole('checkbox', { name: /avc:2/ }).click();
    await view.getByText(/It fails with ENOMEM/).waitFor();
    await view.getByRole('button', { name: 'Try as a branch' }).click();
    await view.getByText(/First difference: after operation 3/).waitFor();
    await view.locator('.pair-mark').first().waitFor();
    await workbench.page.waitForTimeout(500);
    await workbench.screenshot('branch-dark');
  });

  it('compares two kernels, in the other themes', async () => {
    const view = workbench.webview();
    await view.getByLabel('B', { exact: true }).selectOption('profile:6.12');
    await view.getByRole('columnheader', { name: 'B: Linux 6.12' }).waitFor();
    await workbench.setTheme('light');
    await workbench.page.waitForTimeout(500);
    await workbench.screenshot('compare-light');
    await workbench.setTheme('high-contrast');
    await view.getByRole('tab', { name: 'Build' }).click();
    await view.locator('.script').waitFor();
    await workbench.page.waitForTimeout(500);
    await workbench.screenshot('builder-high-contrast');
  });

  it('exports the picture to a file', async () => {
    const target = join(folder, 'empty', 'state.svg');
    await workbench.webview().getByRole('button', { name: 'Export' }).click();
    await workbench.webview().getByRole('button', { name: 'SVG…' }).click();
    const box = workbench.page.locator('.quick-input-widget input').first();
    await box.waitFor();
    // the dialog writes its own suggestion over what is typed before it has read the folder
    do {
      await box.fill(target);
      await workbench.page.waitForTimeout(1000);
    } while ((await box.inputValue()) !== target);
    await workbench.page.locator('.quick-input-widget .monaco-button', { hasText: 'OK' }).click();
    await workbench.notification(/Exported to empty.state\.svg/).waitFor();
    assert.ok(existsSync(target));
    assert.match(readFileSync(target, 'utf8'), /^<\?xml .*<svg/s);
  });
});
