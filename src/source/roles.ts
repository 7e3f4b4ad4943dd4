/** Roles: see below; filled in from the trees. */
export interface Role {
  /** One line for people. */
  readonly title: string;
  /** C names that play it, newest kernel first. */
  readonly names: readonly string[];
  /** Files where it is looked for, newest kernel first. */
  readonly files: readonly string[];
  readonly group: string;
}

export const ROLES: Readonly<Record<string, Role>> = {};

/** All names that `name` stands for: those of the role of that name, or itself. */
export function namesOfRole(name: string): readonly string[] {
  return Object.hasOwn(ROLES, name) ? (ROLES[name]?.names ?? [name]) : [name];
}
