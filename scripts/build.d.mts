/** @returns problems, each one sentence; empty when all is well */
export function build(options?: {
  production?: boolean;
  tests?: boolean;
  log?: (line: string) => void;
}): Promise<string[]>;
