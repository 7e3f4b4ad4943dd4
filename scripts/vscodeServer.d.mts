export interface Server {
  origin: string;
  authority: string;
  port: number;
  log(): string;
  ended: Promise<void>;
  stop(): Promise<void>;
}
export interface ServerOptions {
  data: string;
  port?: number;
  env?: Record<string, string>;
  settings?: Record<string, unknown>;
  machineSettings?: Record<string, unknown>;
  testDriver?: boolean;
}
export declare function newDataFolder(): string;
export declare function removeDataFolder(folder: string): void;
export declare function installVsix(vsix: string, data: string): Promise<void>;
export declare function writeSettings(
  data: string,
  settings?: Record<string, unknown>,
  machineSettings?: Record<string, unknown>,
): void;
export declare function startServer(options: ServerOptions): Promise<Server>;
export declare function workbenchAddress(
  server: Server,
  what: { folder: string; file?: string; payload?: [string, string][] },
): string;
