/** What stands below a node of the Reverse Map view, read off the tree. */
import { incomingCalls } from '../../source/navigation/callGraph';
import type { Navigator } from '../../source/navigation/navigator';
import type { Definition } from '../../source/navigation/target';
import { namesOfRole, roleNamed } from '../../source/roles';
import { lineAt } from '../../source/text';
import { functionState, type StateInput } from './functionState';
import { rolesOf } from './groups';
import type { FunctionNode, GroupNode, Node } from './nodes';
import type { ReverseMapParts } from './parts';

export async function childrenOf(parts: ReverseMapParts, node: Node): Promise<Node[]> {
  switch (node.kind) {
    case 'group':
      return functionsOf(parts, node);
    case 'function':
      return listsOf(parts, node);
    case 'invariants':
      return parts.catalogue
        .invariantsOf(node.parent.role, node.parent.tree)
        .map((info) => ({ kind: 'invariant', parent: node.parent, info }));
    case 'callers':
      return callersOf(parts, node.parent);
    case 'absent':
    case 'invariant':
    case 'caller':
    case 'note':
      return [];
  }
}

function listsOf({ catalogue }: ReverseMapParts, node: FunctionNode): Node[] {
  const hasInvariants = catalogue.invariantsOf(node.role, node.tree).length > 0;
  return [
    ...(hasInvariants ? [{ kind: 'invariants' as const, parent: node }] : []),
    { kind: 'callers', parent: node },
  ];
}

async function functionsOf(parts: ReverseMapParts, { tree, text }: GroupNode): Promise<Node[]> {
  const roles = rolesOf(text.group);
  const facts = await parts.sources.facts(tree);
  for (const role of roles) await facts.ensureRole(role);
  const navigator = await parts.navigation.navigator(tree, 'file');
  await parts.control.prepareUses(tree);
  const uses = parts.control.usesByRole(tree);
  const runnable = await parts.texts.current(tree);
  const found = new Map(roles.map((role) => [role, definitionOf(navigator, role)]));
  const isInText = (role: string): boolean => {
    const name = found.get(role)?.name;
    return 'text' in runnable && name !== undefined && runnable.text.hasInText(name);
  };
  const states: StateInput = {
    reached: new Set(uses.keys()),
    interpreted: new Set(roles.filter(isInText)),
  };
  return roles.map((role): Node => {
    const definition = found.get(role);
    if (!definition) return { kind: 'absent', tree, role };
    const { name, path, nameSpan, kind } = definition;
    return {
      ...{ kind: 'function', tree, role, name, state: functionState(role, states) },
      ...{ place: { path, span: nameSpan }, line: lineIn(navigator, path, nameSpan.start) },
      ...{ isMacro: kind !== 'function', samples: uses.get(role)?.length ?? 0 },
    };
  });
}

/** The function that plays a role, else the macro that does or that writes it, in the files of the role. */
function definitionOf(navigator: Navigator, role: string): Definition | undefined {
  const [place] = navigator.tree.definitions(role);
  if (place) {
    const { name, span, nameSpan } = place.function;
    return { kind: 'function', name, path: place.path, span, nameSpan, isPrivate: false };
  }
  const files = roleNamed(role)?.files ?? [];
  const candidates = namesOfRole(role).flatMap((name) => [
    ...navigator.lookup.definitions(name).filter(({ kind }) => kind === 'macro'),
    ...navigator.lookup.generated(name),
  ]);
  return candidates.find(({ path }) => files.includes(path));
}

async function callersOf({ navigation }: ReverseMapParts, parent: FunctionNode): Promise<Node[]> {
  const navigator = await navigation.navigator(parent.tree, 'tree');
  const callers = incomingCalls(navigator, parent.name).flatMap(({ caller, calls }): Node[] => {
    const [first] = calls;
    if (!first) return [];
    const place = { path: caller.path, span: first };
    const line = lineIn(navigator, caller.path, first.start);
    return [{ kind: 'caller', parent, name: caller.name, place, line, calls: calls.length }];
  });
  return callers.length > 0
    ? callers
    : [{ kind: 'note', text: `Nothing calls ${parent.name}() in the files of the reverse map.` }];
}

function lineIn({ tree }: Navigator, path: string, offset: number): number {
  return lineAt(tree.file(path)?.lineStarts ?? [0], offset);
}
