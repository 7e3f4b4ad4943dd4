/**
 * A component that is drawn again only when what it is given differs. preact/compat has the same, with 3 kB of React's
 * habits that would be gone through for every element.
 */
import { Component, type ComponentChildren, createElement, type FunctionComponent } from 'preact';

/** `same` compares the properties; without it each of them is compared by identity. */
export function memo<P extends object>(
  view: (props: P) => ComponentChildren,
  same: (before: P, after: P) => boolean = sameProperties,
) {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      return !same(this.props, next);
    }

    override render(props: P): ComponentChildren {
      return createElement(view as FunctionComponent<P>, props);
    }
  };
}

function sameProperties(before: object, after: object): boolean {
  const one = Object.entries(before);
  const two = after as Readonly<Record<string, unknown>>;
  return one.length === Object.keys(after).length && one.every(([key, value]) => Object.is(value, two[key]));
}
