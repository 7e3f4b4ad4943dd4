/**
 * Settings, typed. Read anew each time: VS Code keeps them cached.
 */
import * as vscode from 'vscode';

const SECTION = 'rmapLens';

export type Setting =
  | 'kernelPath'
  | 'profile'
  | 'stepLimit'
  | 'followStepInEditor'
  | 'codeLens.enabled'
  | 'hover.enabled'
  | 'inlineValues.enabled'
  | 'kernelFiles.url'
  | 'invariants.gutter'
  | 'invariants.brackets'
  | 'effects.inline'
  | 'locks.inlay'
  | 'diagnostics.off'
  | 'navigation.enabled'
  | 'engine'
  | 'interpreter.stubs'
  | 'tests.fileLimit';

/** Where the effect of a statement stands after it. */
export type EffectsInline = 'off' | 'line' | 'function' | 'file';

/** Where held locks stand beside the code. */
export type LocksInlay = 'off' | 'cursor' | 'on';

function get<T>(name: Setting, fallback: T): T {
  return vscode.workspace.getConfiguration(SECTION).get<T>(name) ?? fallback;
}

export const configuration = {
  /** Path of the kernel tree, or '' to look for one. */
  kernelPath: () => get('kernelPath', '').trim(),
  /** Id of a kernel profile, or `auto`. */
  profile: () => get('profile', 'auto').trim() || 'auto',
  /** Steps. */
  stepLimit: () => get('stepLimit', 200_000),
  followStepInEditor: () => get('followStepInEditor', true),
  codeLens: () => get('codeLens.enabled', true),
  hover: () => get('hover.enabled', true),
  inlineValues: () => get('inlineValues.enabled', true),
  /** URL with `{path}`, `{tag}` or `{version}`. */
  kernelFilesUrl: () => get('kernelFiles.url', '').trim(),
  invariantGutter: () => get('invariants.gutter', true),
  invariantBrackets: () => get('invariants.brackets', true),
  effectsInline: () => get<EffectsInline>('effects.inline', 'line'),
  /** Codes of findings that are not wanted. */
  diagnosticsOff: () => get<readonly string[]>('diagnostics.off', []),
  locksInlay: () => get<LocksInlay>('locks.inlay', 'on'),
  /** Scenario files that the Test Explorer looks at. */
  testFileLimit: () => get('tests.fileLimit', 1000),

  /** What runs scenarios. */
  engine: () => get<'auto' | 'simulation' | 'interpreter'>('engine', 'auto'),
  /** C that supplies what the text of a tree uses and the interpreter lacks. */
  stubs: () => get('interpreter.stubs', ''),

  /** Whether ours answer for plain C: `auto` where no other extension does. */
  navigation: (): 'auto' | 'on' | 'off' => get('navigation.enabled', 'auto'),

  /** Calls `listener` when one of `names` has changed. */
  onDidChange(names: readonly Setting[], listener: () => void): vscode.Disposable {
    return vscode.workspace.onDidChangeConfiguration((event) => {
      if (names.some((name) => event.affectsConfiguration(`${SECTION}.${name}`))) listener();
    });
  },
} as const;
