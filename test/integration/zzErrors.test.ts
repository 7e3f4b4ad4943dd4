// Last of the suites: nothing went wrong unseen.
import { deepEqual } from '../support/assert';
import { extension } from './support';

describe('in the end', () => {
  it('no error has been logged', async () => {
    deepEqual((await extension()).errors(), []);
  });
});
