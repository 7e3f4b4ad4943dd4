// Fetching kernel files from a local server, which does everything that servers do wrong.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { treePath } from '../../scripts/kernelTrees.mjs';
import {
  addressOf,
  KERNEL_FILES,
  problemOf,
  REQUIRED_FILES,
  readVersion,
} from '../../src/source/kernelFiles';
import { type Download, type DownloadOptions, downloadKernel } from '../../src/vscode/kernelDownload';
import { versionOf } from '../../src/vscode/kernelVersion';
import { KernelServer } from '../support/kernelServer';

describe('fetching kernel files', function () {
  this.timeout(30_000);
  const root = treePath('7.3') ?? '';
  const version = versionOf(readFileSync(join(root, 'Makefile'), 'utf8')) ?? '';
  let server: KernelServer;
  let template = '';

  beforeEach(async () => {
    server = new KernelServer(root);
    template = `${await server.start()}/plain/{path}?h={tag}`;
  });
  afterEach(() => server.stop());

  const get = (options: Partial<DownloadOptions> = {}): Promise<Download> =>
    downloadKernel({ template, version, fetch, signal: new AbortController().signal, ...options });

  async function reason(options: Partial<DownloadOptions> = {}): Promise<string> {
    const download = await get(options);
    assert.ok(!download.ok, 'it worked');
    assert.doesNotMatch(download.reason, /\n|Error|undefined/);
    return download.reason;
  }

  it('brings a few dozen files, byte for byte, a few at a time, and says which are not in this kernel', async () => {
    const seen: number[] = [];
    const download = await get({ onFile: (done) => seen.push(done) });
    assert.ok(download.ok, download.ok ? '' : download.reason);
    assert.ok(download.files.length >= 36 && KERNEL_FILES.length <= 60, String(download.files.length));
    for (const { path, bytes } of download.files)
      assert.deepEqual(Buffer.from(bytes), readFileSync(join(root, path)), path);
    assert.deepEqual(
      [...download.absent].sort(),
      KERNEL_FILES.filter((path) => !existsSync(join(root, path))).sort(),
    );
    assert.equal(seen.at(-1), KERNEL_FILES.length);
    assert.ok(server.most <= 4, String(server.most));
  });

  it('says that there is no such version, and asks for nothing more', async () => {
    assert.match(await reason({ version: '7.9' }), /calls itself Linux/);
    assert.equal(server.asked.length, 1);
    server.answer = (_, response) => {
      response.writeHead(404).end('<html>');
      return true;
    };
    assert.match(await reason({ version: '7.9' }), /^There is no Makefile of Linux 7\.9 on 127.*\(404\)/);
  });

  it('does not take a web page for a file', async () => {
    server.answer = (_, response, path) => {
      if (path !== 'mm/rmap.c') return false;
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<!DOCTYPE html>\n<title>Are you a robot?</title>\n');
      return true;
    };
    assert.match(
      await reason(),
      /^A web page came instead of mm\/rmap\.c; nothing was kept\. The setting rmapLens/,
    );
  });

  it('notices a file that breaks off, whether the server says how long it is or not', async () => {
    const text = readFileSync(join(root, 'mm/rmap.c'));
    const half = text.subarray(0, 40_001);
    server.answer = (_, response, path) => {
      if (path !== 'mm/rmap.c') return false;
      response.writeHead(200, { 'content-length': text.length });
      response.write(half, () => response.destroy());
      return true;
    };
    assert.match(await reason(), /^mm\/rmap\.c came incomplete/);
    server.answer = (_, response, path) => {
      if (path !== 'mm/rmap.c') return false;
      response.writeHead(200).end(half);
      return true;
    };
    assert.match(await reason(), /^mm\/rmap\.c came incomplete/);
  });

  it('gives up when it is cancelled, at once and with nothing', async () => {
    const cancel = new AbortController();
    const download = await get({
      signal: cancel.signal,
      onFile: (done) => {
        if (done === 5) cancel.abort();
      },
    });
    assert.ok(!download.ok && download.cancelled);
    assert.ok(server.asked.length < 12, String(server.asked.length));
  });

  it('says that the server cannot be reached', async () => {
    await server.stop();
    assert.match(await reason(), /^127\.0\.0\.1:\d+ could not be reached for Makefile\./);
  });

  it('does not wait for ever', async () => {
    server.answer = () => true;
    assert.match(await reason({ patience: 300 }), /^127.* did not send Makefile in time\./);
  });

  for (const [status, expected] of [
    [503, /too busy/],
    [429, /too busy/],
    [403, /does not give/],
    [500, /answered 500/],
  ] as const) {
    it(`says what ${status} means`, async () => {
      server.answer = (_, response) => {
        response.writeHead(status).end();
        return true;
      };
      assert.match(await reason(), expected);
    });
  }

  it('refuses what is too large, empty, binary or something else', async () => {
    for (const [body, expected] of [
      ['', /came empty/],
      ['/* x */\n\u0000\n', /no text/],
      ['hello\n', /does not look like kernel source/],
      ['/* x */\nint x;\n', /does not speak of anon_vma_clone/],
      [`/* ${'x'.repeat(2_100_000)} */\n`, /too much/],
    ] as const) {
      server.answer = (_, response, path) => {
        if (path !== 'mm/rmap.c') return false;
        response.writeHead(200).end(body);
        return true;
      };
      assert.match(await reason(), expected);
    }
  });

  it('says what is wrong with the setting', async () => {
    assert.match(await reason({ template: 'https://example.org/' }), /needs \{path\}/);
    assert.match(await reason({ template: 'file:///{path}?{tag}' }), /has to begin with https/);
  });
});

describe('kernel versions and addresses', () => {
  it('are read as people write them', () => {
    for (const [text, version] of [
      ['6.12', '6.12'],
      [' v6.12.117 ', '6.12.117'],
      ['7.3-rc2', '7.3-rc2'],
    ])
      assert.deepEqual(readVersion(text ?? ''), { version });
    for (const text of ['', 'latest', '6', '6.12.x', '../7.3', '5.15', '6.0.3'])
      assert.ok('problem' in readVersion(text), text);
  });

  it('lead to the plain view of git.kernel.org by default', () => {
    const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
    const setting = manifest.contributes.configuration.properties['rmapLens.kernelFiles.url'];
    assert.equal(setting.scope, 'machine');
    const where = addressOf(setting.default, '6.12.117', 'mm/rmap.c');
    assert.deepEqual(where, {
      address: 'https://git.kernel.org/pub/scm/linux/kernel/git/stable/linux.git/plain/mm/rmap.c?h=v6.12.117',
    });
  });

  it('every file of the four trees passes the look at it', () => {
    for (const tree of ['6.1', '6.12', '7.2', '7.3']) {
      const root = treePath(tree) ?? '';
      const version = versionOf(readFileSync(join(root, 'Makefile'), 'utf8')) ?? '';
      for (const path of KERNEL_FILES) {
        const file = join(root, path);
        if (existsSync(file))
          assert.equal(problemOf(path, readFileSync(file, 'utf8'), version), null, `${tree} ${path}`);
        else assert.ok(!REQUIRED_FILES.includes(path), `${tree} has no ${path}`);
      }
    }
  });
});
