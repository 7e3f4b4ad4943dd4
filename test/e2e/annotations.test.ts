// What mm/rmap.c says by itself, without a run: gutter icons at asserts and documented rules, brackets where an invariant
// is suspended, effects after statements and in hovers. Read off the screen of a real VS Code.
import assert from 'node:assert/strict';
import { openWorkbench, screenshotOfFailure, type Theme, type Workbench } from './driver';

/** Everything that the hover on a text says. */
async function hoverOn(workbench: Workbench, word: string, expected: RegExp, line: RegExp): Promise<string> {
  const text = await workbench.hover(word, expected, line);
  await workbench.page.waitForTimeout(300);
  return text;
}

/** Opens the real mm/rmap.c of a kernel before the tests of a `describe`, and closes it after them. */
function annotated(use: (workbench: Workbench) => void, kernel?: '6.12'): void {
  let workbench: Workbench | undefined;
  before(async () => {
    workbench = await openWorkbench({
      file: 'mm/rmap.c',
      ...(kernel ? { kernel } : {}),
      viewport: { width: 1500, height: 1100 },
      settings: { 'editor.minimap.enabled': false, 'rmapLens.codeLens.enabled': false },
    });
    await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
    use(workbench);
  });
  after(() => workbench?.close());
  afterEach(function () {
    return screenshotOfFailure(this, workbench);
  });
}

describe('annotations in the real mm/rmap.c', () => {
  let workbench: Workbench;
  annotated((opened) => {
    workbench = opened;
  });

  it('marks asserts in the gutter and brackets what is suspended', async () => {
    await workbench.openFile('mm/rmap.c', 345);
    const { page } = workbench;
    await page.locator('.glyph-margin-widgets .cgmr').first().waitFor({ timeout: 90_000 });
    await page.waitForTimeout(800);
    assert.ok((await page.locator('.glyph-margin-widgets .cgmr').count()) > 3);
    await workbench.screenshot('annotations-dark');
  });

  it('says in a hover what is asserted, and where it is broken', async () => {
    await workbench.goToLine(245);
    const text = await hoverOn(
      workbench,
      'VM_WARN_ON_ONCE',
      /Must hold/,
      /VM_WARN_ON_ONCE\(!src->anon_vma\s&&\sdst/,
    );
    await workbench.screenshot('annotations-hover-assert');
    assert.match(text, /where it stands/);
    assert.match(text, /At work in/);
  });

  it('says after the line and in the hover what a statement does to the objects', async () => {
    await workbench.goToLine(350);
    const text = await hoverOn(
      workbench,
      'anon_vma_chain_assign',
      /Does/,
      /anon_vma_chain_assign\(dst,\savc/,
    );
    await workbench.screenshot('annotations-hover-effect');
    assert.match(text, /the AVC joins the VMA’s chain; not yet in the tree/);
    assert.match(text, /Suspended here.*avc\/linked-both-ways from line \d+ to line \d+/s);
  });

  for (const theme of ['light', 'high-contrast'] satisfies Theme[]) {
    it(`is legible in ${theme}`, async () => {
      await workbench.setTheme(theme);
      await workbench.goToLine(345);
      await workbench.page.waitForTimeout(500);
      await workbench.screenshot(`annotations-${theme}`);
    });
  }
});

describe('annotations in the real mm/rmap.c of 6.12', () => {
  let workbench: Workbench;
  annotated((opened) => {
    workbench = opened;
  }, '6.12');

  it('say what an assert means, when it must hold and where it is broken', async () => {
    await workbench.openFile('mm/rmap.c', 435);
    const { page } = workbench;
    await page.locator('.glyph-margin-widgets .cgmr').first().waitFor({ timeout: 90_000 });
    const text = await hoverOn(
      workbench,
      'VM_WARN_ON',
      /Must hold/,
      /VM_WARN_ON\(anon_vma->num_active_vmas\)/,
    );
    assert.match(text, /Relied on by anon_vma_clone/);
    assert.match(text, /Kept by __anon_vma_prepare/);
    assert.match(text, /Broken in/);
  });

  it('bracket what is suspended and say what a statement does, as 6.12 does it', async () => {
    await workbench.goToLine(303);
    const text = await hoverOn(
      workbench,
      'anon_vma_chain_assign',
      /Does/,
      /anon_vma_chain_assign\(dst,\savc/,
    );
    await workbench.screenshot('annotations-6.12-dark');
    assert.match(text, /the AVC joins the VMA’s chain; not yet in the tree/);
    assert.match(text, /Suspended here.*from line \d+ to line \d+/s);
  });

  it('stand on the card of a function, which says how this kernel differs', async () => {
    await workbench.goToLine(285);
    const text = await hoverOn(workbench, 'anon_vma_clone', /Kernels/, /^int\sanon_vma_clone/);
    await workbench.screenshot('contract-6.12-dark');
    assert.match(text, /on entry mmap:w · takes root:w/);
    assert.match(text, /Called by .*__split_vma/);
    assert.match(text, /6\.12[^;]*, as here/);
  });
});
