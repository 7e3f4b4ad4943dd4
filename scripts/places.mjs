// Where things are: the repository, the cache outside it, and what is written below the repository.
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '..');

/** `$XDG_CACHE_HOME/rmap-lens`, else `~/.cache/rmap-lens`: kernel trees and the VS Code that tests run. */
export function cacheRoot() {
  const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(base, 'rmap-lens');
}

/** Where `VERSION/` folders of kernel trees are; `RMAP_LENS_TREES` says another place. */
export function treesRoot() {
  const given = process.env.RMAP_LENS_TREES;
  return given ? resolve(given) : join(cacheRoot(), 'trees');
}

/** A folder below `artifacts/` (untracked): screenshots, logs, test records. */
export function artifacts(...parts) {
  const folder = join(ROOT, 'artifacts', ...parts);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Debian's Chromium, or what `CHROMIUM` names; undefined when there is none. */
export function chromiumPath() {
  const candidates = [
    process.env.CHROMIUM,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ];
  return candidates.find((path) => path && existsSync(path));
}
