/**
 * Brings the files of one kernel from a server, through the `fetch` of whatever host this runs in. Everything that can go
 * wrong is one sentence; nothing is handed on that was not looked at.
 */
import { addressOf, FILE_LIMIT, KERNEL_FILES, problemOf, REQUIRED_FILES } from '../source/kernelFiles';

export interface DownloadOptions {
  /** URL with `{path}`, `{tag}` or `{version}`. */
  readonly template: string;
  /** `6.12.117`. */
  readonly version: string;
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
  /** Milliseconds that one file may take. */
  readonly patience?: number;
  readonly paths?: readonly string[];
  /** Called after each file. */
  readonly onFile?: (done: number, total: number, path: string) => void;
}

export interface DownloadedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export type Download =
  | { readonly ok: true; readonly files: readonly DownloadedFile[]; readonly absent: readonly string[] }
  | { readonly ok: false; readonly reason: string; readonly cancelled: boolean };

/** Requests under way at a time: few, for the server's sake. */
const AT_ONCE = 4;
const PATIENCE = 30_000;

/** Ends a download with one sentence. */
class Failure extends Error {}

/** Brings all files, or says in one sentence why not. The first failure ends it. */
export async function downloadKernel(options: DownloadOptions): Promise<Download> {
  const paths = options.paths ?? KERNEL_FILES;
  const stop = new AbortController();
  const cancel = () => stop.abort();
  options.signal.addEventListener('abort', cancel);
  if (options.signal.aborted) stop.abort();
  const files = new Map<string, Uint8Array>();
  const absent: string[] = [];
  let done = 0;
  const queue = [...paths];
  const work = async (): Promise<void> => {
    for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
      const bytes = await bring(path, options, stop.signal);
      if (bytes) files.set(path, bytes);
      else absent.push(path);
      done += 1;
      options.onFile?.(done, paths.length, path);
    }
  };
  try {
    // a wrong version or address shows at the first file, before others are asked for
    const [first] = queue.splice(0, 1);
    if (first !== undefined) {
      const bytes = await bring(first, options, stop.signal);
      if (bytes) files.set(first, bytes);
      done += 1;
      options.onFile?.(done, paths.length, first);
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } catch (error) {
    stop.abort();
    if (options.signal.aborted)
      return { ok: false, reason: 'It was cancelled; nothing was kept.', cancelled: true };
    if (error instanceof Failure) return { ok: false, reason: error.message, cancelled: false };
    throw error;
  } finally {
    options.signal.removeEventListener('abort', cancel);
  }
  return {
    ok: true,
    files: paths.flatMap((path) => {
      const bytes = files.get(path);
      return bytes ? [{ path, bytes }] : [];
    }),
    absent,
  };
}

/** One file, or null when this kernel does not have it and need not. */
async function bring(
  path: string,
  { template, version, fetch, patience = PATIENCE }: DownloadOptions,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  const where = addressOf(template, version, path);
  if ('problem' in where) throw new Failure(where.problem);
  const limit = limited(signal, patience);
  try {
    const response = await ask(where.address, fetch, limit.signal, path);
    if (response.status === 404) {
      if (!REQUIRED_FILES.includes(path)) return null;
      throw new Failure(
        `There is no ${path} of Linux ${version} on ${hostOf(where.address)} (404). Is there such a version?`,
      );
    }
    if (!response.ok) throw new Failure(refusal(response.status, where.address, path));
    const bytes = await read(response, path);
    const problem = problemOf(path, new TextDecoder().decode(bytes), version);
    if (problem !== null) throw new Failure(`${sentence(problem)}; nothing was kept. ${advice(problem)}`);
    return bytes;
  } catch (error) {
    if (limit.expired()) {
      throw new Failure(`${hostOf(where.address)} did not send ${path} in time. Try again later.`);
    }
    throw error;
  } finally {
    limit.end();
  }
}

async function ask(
  address: string,
  fetch: DownloadOptions['fetch'],
  signal: AbortSignal,
  path: string,
): Promise<Response> {
  try {
    return await fetch(address, { signal, redirect: 'follow', credentials: 'omit' });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new Failure(
      `${hostOf(address)} could not be reached for ${path}. Check the network, and rmapLens.kernelFiles.url; in a browser the server also has to allow web pages to read it.`,
    );
  }
}

async function read(response: Response, path: string): Promise<Uint8Array> {
  const told = Number(response.headers.get('content-length') ?? Number.NaN);
  if (told > FILE_LIMIT)
    throw new Failure(`${path} would be ${told} bytes, which is too much for a source file.`);
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') throw error;
    throw new Failure(`${path} came incomplete: the connection broke. Try again.`);
  }
  if (bytes.length > FILE_LIMIT)
    throw new Failure(`${path} is ${bytes.length} bytes, which is too much for a source file.`);
  // of what came compressed the length says something else
  if (!response.headers.has('content-encoding') && told > bytes.length)
    throw new Failure(`${path} came incomplete: ${bytes.length} of ${told} bytes. Try again.`);
  return bytes;
}

function refusal(status: number, address: string, path: string): string {
  const host = hostOf(address);
  if (status === 429 || status === 503)
    return `${host} is too busy to send ${path} (${status}). Try again later.`;
  if (status === 401 || status === 403) return `${host} does not give ${path} to us (${status}).`;
  return `${host} answered ${status} when asked for ${path}.`;
}

function advice(problem: string): string {
  return /web page/.test(problem)
    ? 'The setting rmapLens.kernelFiles.url has to lead to plain files.'
    : /incomplete|empty/.test(problem)
      ? 'Try again.'
      : 'Check the setting rmapLens.kernelFiles.url.';
}

function sentence(text: string): string {
  return /^[a-z]+ /.test(text) ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text;
}

function hostOf(address: string): string {
  try {
    return new URL(address).host;
  } catch {
    return 'The server';
  }
}

/** A signal that is also given after some time. */
function limited(signal: AbortSignal, patience: number) {
  const own = new AbortController();
  let late = false;
  const abort = () => own.abort();
  if (signal.aborted) own.abort();
  signal.addEventListener('abort', abort);
  const timer = setTimeout(() => {
    late = true;
    own.abort();
  }, patience);
  return {
    signal: own.signal,
    expired: () => late && !signal.aborted,
    end: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    },
  };
}
