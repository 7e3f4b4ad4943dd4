export function provideSystemPackages(options?: {
  log?: (line: string) => void;
  needed?: Readonly<Record<string, () => unknown>>;
}): Promise<string | undefined>;
