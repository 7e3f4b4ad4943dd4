/** Query files are bundled as text; esbuild's text loader gives a default export. */
declare module '*.scm' {
  const query: string;
  // biome-ignore lint/style/noDefaultExport: the loader decides
  export default query;
}
