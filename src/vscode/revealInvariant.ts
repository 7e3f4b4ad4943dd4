/** Lights an invariant up and shows it in the source: in the function that is meant, else where it stands first. */
import { roleOf } from '../source/roles';
import type { InvariantInfo } from '../trace/evaluation';
import { findPlaces } from './anchorPlaces';
import type { InvariantFocus } from './invariantFocus';
import type { KernelTree } from './kernelTree';
import { Notice } from './notice';
import type { SourceService } from './sourceService';
import type { SourceView } from './sourceView';

export interface RevealParts {
  readonly sources: SourceService;
  readonly view: SourceView;
  readonly focus: InvariantFocus;
}

export async function revealInvariant(
  { sources, view, focus }: RevealParts,
  tree: KernelTree,
  role: string,
  info: InvariantInfo,
): Promise<void> {
  focus.focus(info.id, 'editor');
  const facts = await sources.facts(tree);
  for (const place of info.places) await facts.ensureRole(place.role);
  const places = findPlaces(await sources.facts(tree), info);
  const place = places.find(({ functionName }) => roleOf(functionName) === role) ?? places[0];
  if (!place) throw new Notice(`${info.id} stands nowhere in this tree.`, 'info');
  await view.reveal(tree, place.location, { focus: true });
}
