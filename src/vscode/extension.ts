/**
 * Puts the parts together, in both extension hosts. Nothing here reads a file or loads wasm: that waits until
 * something asks for it.
 */
import SAMPLE_TABLE from 'virtual:sample-table';
import * as vscode from 'vscode';
import { ALL_SAMPLES, BUG_SAMPLES, SAMPLES } from '../scenario/samples';
import type { RmapLensApi, SessionState } from './api';
import { Building } from './building';
import { registerBuildingCommands } from './buildingCommands';
import { FunctionLenses } from './codeLens';
import { Comparisons } from './comparisons';
import { configuration } from './configuration';
import { ContextKeys } from './contextKeys';
import { Contracts } from './contracts';
import { EffectHints } from './effectHints';
import { Explorer } from './explorerPanel';
import { AnnotatedFiles } from './fileAnnotations';
import { registerFirstSteps } from './firstSteps';
import { FunctionCatalogue } from './functionCatalogue';
import { registerFunctionCommands } from './functionCommands';
import { SourceHover } from './hover';
import { AgreementCheck } from './interpreted/agreement';
import { Engines } from './interpreted/engines';
import { LiveEdits } from './interpreted/liveEdits';
import { registerInterpreted } from './interpreted/register';
import { TreeTexts } from './interpreted/treeText';
import { InvariantFocus } from './invariantFocus';
import { InvariantGutter } from './invariantGutter';
import { KernelFiles } from './kernelFiles';
import { treeTitle } from './kernelTree';
import { LockDiagnostics } from './lockDiagnostics';
import { LockHints } from './lockHints';
import { LockService } from './lockService';
import { Log } from './log';
import { registerNavigation } from './navigation/navigation';
import { NavigationService } from './navigation/service';
import { OperationDecorations } from './operationDecorations';
import { Persistence } from './persistence';
import { registerPlaceCommands } from './placeCommands';
import { Reading } from './reading';
import { SampleRuns } from './recordings';
import { registerReverseMapCommands } from './reverseMap/commands';
import { ReverseMapView } from './reverseMap/view';
import { registerRunCommands } from './runCommands';
import { RunControl } from './runControl';
import { RunExport } from './runExport';
import { RunPlaces } from './runPlaces';
import { registerSampleDocuments } from './sampleDocuments';
import { ScenarioBuilder } from './scenarioBuilder';
import { ScenarioDocuments } from './scenarioDocuments';
import { registerScenarioLanguage } from './scenarioLanguage';
import { ScenarioTests } from './scenarioTests';
import { Session } from './session';
import { simulator } from './simulator';
import { SourceService } from './sourceService';
import { SourceView } from './sourceView';
import { registerUriHandler, start } from './startup';
import { StatusBar } from './statusBar';
import { registerStepCommands } from './stepCommands';
import { StepDecorations } from './stepDecorations';
import { Store } from './store';

export interface Host {
  readonly kind: 'node' | 'web';
  /** Whether to begin with the explorer open, as `npm start` does. */
  readonly startWithExplorer: boolean;
}

export function activateIn(host: Host, context: vscode.ExtensionContext): RmapLensApi {
  const began = performance.now();
  const store = new Store();
  context.subscriptions.push(store);
  const { extensionUri, workspaceState } = context;
  const media = vscode.Uri.joinPath(extensionUri, 'media');

  const log = new Log(store);
  const session = store.add(new Session());
  const sources = store.add(new SourceService(extensionUri, log));
  const texts = store.add(new TreeTexts(sources));
  const engines = new Engines(simulator, texts, workspaceState);
  const control = store.add(
    new RunControl(
      session,
      sources,
      simulator,
      ALL_SAMPLES,
      new SampleRuns(SAMPLES, simulator, BUG_SAMPLES, SAMPLE_TABLE),
      workspaceState,
      engines,
    ),
  );
  const edits = store.add(new LiveEdits(session, control, texts, log));
  const agreement = store.add(new AgreementCheck(session, control, engines, texts, SAMPLES, log));
  const places = store.add(new RunPlaces(session, sources, log));
  const view = store.add(new SourceView());
  const catalogue = new FunctionCatalogue(sources, control);
  const files = new AnnotatedFiles(catalogue, control);
  const focus = store.add(new InvariantFocus(media, session, places));
  const decorations = store.add(new StepDecorations(media, session, places, view, log));
  store.add(new OperationDecorations(media, session));
  const persistence = store.add(new Persistence(workspaceState, session, control));
  const building = store.add(
    new Building({
      session,
      builder: store.add(new ScenarioBuilder(session, control, log)),
      comparisons: store.add(new Comparisons(session, control)),
      export: new RunExport(session, places),
    }),
  );
  const explorer: Explorer = store.add(
    new Explorer({
      ...{ extensionUri, session, control, places, view, focus, building, log },
      memento: workspaceState,
      restore: () => persistence.restore(),
    }),
  );
  const keys = store.add(new ContextKeys(session));
  const status = store.add(new StatusBar(session, places, (tree) => control.profileFor(tree, null)));

  const navigation = store.add(new NavigationService(sources, log));
  store.add(new FunctionLenses(catalogue, control, sources, navigation, log));
  store.add(registerNavigation(navigation, sources));
  const reverseMapParts = { sources, navigation, catalogue, control, texts, log };
  const reverseMap = store.add(new ReverseMapView(reverseMapParts));
  store.add(registerReverseMapCommands({ ...reverseMapParts, view, focus }));
  const locks = store.add(new LockService(sources, log));
  const contracts = new Contracts(control, navigation, locks);
  store.add(new SourceHover(catalogue, control, session, focus, files, contracts, log));
  const gutter = store.add(new InvariantGutter({ media, files, control, session, places, sources, log }));
  const effects = store.add(
    new EffectHints(files, decorations, log, [
      session.onDidMoveCursor,
      session.onDidChangeRun,
      sources.onDidChangeText,
      sources.onDidChangeTrees,
      control.onDidChangeProfile,
    ]),
  );
  store.add(
    new KernelFiles({
      ...{ sources, control, log },
      storage: context.globalStorageUri,
      memento: context.globalState,
    }),
  );
  const lockHints = store.add(new LockHints(locks, log));
  store.add(new LockDiagnostics(extensionUri, locks, log));
  store.add(registerFirstSteps(log));
  const reading = store.add(new Reading({ extensionUri, control, sources, view, log }));
  store.add(new ScenarioDocuments(simulator, session, log));
  store.add(registerScenarioLanguage({ control, session, sources, log }));
  const tests = store.add(new ScenarioTests({ control, sources, log }));
  store.add(registerSampleDocuments(ALL_SAMPLES));
  store.add(registerStepCommands(session, places, view, log));
  store.add(registerRunCommands({ control, session, sources, explorer, log }));
  store.add(registerFunctionCommands({ catalogue, control, session, sources, view, explorer, focus, log }));
  store.add(registerBuildingCommands({ building, explorer, log }));
  store.add(
    registerInterpreted({
      ...{ control, session, sources, explorer, building, engines, edits, agreement, status, log },
    }),
  );
  store.add(registerPlaceCommands(sources, view, log));
  store.add(registerUriHandler({ control, session, sources, explorer, log }));
  store.add(control.onDidChangeProfile(() => status.update()));
  store.add(configuration.onDidChange(['profile'], () => void control.settingChanged(log)));
  followTree(store, sources, log, (tree) => {
    keys.setTree(tree);
    reverseMap.setTree(tree);
    status.setTree(tree);
  });

  if (host.startWithExplorer) {
    void start({ control, session, sources, explorer, log }, null, null).catch((error: unknown) =>
      log.report('Starting', error),
    );
  }
  const activationTime = performance.now() - began;
  log.info(`Active in the ${host.kind} extension host after ${activationTime.toFixed(1)} ms`);
  return {
    kind: host.kind,
    activationTime,
    wasmLoaded: () => sources.wasmLoaded,
    session: () => sessionState(session, places),
    drawn: () => decorations.drawn,
    litInvariant: () => ({ id: focus.current, lines: focus.litLines() }),
    annotations: (uri) => ({ invariants: gutter.drawnIn(uri), effects: effects.drawnIn(uri) }),
    reading: () => reading.state,
    explorer: () => ({ open: explorer.isOpen, ready: explorer.isReady }),
    text: async () => {
      await edits.settled();
      return {
        engine: session.current?.trace.engine ?? null,
        stale: edits.stale,
        effect: edits.effect?.sentence ?? null,
        broken: edits.effect?.broken.map(({ invariant }) => invariant) ?? [],
        agreement: agreement.state?.text ?? null,
      };
    },
    statusText: () => status.text,
    tests: () => tests.state,
    contextKey: (key) => keys.get(key),
    reverseMap: () => reverseMap.contents(),
    navigation: (document) => navigation.politeness.verdict(document),
    lockHints: (document, range) => lockHints.described(document, range),
    compared: () => {
      const { comparisons } = building.parts;
      return comparisons.names && { ...comparisons.names, text: comparisons.text() };
    },
    errors: () => log.errors,
    samples: SAMPLES.map(({ id }) => id),
    profiles: simulator.profiles.map(({ id }) => id),
  };
}

/** Tells `listener` of the open tree whenever it may have become another. */
function followTree(
  store: Store,
  sources: SourceService,
  log: Log,
  listener: (tree: Awaited<ReturnType<SourceService['trees']['primary']>>) => void,
): void {
  let complained = '';
  const complain = (path: string) => {
    if (path === complained) return;
    complained = path;
    void vscode.window.showWarningMessage(
      `rmapLens.kernelPath names no kernel tree: there is no mm/rmap.c in ${path}.`,
    );
  };
  const look = () =>
    void log.guard(
      'Looking for a kernel tree',
      async () => {
        const tree = await sources.trees.primary();
        listener(tree);
        const wanted = sources.trees.configuredRoot();
        if (!tree && wanted) complain(wanted.fsPath);
      },
      undefined,
    );
  store.add(sources.onDidChangeTrees(look));
  store.add(
    vscode.window.onDidChangeActiveTextEditor((editor) => {
      if (editor?.document.languageId === 'c') look();
    }),
  );
  look();
}

async function sessionState(session: Session, places: RunPlaces): Promise<SessionState | null> {
  await places.ready();
  const run = session.current;
  if (!run) return null;
  const place = places.current();
  return {
    source: run.source,
    profile: run.profile.id,
    tree: run.tree ? treeTitle(run.tree) : null,
    position: session.position,
    steps: run.trace.steps.length,
    operations: run.trace.operations.length,
    violations: run.run.evaluation.violations.length,
    function: session.step?.function ?? null,
    place:
      place && 'location' in place
        ? { file: place.location.file, line: place.location.line, endLine: place.location.endLine }
        : place,
    unplaced: run.trace.steps.flatMap((step) => {
      const found = places.of(step);
      const anchor = `${step.anchor?.role ?? step.function}: ${step.anchor?.pattern ?? ''}`;
      return 'missing' in found ? [{ step: step.number, anchor, missing: found.missing }] : [];
    }),
  };
}
