// A local server of the files of a kernel tree, as the plain view of a git server gives them, for tests of fetching.
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export type Answer = (request: IncomingMessage, response: ServerResponse, path: string) => boolean;

/** A server of a kernel tree; `answer` may do something else instead. */
export class KernelServer {
  answer: Answer = () => false;
  /** Whether web pages may read what it sends (CORS). */
  forPages = false;
  readonly asked: string[] = [];
  atOnce = 0;
  most = 0;
  private server: Server | null = null;

  constructor(private readonly root: string) {}

  async start(): Promise<string> {
    this.server = createServer((request, response) => this.handle(request, response));
    await new Promise<void>((done) => this.server?.listen(0, '127.0.0.1', done));
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  stop(): Promise<void> {
    this.server?.closeAllConnections();
    return new Promise((done) => (this.server ? this.server.close(() => done()) : done()));
  }

  private handle(request: IncomingMessage, response: ServerResponse): void {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname.slice('/plain/'.length));
    this.asked.push(path);
    this.atOnce += 1;
    this.most = Math.max(this.most, this.atOnce);
    response.on('close', () => {
      this.atOnce -= 1;
    });
    if (this.forPages) response.setHeader('access-control-allow-origin', '*');
    if (this.answer(request, response, path)) return;
    const file = join(this.root, path);
    if (!existsSync(file)) {
      response.writeHead(404, { 'content-type': 'text/html' }).end('<html>no such file</html>');
      return;
    }
    const bytes = readFileSync(file);
    response
      .writeHead(200, { 'content-type': 'text/plain; charset=UTF-8', 'content-length': bytes.length })
      .end(bytes);
  }
}
