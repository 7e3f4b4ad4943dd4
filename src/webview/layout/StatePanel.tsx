/**
 * One moment of the run in pictures: address spaces, links, family.
 */
import { AddressSpaces } from '../views/AddressSpaces';
import { Family } from '../views/Family';
import { Links } from '../views/Links';
import { Now } from '../views/Now';

export function StatePanel() {
  return (
    <>
      <Now />
      <AddressSpaces />
      <div class="pair">
        <Links />
        <Family />
      </div>
    </>
  );
}
