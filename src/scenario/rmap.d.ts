/** Scenario files are bundled as text; esbuild's text loader gives a default export. */
declare module '*.rmap' {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: the loader decides
  export default text;
}
