// What JSX of the explorer becomes, for esbuild's `inject`: `createElement(type, props, child, child)` takes 5 kB less of the
// bundle than the automatic `jsx(type, { …, children: [child, child] })`.
import { createElement, Fragment } from 'preact';

export const jsxElement = createElement;
export const JsxFragment = Fragment;
