/**
 * The line to the extension host: sends messages, keeps the state that survives a reload.
 */
import type { WebviewMessage } from '../../protocol/messages';

export interface Host {
  post(message: WebviewMessage): void;
  getState(): unknown;
  setState(state: unknown): void;
}

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** Milliseconds without a change before the extension is told. */
const QUIET = 250;

/** Counts up with every change, so that of two copies the later one is known. */
interface Kept {
  readonly count: number;
  readonly state: unknown;
}

/**
 * The state is kept twice. VS Code's copy is there at once when the page is shown again, but a browser's window that is
 * reloaded brings back the one of up to a minute ago; the extension's comes with the page (`data-kept`) and is no older than
 * `QUIET`.
 */
export function connectHost(): Host {
  const api = acquireVsCodeApi();
  const post = (message: WebviewMessage) => api.postMessage(message);
  const own = readKept(api.getState());
  const brought = readKept(parsed(document.getElementById('root')?.dataset['kept'] ?? ''));
  let kept = brought.count > own.count ? brought : own;
  let timer = 0;
  return {
    post,
    getState: () => kept.state,
    setState: (state) => {
      kept = { count: kept.count + 1, state };
      api.setState(kept);
      clearTimeout(timer);
      timer = window.setTimeout(() => post({ type: 'keep', state: JSON.stringify(kept) }), QUIET);
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Stored data may come from another version: it is checked. */
function readKept(value: unknown): Kept {
  if (typeof value !== 'object' || value === null || !('count' in value) || !('state' in value))
    return { count: 0, state: undefined };
  const { count, state } = value;
  return { count: typeof count === 'number' ? count : 0, state };
}
