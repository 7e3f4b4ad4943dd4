/**
 * One moment of the run in pictures: address spaces, links, family.
 */
import { AddressSpaces } from '../views/AddressSpaces';
import { Code } from '../views/Code';
import { Family } from '../views/Family';
import { Filter } from '../views/Filter';
import { Links } from '../views/Links';
import { Now } from '../views/Now';
import { Trees } from '../views/Trees';

export function StatePanel() {
  return (
    <>
      <Now />
      <Code />
      <Filter />
      <AddressSpaces />
      <div class="pair">
        <Links />
        <Family />
      </div>
      <Trees />
    </>
  );
}
