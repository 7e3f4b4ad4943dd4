// The package in a fresh VS Code: it installs, activates and offers its commands, in both extension hosts.
import assert from 'node:assert/strict';
import { openWorkbench, screenshotOfFailure, type Workbench } from './driver';

for (const host of ['node', 'web'] as const) {
  describe(`packaged extension, ${host} extension host`, () => {
    let workbench: Workbench | undefined;
    before(async () => {
      workbench = await openWorkbench({ file: 'mm/rmap.c', host });
    });
    afterEach(function () {
      return screenshotOfFailure(this, workbench);
    });
    after(() => workbench?.close());

    it('offers its commands in the palette', async () => {
      const rows = await workbench?.paletteRows('Rmap: ', 'Rmap: Open Explorer');
      assert.ok(
        rows?.some((row) => row.startsWith('Rmap: Open Explorer')),
        `the palette offers ${JSON.stringify(rows)}`,
      );
    });

    it('follows the colour theme', async () => {
      await workbench?.setTheme('light');
      await workbench?.setTheme('high-contrast');
      await workbench?.setTheme('dark');
      await workbench?.screenshot(`extension-${host}`);
    });
  });
}
