/** Commands and their titles, as the manifest has them; `internal` ones are for links and lenses only. */
export const TITLES = {
  'rmapLens.openExplorer': 'Open Explorer',
  'rmapLens.runFunction': 'Run Function',
  'rmapLens.runSample': 'Run Sample',
  'rmapLens.runScenario': 'Run This Scenario',
  'rmapLens.stepForward': 'Step Forward',
  'rmapLens.stepBack': 'Step Back',
  'rmapLens.stepOver': 'Step Over',
  'rmapLens.stepOut': 'Step Out',
  'rmapLens.nextOperation': 'Next Operation',
  'rmapLens.previousOperation': 'Previous Operation',
  'rmapLens.goToStart': 'Go to Start',
  'rmapLens.goToEnd': 'Go to End',
  'rmapLens.nextViolation': 'Next Violation',
  'rmapLens.showFunctionInSimulation': 'Show Function in Simulation',
  'rmapLens.showStepInSource': 'Show Current Step in Source',
  'rmapLens.chooseProfile': 'Choose Kernel Profile',
  'rmapLens.stopRun': 'Close Run',
  'rmapLens.showLog': 'Show Log',
  'rmapLens.getKernelFiles': 'Get Kernel Files',
  'rmapLens.startReading': 'Read “The Life of an anon_vma”',
  'rmapLens.nextStop': 'Next Stop of the Guided Reading',
  'rmapLens.previousStop': 'Previous Stop of the Guided Reading',
  'rmapLens.chooseStop': 'Go to Stop of the Guided Reading',
  'rmapLens.endReading': 'End the Guided Reading',
  // internal
  'rmapLens.seek': 'Go to Step',
  'rmapLens.openPlace': 'Open Place in Source',
  'rmapLens.showInvariants': 'Show Invariants',
} as const;

export type CommandId = keyof typeof TITLES;
