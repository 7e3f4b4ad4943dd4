/**
 * Gathers what the card of a function shows: from the open tree, the samples' runs and the texts.
 */
import { contractOf } from '../annotations/contract';
import { incomingCalls } from '../source/navigation/callGraph';
import { spanLocation } from './anchorPlaces';
import { type Caller, contractCard } from './contractText';
import type { SimulatedFile } from './functionCatalogue';
import { functionText } from './functionTexts';
import type { LockService } from './lockService';
import type { NavigationService } from './navigation/service';
import type { RunControl } from './runControl';

/** Milliseconds that a hover waits for the callers; the first time all files of the tree have to be read. */
const PATIENCE = 2000;

export class Contracts {
  constructor(
    private readonly control: RunControl,
    private readonly navigation: NavigationService,
    private readonly locks: LockService,
  ) {}

  /** Card of the function that this tree calls `name`. */
  async card(file: SimulatedFile, role: string, name: string): Promise<string[]> {
    const { tree, facts } = file;
    const profile = this.control.profileFor(tree, null);
    await this.control.prepareAnnotations(tree);
    const annotations = this.control.annotations(tree);
    await facts.ensureRole(role);
    const place = facts.definitions(role).find((one) => one.function.name === name);
    return contractCard({
      ...{ name, role, profile },
      text: functionText(role),
      contract: contractOf(facts, role, name, annotations, profile.id),
      locks: place && (await this.locks.contract(tree, place.path, name)),
      callers: await this.callers(file, name),
      simulated: annotations.patternsOf(role).length > 0,
      root: tree.root.toString(),
    });
  }

  private async callers(file: SimulatedFile, name: string): Promise<readonly Caller[] | null> {
    const late = new Promise<null>((done) => setTimeout(() => done(null), PATIENCE));
    return Promise.race([this.findCallers(file, name), late]);
  }

  private async findCallers({ tree, path }: SimulatedFile, name: string): Promise<Caller[]> {
    const navigator = await this.navigation.navigator(tree, 'tree', path);
    return incomingCalls(navigator, name).flatMap(({ caller, calls }) => {
      const [first] = calls;
      const location = first ? spanLocation(navigator.tree, caller.path, first) : null;
      return location ? [{ name: caller.name, file: caller.path, line: location.line }] : [];
    });
  }
}
