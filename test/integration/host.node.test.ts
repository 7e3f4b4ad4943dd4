// The Node suite really runs in Node.
import { ok } from '../support/assert';

describe('Node extension host', () => {
  it('is Node', () => ok(process.versions.node));
});
