// Running other programs: output captured or shown, whole process groups ended, no orphan left behind.
import { spawn } from 'node:child_process';

/**
 * Processes started by this program that are still running, as group leaders. When this program ends, for
 * whatever reason, so do they.
 */
const groups = new Set();

/** Ends a process group at once; a group that is gone already is fine. */
function kill(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // gone already
  }
}

process.once('exit', () => {
  for (const child of groups) kill(child, 'SIGKILL');
});
for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
]) {
  process.once(signal, () => process.exit(status));
}

/** Starts a program in a process group of its own that ends with this program. */
export function spawnGroup(command, args, options = {}) {
  const child = spawn(command, args, { ...options, detached: true });
  groups.add(child);
  child.once('exit', () => groups.delete(child));
  child.once('error', () => groups.delete(child));
  return child;
}

/** Ends a process group started by `spawnGroup`: asks, and after `patience` milliseconds insists. */
export async function endGroup(child, patience = 3000) {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = new Promise((done) => child.once('exit', done));
    kill(child, 'SIGTERM');
    const timer = setTimeout(() => kill(child, 'SIGKILL'), patience);
    await gone;
    clearTimeout(timer);
  }
  kill(child, 'SIGKILL'); // children that outlived their leader
}

/**
 * Runs a program to its end. Never throws for a failing program.
 * @param {{cwd?: string, env?: object, input?: string, show?: boolean, timeout?: number}} options
 *   show: also pass the output on as it comes; timeout: milliseconds
 * @returns {Promise<{status: number, output: string, stdout: string}>} status 127: no such program, 124: timeout
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawnGroup(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    let output = '';
    let stdout = '';
    let timedOut = false;
    const timer = options.timeout
      ? setTimeout(() => {
          timedOut = true;
          kill(child, 'SIGKILL');
        }, options.timeout)
      : undefined;
    child.stdout.setEncoding('utf8');
    child.stderr.setEncoding('utf8');
    child.stdout.on('data', (text) => {
      output += text;
      stdout += text;
      if (options.show) process.stdout.write(text);
    });
    child.stderr.on('data', (text) => {
      output += text;
      if (options.show) process.stderr.write(text);
    });
    if (options.input !== undefined) child.stdin.end(options.input);
    const finish = (status) => {
      clearTimeout(timer);
      resolve({ status: timedOut ? 124 : status, output, stdout });
    };
    child.once('error', (error) => {
      output += String(error.message);
      finish(127);
    });
    child.once('close', (code, signal) => finish(code ?? (signal ? 1 : 0)));
  });
}

/** Is a program on PATH? */
export async function onPath(program) {
  return (await run('sh', ['-c', 'command -v "$1"', 'sh', program])).status === 0;
}
