// Which kernel is simulated for which tree.
import assert from 'node:assert/strict';
import { versionOf } from '../../src/vscode/kernelVersion';
import { newestProfile, profileForVersion, profileNamed, simulator } from '../../src/vscode/simulator';

const { profiles } = simulator;

describe('version of a tree', () => {
  it('comes from the Makefile', () => {
    const makefile = '# SPDX\nVERSION = 7\nPATCHLEVEL = 3\nSUBLEVEL = 4\nEXTRAVERSION =\nNAME = Whatever\n';
    assert.equal(versionOf(makefile), '7.3.4');
    assert.equal(versionOf(makefile.replace('EXTRAVERSION =', 'EXTRAVERSION = -rc2')), '7.3.4-rc2');
    assert.equal(versionOf('VERSION = 7\nPATCHLEVEL = 0\nSUBLEVEL = 0\nEXTRAVERSION =\n'), '7.0');
    assert.equal(versionOf('all:\n\techo hello\n'), null);
  });
});

describe('profile for a version', () => {
  const idFor = (version: string) => profileForVersion(profiles, version).id;

  it('is that kernel, or the nearest older one', () => {
    assert.equal(idFor('7.3.4'), '7.3');
    assert.equal(idFor('6.12.117'), '6.12');
    assert.equal(idFor('6.18'), '6.12');
    assert.equal(idFor('9.1'), newestProfile(profiles).id);
  });

  it('is the oldest for what is older than all, and the newest for what is no version', () => {
    assert.equal(idFor('4.4'), '6.1');
    assert.equal(idFor('next-20261101'), '7.3');
  });

  it('that does not exist is told of with those that do', () => {
    assert.throws(() => profileNamed(profiles, '8.8'), /Choose one of: 7\.3, /);
  });
});
