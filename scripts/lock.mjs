// One program at a time: a lock folder that names its owner. The lock of an owner that died is taken over.
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Does some work while holding a lock folder.
 * @param {string} lock path of the lock
 * @param {(line: string) => void} log told when there is somebody to wait for
 * @param {() => Promise<T>} work
 * @returns {Promise<T>} what the work gives
 * @template T
 */
export async function withLock(lock, log, work) {
  for (let told = false; ; ) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    let owner = Number.NaN;
    try {
      owner = Number(readFileSync(join(lock, 'pid'), 'utf8'));
      process.kill(owner, 0);
    } catch (error) {
      const young = existsSync(lock) && Date.now() - statSync(lock).mtimeMs < 2000;
      if (error.code === 'ESRCH' || (error.code === 'ENOENT' && !young)) {
        rmSync(lock, { recursive: true, force: true });
        continue;
      }
    }
    if (!told) log(`waiting for process ${owner}, which is at it already`);
    told = true;
    await new Promise((done) => setTimeout(done, 500));
  }
  writeFileSync(join(lock, 'pid'), String(process.pid));
  try {
    return await work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}
