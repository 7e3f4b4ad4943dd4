/**
 * The current run in the form that the explorer shows.
 */
import type { RunData, RunPlaceData, SourcePlace, StepPlace } from '../protocol/messages';
import type { InvariantInfo, When } from '../trace/evaluation';
import type { Location } from '../trace/step';
import { treeTitle } from './kernelTree';
import type { RunPlaces } from './runPlaces';
import type { CurrentRun } from './session';

/** `always`, `quiescent`, `section(rwsem)`, `at-assert`. */
export function whenText(when: When): string {
  return when.rule === 'section' ? `section(${when.field})` : when.rule;
}

/** Everything the explorer needs to know of a run. */
export function runDataOf(run: CurrentRun, places: RunPlaces): RunData {
  const { evaluation } = run.run;
  return {
    runId: run.runId,
    sampleId: run.source.kind === 'sample' ? run.source.id : null,
    scenarioText: run.text,
    engine: run.trace.engine,
    profile: run.profile,
    ...stepPlaceData(run, places),
    trace: run.trace,
    invariants: evaluation.invariants.map((info) => invariantData(info, places)),
    timelines: Object.entries(evaluation.spans).map(([id, spans]) => ({
      id,
      spans: spans.map(({ fromStep, status, reasons, until }) => ({
        step: fromStep,
        status,
        reasons,
        until,
      })),
    })),
    violations: evaluation.violations.map(({ invariant, step, message, reasons }) => ({
      invariant,
      step,
      message,
      objects: [...new Set(reasons.flatMap(({ objects }) => objects))],
    })),
    expectations: run.run.expectations.map(({ line, text, met, found }) => ({
      line: line ?? 0,
      text,
      met,
      found,
    })),
  };
}

/** Only where the run stands in the source: what changes while someone types. */
export function placeDataOf(run: CurrentRun, places: RunPlaces): RunPlaceData {
  return {
    ...stepPlaceData(run, places),
    invariantPlaces: run.run.evaluation.invariants.map(({ id }) => ({
      id,
      places: invariantPlaces(id, places),
    })),
  };
}

function stepPlaceData(run: CurrentRun, places: RunPlaces): Pick<RunData, 'tree' | 'locations' | 'places'> {
  const table = new LocationTable();
  const stepPlaces: StepPlace[] = run.trace.steps.map((step) => {
    const place = places.of(step);
    return 'location' in place ? { location: table.indexOf(place.location) } : place;
  });
  return {
    tree: run.tree ? treeTitle(run.tree) : null,
    locations: table.locations,
    places: stepPlaces,
  };
}

function invariantPlaces(id: string, places: RunPlaces): SourcePlace[] {
  return places.ofInvariant(id).map(({ location, functionName, nature, text }) => ({
    location,
    function: functionName,
    text,
    nature,
  }));
}

function invariantData(info: InvariantInfo, places: RunPlaces): RunData['invariants'][number] {
  const slash = info.id.indexOf('/');
  return {
    id: info.id,
    group: slash < 0 ? info.id : info.id.slice(0, slash),
    title: info.title,
    statement: info.statement,
    why: info.why,
    when: whenText(info.when),
    speaksOf: info.speaksOf,
    places: invariantPlaces(info.id, places),
  };
}

/** Each different location once. */
class LocationTable {
  readonly locations: Location[] = [];
  private readonly indices = new Map<string, number>();

  indexOf(location: Location): number {
    const key = `${location.file}:${location.line}:${location.column}:${location.endLine}:${location.endColumn}`;
    const known = this.indices.get(key);
    if (known !== undefined) return known;
    this.locations.push(location);
    this.indices.set(key, this.locations.length - 1);
    return this.locations.length - 1;
  }
}
