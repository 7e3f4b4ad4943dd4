export function onPath(program: string): Promise<boolean>;
