/** Type of the explorer's panel, by which VS Code knows it again. */
export const EXPLORER_VIEW = 'rmapLens.explorer';
