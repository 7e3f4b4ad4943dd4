/**
 * The version that a kernel tree gives itself.
 */

/** Version that the top of a kernel Makefile gives, or null. */
export function versionOf(makefile: string): string | null {
  const value = (name: string) => new RegExp(`^${name}[ \\t]*=[ \\t]*(\\S*)`, 'm').exec(makefile)?.[1];
  const [version, patchlevel, sublevel] = [value('VERSION'), value('PATCHLEVEL'), value('SUBLEVEL')];
  if (version === undefined || patchlevel === undefined) return null;
  const point = sublevel === undefined || sublevel === '' || sublevel === '0' ? '' : `.${sublevel}`;
  return `${version}.${patchlevel}${point}${value('EXTRAVERSION') ?? ''}`;
}
