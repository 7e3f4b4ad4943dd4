/** Made by scripts/build.mjs: what `makeSampleTable` of sampleTableMaker.ts gives. */
declare module 'virtual:sample-table' {
  const table: import('./sampleTable').SampleTable;
  // biome-ignore lint/style/noDefaultExport: esbuild's json loader decides
  export default table;
}
