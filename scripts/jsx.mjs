// What JSX of the explorer becomes, for esbuild's `inject`: `createElement(type, props, child, child)` takes 10 kB less of the bundle
// than the automatic `jsx(type, { …, children: [child, child] })`.
export { createElement as jsxElement, Fragment as JsxFragment } from 'preact';
