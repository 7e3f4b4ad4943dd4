/**
 * One moment of the run in pictures: address spaces, links, family.
 */
import { AddressSpaces } from '../views/AddressSpaces';
import { Code } from '../views/Code';
import { Family } from '../views/Family';
import { Links } from '../views/Links';
import { Now } from '../views/Now';

export function StatePanel() {
  return (
    <>
      <Now />
      <Code />
      <AddressSpaces />
      <div class="pair">
        <Links />
        <Family />
      </div>
    </>
  );
}
