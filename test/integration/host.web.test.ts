// The web suite really runs in a web worker.
import { equal } from '../support/assert';

describe('web extension host', () => {
  it('is a worker without Node', () => {
    equal(typeof (globalThis as { importScripts?: unknown }).importScripts, 'function');
  });
});
