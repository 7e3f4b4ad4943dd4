// The page of the explorer allows its own files and nothing else.
import assert from 'node:assert/strict';
import { explorerHtml, newNonce } from '../../src/vscode/explorerHtml';

const parts = {
  cspSource: 'https://own.example',
  script: 'https://own.example/main.js',
  style: 'https://own.example/main.css',
};

describe('the explorer’s page', () => {
  const html = explorerHtml({ ...parts, nonce: 'abc' });
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';

  it('denies by default and has nothing unsafe', () => {
    assert.match(policy, /^default-src 'none'; /);
    assert.doesNotMatch(policy, /unsafe|\*|http:|data:/);
    assert.match(policy, /script-src 'nonce-abc'/);
  });

  it('has no inline script, style or handler', () => {
    for (const [tag] of html.matchAll(/<script[^>]*>/g)) assert.match(tag, /nonce="abc" src=/);
    assert.match(html, /<script[^>]*><\/script>/);
    assert.doesNotMatch(html, /<style|\sstyle=|\son\w+=/);
  });

  it('cannot be broken by what it is given', () => {
    const odd = explorerHtml({ ...parts, script: '"><script>alert(1)</script>', nonce: 'abc' });
    assert.equal(odd.match(/<script/g)?.length, 1);
  });

  it('carries what is to be found again as text', () => {
    const kept = '{"state":"<b>\\"&\\""}';
    const page = explorerHtml({ ...parts, nonce: 'abc', kept });
    const [, found] = /data-kept="([^"]*)"/.exec(page) ?? [];
    assert.equal(found?.replaceAll('&lt;', '<').replaceAll('&quot;', '"').replaceAll('&amp;', '&'), kept);
  });

  it('gets another nonce each time', () => {
    const nonces = new Set(Array.from({ length: 50 }, newNonce));
    assert.equal(nonces.size, 50);
    for (const nonce of nonces) assert.match(nonce, /^[0-9a-f]{32}$/);
  });
});
