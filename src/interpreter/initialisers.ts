/** Initialisers: `= value`, `= { … }` with designators, nested lists. What a list leaves out is zero. */
import { type Context, type Frame, placeOf, textOfNode } from './compilation';
import { decay } from './expressions';
import { isUnsupported, unsupported } from './operators';
import { convert, storer } from './storage';
import { child, childrenOf, type Syntax } from './syntax';
import { type CType, memberOf, sizeOf, typeName } from './types';

type Fill = (frame: Frame, address: number) => void;

export function compileInitialiser(context: Context, type: CType, node: Syntax): Fill {
  if (node.type !== 'initializer_list') return whole(context, type, node);
  if (type.kind !== 'struct' && type.kind !== 'array') {
    const [only] = node.children;
    return only ? whole(context, type, only) : zero(context, type);
  }
  const clear = zero(context, type);
  const parts = list(context, type, node);
  return (frame, address) => {
    clear(frame, address);
    for (const part of parts) part(frame, address);
  };
}

function zero(context: Context, type: CType): Fill {
  const size = sizeOf(type) ?? 0;
  const { memory } = context.runtime;
  return (_, address) => memory.fill(address, 0, size);
}

/** One value for the whole of a scalar or struct. */
function whole(context: Context, type: CType, node: Syntax): Fill {
  const value = decay(context.compiler.expression(context, node));
  if (isUnsupported(value)) return (frame) => void value.run(frame);
  if (type.kind === 'array') return cannot(context, node, `${typeName(type)} cannot be given this value`);
  const { run } = convert(value, type);
  const store = storer(context.runtime.memory, type);
  return (frame, address) => store(address, run(frame));
}

function cannot(context: Context, node: Syntax, what: string): Fill {
  const code = unsupported(context, what, () => placeOf(context, node));
  return (frame) => void code.run(frame);
}

function at(offset: number, fill: Fill): Fill {
  return offset === 0 ? fill : (frame, address) => fill(frame, address + offset);
}

function list(context: Context, type: CType, node: Syntax): Fill[] {
  let position = 0;
  return node.children.map((inner) => {
    if (inner.type !== 'initializer_pair') {
      const target = nth(type, position++);
      return target
        ? at(target.offset, compileInitialiser(context, target.type, inner))
        : cannot(context, inner, 'there are more values than members');
    }
    const value = child(inner, 'value');
    const designators = childrenOf(inner, 'designator');
    const target = designated(context, type, designators);
    if (!target || !value) return cannot(context, inner, `${typeName(type)} has no such member`);
    position = target.next;
    return at(target.offset, compileInitialiser(context, target.type, value));
  });
}

interface Target {
  readonly offset: number;
  readonly type: CType;
}

/** Member or element number `index`. */
function nth(type: CType, index: number): Target | undefined {
  if (type.kind === 'array') return { offset: index * (sizeOf(type.of) ?? 0), type: type.of };
  if (type.kind !== 'struct') return undefined;
  return type.layout()?.members[index];
}

/** What `.a.b[2]` names, and the number of the member behind the first of them. */
function designated(
  context: Context,
  type: CType,
  designators: readonly Syntax[],
): (Target & { readonly next: number }) | undefined {
  let here: Target = { offset: 0, type };
  let next = 0;
  for (const [index, designator] of designators.entries()) {
    const [inner] = designator.children;
    if (!inner) return undefined;
    let found: Target | undefined;
    if (designator.type === 'field_designator' && here.type.kind === 'struct') {
      const name = textOfNode(context, inner);
      found = memberOf(here.type, name);
      if (index === 0)
        next = (here.type.layout()?.members.findIndex((member) => member.name === name) ?? -1) + 1;
    } else if (designator.type === 'subscript_designator') {
      const constant = Number(context.compiler.expression(context, inner).constant ?? 0);
      found = nth(here.type, constant);
      if (index === 0) next = constant + 1;
    }
    if (!found) return undefined;
    here = { offset: here.offset + found.offset, type: found.type };
  }
  return { ...here, next };
}
