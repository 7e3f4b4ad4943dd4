// Debian's Chromium for tests: headless, as root too, without any talk of its own to the network.
import { chromium } from 'playwright-core';
import { chromiumPath } from './places.mjs';

export async function launchChromium() {
  return await chromium.launch({
    executablePath: chromiumPath(),
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--force-color-profile=srgb',
      '--font-render-hinting=none',
    ],
  });
}
