/** Made by scripts/build.mjs: imports every integration test that runs in this kind of extension host. */
declare module 'virtual:suites' {}
