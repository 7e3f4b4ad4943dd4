// clangd over its language protocol, as an editor uses it without a build: opens one file, asks for a hover and for
// references.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';

/** Milliseconds after which an answer is no longer waited for. */
const PATIENCE = 90_000;

/** Milliseconds between two tries where there is no answer yet. */
const PAUSE = 20;

export interface TextPosition {
  readonly line: number;
  readonly character: number;
}

export interface ClangdTimes {
  /** Milliseconds from the start of the process to the first hover that says something; undefined: it never did. */
  readonly firstHover: number | undefined;
  /** Milliseconds of the same hover once more, nothing typed: the median of several. */
  readonly hover: number;
  /** Milliseconds from a keystroke to that hover: the median of several. */
  readonly hoverAfterKey: number;
  /** Milliseconds of its inlay hints for the whole file, and how many there are; other hints than ours. */
  readonly inlayHints: number;
  readonly hints: number;
  /** Milliseconds of a references request after that, and how many it found. */
  readonly references: number;
  readonly found: number;
}

class Client {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #waiting = new Map<number, (result: unknown) => void>();
  #next = 1;
  #received = Buffer.alloc(0);

  constructor(program: string, folder: string) {
    this.#process = spawn(program, ['--log=error', '--background-index=false'], { cwd: folder });
    this.#process.stdout.on('data', (bytes: Buffer) => this.#read(bytes));
    this.#process.stderr.resume();
  }

  #read(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes]);
    for (;;) {
      const head = this.#received.indexOf('\r\n\r\n');
      const length = Number(
        /Content-Length: (\d+)/.exec(this.#received.toString('utf8', 0, Math.max(0, head)))?.[1],
      );
      if (head < 0 || this.#received.length < head + 4 + length) {
        return;
      }
      const message = JSON.parse(this.#received.toString('utf8', head + 4, head + 4 + length));
      this.#received = this.#received.subarray(head + 4 + length);
      this.#waiting.get(message.id)?.(message.result);
      this.#waiting.delete(message.id);
    }
  }

  #send(message: object): void {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.#process.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  notify(method: string, params: object): void {
    this.#send({ method, params });
  }

  request(method: string, params: object): Promise<unknown> {
    const id = this.#next++;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#send({ id, method, params });
    });
  }

  end(): void {
    this.#process.kill('SIGKILL');
  }
}

const countOf = (result: unknown): number => (Array.isArray(result) ? result.length : 0);

async function timed(
  ask: () => Promise<unknown>,
): Promise<{ readonly time: number; readonly result: unknown }> {
  const asked = performance.now();
  const result = await ask();
  return { time: performance.now() - asked, result };
}

async function median(ask: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 5; i++) times.push((await timed(ask)).time);
  return times.sort((a, b) => a - b)[2] ?? 0;
}

/** Times of clangd for one file of a kernel tree. */
export async function clangdTimes(
  program: string,
  folder: string,
  path: string,
  text: string,
  position: TextPosition,
): Promise<ClangdTimes> {
  const began = performance.now();
  const client = new Client(program, folder);
  try {
    const uri = pathToFileURL(`${folder}/${path}`).href;
    const rootUri = pathToFileURL(folder).href;
    await client.request('initialize', { processId: process.pid, rootUri, capabilities: {} });
    client.notify('initialized', {});
    client.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'c', version: 1, text } });
    const at = { textDocument: { uri }, position };
    let firstHover: number | undefined;
    while (firstHover === undefined && performance.now() - began < PATIENCE) {
      const answer = await client.request('textDocument/hover', at);
      if (answer) {
        firstHover = performance.now() - began;
      } else {
        await new Promise((done) => setTimeout(done, PAUSE));
      }
    }
    const hover = await median(() => client.request('textDocument/hover', at));
    let version = 1;
    const hoverAfterKey = await median(() => {
      version += 1;
      const contentChanges = [{ text: `${text}/* ${version} */\n` }];
      client.notify('textDocument/didChange', { textDocument: { uri, version }, contentChanges });
      return client.request('textDocument/hover', at);
    });
    const end = { line: text.split('\n').length, character: 0 };
    const whole = { textDocument: { uri }, range: { start: { line: 0, character: 0 }, end } };
    const shown = await timed(() => client.request('clangd/inlayHints', whole));
    const context = { includeDeclaration: true };
    const places = await timed(() => client.request('textDocument/references', { ...at, context }));
    return {
      firstHover,
      ...{ hover, hoverAfterKey },
      inlayHints: shown.time,
      hints: countOf(shown.result),
      references: places.time,
      found: countOf(places.result),
    };
  } finally {
    client.end();
  }
}
