/**
 * The state of the explorer: the run, the position in it, what is pointed at, and everything seen from there.
 * Views read the signals; only the functions here write them.
 */
import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type {
  HostMessage,
  ProfileInfo,
  RunData,
  RunPart,
  RunPlaceData,
  SampleInfo,
  TextState,
} from '../../protocol/messages';
import { RunAssembly } from '../../protocol/parts';
import { BEFORE_FIRST_STEP } from '../../trace/cursor';
import type { Dock } from '../layout/panel';
import type { Host } from './host';
import { Moment } from './moment';
import { Pace } from './pace';
import { RunModel } from './runModel';
import { DEFAULTS, restored, type Saved } from './settings';
import { SourceText } from './sourceText';
import { sameTarget, type Target } from './target';
import { MAX_WATCHES, Watches } from './watches';

export interface Notice {
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
}

/** The host is told of a position at most this often while it changes fast, in milliseconds. */
const SEEK_INTERVAL = 40;
/** Milliseconds without a move after which what is out of sight is drawn too. */
const REST = 120;

export class Session {
  readonly samples = signal<readonly SampleInfo[]>([]);
  readonly profiles = signal<readonly ProfileInfo[]>([]);
  readonly notice = signal<Notice | null>(null);
  /** How the text of the tree stands to the run; null before the host has said. */
  readonly text = signal<TextState | null>(null);
  readonly run = signal<RunModel | null>(null);
  readonly position = signal(BEFORE_FIRST_STEP);
  private readonly besidePosition = signal(BEFORE_FIRST_STEP);
  /** False while the run is being gone through, and a moment longer: see `useWhenSeen`. */
  readonly resting = signal(true);
  /** Something was asked for that the host has not answered yet: what, for people. */
  readonly waiting = signal<string | null>(null);
  readonly pointed = signal<Target | null>(null);
  readonly selected = signal<Target | null>(null);
  readonly settings: Signal<Saved>;
  /** Kept with the settings, and apart from them: nothing is drawn anew because of it. */
  private readonly keptStep: Signal<number>;

  readonly target: ReadonlySignal<Target | null> = computed(() => this.pointed.value ?? this.selected.value);
  /** What the pictures show. */
  readonly now: Moment;
  /** What the columns beside them show: the same, or a frame later. */
  readonly beside: Moment;

  /** The C text around the steps. */
  readonly source: SourceText;
  readonly watches: Watches;

  /** A long run that comes in parts. */
  private arriving: { readonly assembly: RunAssembly; readonly step: number } | null = null;
  /** A long run that is being gone through, with what has come for it meanwhile. */
  private preparing: { readonly runId: number; step: number; places: RunPlaceData | null } | null = null;
  private told = { step: BEFORE_FIRST_STEP, at: 0, timer: 0 };
  private rests = 0;
  private readonly pace = new Pace(
    {
      show: (step) => this.moveTo(step),
      catchUp: () => this.catchUp(),
      behind: () => this.besidePosition.peek() !== this.position.peek(),
    },
    (draw) => requestAnimationFrame(draw),
  );
  private hovered: string | null = null;

  constructor(private readonly host: Host) {
    this.source = new SourceText(host);
    const found = restored(host.getState());
    this.settings = signal(found);
    this.now = new Moment(this.position, this);
    this.beside = new Moment(this.besidePosition, this);
    this.watches = new Watches(this.run, this.settings);
    this.keptStep = signal(found.step);
    effect(() => {
      const [settings, step] = [this.settings.value, this.keptStep.value];
      if (settings !== found || step !== found.step) host.setState({ ...settings, step });
    });
    effect(() => this.tellHovered());
  }

  receive(message: HostMessage): void {
    switch (message.type) {
      case 'library':
        batch(() => {
          this.samples.value = message.samples;
          this.profiles.value = message.profiles;
        });
        return;
      case 'run':
        this.arriving = null;
        this.preparing = null;
        if (message.run.runId === this.run.peek()?.data.runId) this.refresh(RunModel.of(message.run));
        else this.show(RunModel.of(message.run), message.step);
        return;
      case 'runBegins':
        this.preparing = null;
        this.arriving = { assembly: new RunAssembly(message.run, message.total), step: message.step };
        this.tellProgress();
        return;
      case 'runPart':
        this.takePart(message.part);
        return;
      case 'places': {
        const run = this.run.peek();
        if (this.preparing?.runId === message.runId) this.preparing.places = message;
        else if (run?.data.runId === message.runId) this.refresh(run.withPlaces(message));
        return;
      }
      case 'cursor':
        if (this.preparing?.runId === message.runId) this.preparing.step = message.step;
        if (message.runId === this.run.peek()?.data.runId) this.moveTo(message.step, false);
        return;
      case 'focusInvariant':
        this.hovered = message.id; // the host knows already
        this.pointed.value = message.id === null ? null : { type: 'invariant', id: message.id };
        return;
      case 'lines':
        this.source.receive(message);
        return;
      case 'text':
        this.text.value = message.state;
        return;
      case 'notice':
        batch(() => {
          this.waiting.value = null;
          this.notice.value = message.text === null ? null : { level: message.level, text: message.text };
        });
        return;
    }
  }

  private takePart(part: RunPart): void {
    const { arriving } = this;
    if (!arriving) return;
    if (!arriving.assembly.add(part)) {
      if (part.runId !== arriving.assembly.head.runId) return;
      this.arriving = null;
      throw new Error(`part ${part.from} of run ${part.runId} came out of turn`);
    }
    const whole = arriving.assembly.complete();
    if (!whole) {
      this.tellProgress();
      return;
    }
    this.arriving = null;
    this.prepare(whole, arriving.step);
  }

  /** Works out what there is to know of a long run, a little at a time, so that the page stays alive. */
  private prepare(run: RunData, step: number): void {
    const { runId } = run;
    const work = RunModel.inSlices(run);
    const preparing: { runId: number; step: number; places: RunPlaceData | null } = {
      runId,
      step,
      places: null,
    };
    this.preparing = preparing;
    this.waiting.value = `Going through ${run.trace.steps.length.toLocaleString('en')} steps`;
    const goOn = () => {
      // another run may have come since
      if (this.preparing !== preparing) return;
      try {
        const { done, value } = work.next();
        if (!done) {
          window.setTimeout(goOn);
          return;
        }
        const { places } = preparing;
        this.preparing = null;
        this.show(places ? value.withPlaces(places) : value, preparing.step);
      } catch (error) {
        this.preparing = null;
        this.fail('This run cannot be drawn. Choose another scenario.', error);
      }
    };
    goOn();
  }

  private tellProgress(): void {
    if (!this.arriving) return;
    const { received, total } = this.arriving.assembly;
    this.waiting.value = `${received.toLocaleString('en')} of ${total.toLocaleString('en')} steps have come`;
  }

  /** The same run, of which more is known now, such as its places in the source. */
  private refresh(run: RunModel): void {
    batch(() => {
      this.run.value = run;
      this.source.forget(run.data.runId);
      this.waiting.value = null;
      this.moveTo(this.position.peek());
      this.rest();
    });
  }

  private show(run: RunModel, step: number): void {
    const { sampleId, profile, trace } = run.data;
    const saved = this.settings.peek();
    const first = this.run.peek() === null;
    // after a reload the reader is taken back to where they were
    const again =
      first &&
      step <= 0 &&
      saved.sampleId === sampleId &&
      saved.profile === profile.id &&
      saved.steps === trace.steps.length;
    batch(() => {
      this.run.value = run;
      this.source.forget(run.data.runId);
      this.waiting.value = null;
      this.pointed.value = null;
      this.selected.value = null;
      this.told.step = step;
      this.moveTo(again ? saved.step : step, again);
      this.rest();
      this.save({ sampleId, profile: profile.id, steps: trace.steps.length });
    });
  }

  /** Moves to a step, and tells the host unless it was the host that asked. */
  moveTo(position: number, tell = true): void {
    const run = this.run.peek();
    if (!run) return;
    const to = Math.max(BEFORE_FIRST_STEP, Math.min(Math.round(position), run.steps.length - 1));
    batch(() => {
      this.resting.value = false;
      this.position.value = to;
    });
    window.clearTimeout(this.rests);
    this.rests = window.setTimeout(() => this.rest(), REST);
    this.pace.tell();
    if (tell) this.tellPosition();
    else this.told.step = to;
  }

  /** Moves while something is dragged: to the step that is asked for last before a frame, in that frame or the next. */
  scrubTo(position: number): void {
    this.pace.ask(position);
  }

  /** Everything is drawn as it is now, seen or not. */
  private rest(): void {
    window.clearTimeout(this.rests);
    batch(() => {
      this.resting.value = true;
      this.catchUp();
    });
  }

  private catchUp(): void {
    this.besidePosition.value = this.position.peek();
  }

  private tellPosition(): void {
    if (this.told.timer !== 0) return;
    const wait = Math.max(0, this.told.at + SEEK_INTERVAL - performance.now());
    this.told.timer = window.setTimeout(() => {
      this.told.timer = 0;
      this.told.at = performance.now();
      const run = this.run.peek();
      const step = this.position.peek();
      if (!run || step === this.told.step) return;
      this.told.step = step;
      this.host.post({ type: 'seek', runId: run.data.runId, step });
      this.keptStep.value = step;
    }, wait);
  }

  private tellHovered(): void {
    const target = this.target.value;
    const id = target?.type === 'invariant' ? target.id : null;
    if (id === this.hovered) return;
    this.hovered = id;
    this.host.post({ type: 'hoverInvariant', id });
  }

  save(part: Partial<Saved>): void {
    this.settings.value = { ...this.settings.peek(), ...part };
  }

  point(target: Target | null): void {
    if (!sameTarget(this.pointed.peek(), target)) this.pointed.value = target;
  }

  /** Selects; the same again takes the selection away. */
  select(target: Target | null): void {
    this.selected.value = sameTarget(this.selected.peek(), target) ? null : target;
  }

  openSample(id: string): void {
    const title = this.samples.peek().find((sample) => sample.id === id)?.title ?? id;
    this.waiting.value = `Running ${title}`;
    this.host.post({ type: 'openSample', id });
  }

  setProfile(id: string): void {
    const title = this.profiles.peek().find((profile) => profile.id === id)?.title ?? id;
    this.waiting.value = `Running on ${title}`;
    this.host.post({ type: 'setProfile', id });
  }

  /** Tells the reader what to do, and the host, who has a log, what happened. */
  fail(advice: string, error: unknown): void {
    const details = error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error);
    this.waiting.value = null;
    this.notice.value = { level: 'error', text: `${advice} The log of the extension has the details.` };
    this.host.post({ type: 'failed', message: details });
  }

  post: Host['post'] = (message) => this.host.post(message);

  /** Brings a docked panel forward. */
  open(dock: Dock, panel: string): void {
    this.save({ [dock]: panel });
  }

  /** Takes an expression among the watches. Returns why not, as one sentence, or null. */
  watch(expression: string): string | null {
    const { watches } = this.settings.peek();
    if (watches.includes(expression)) return 'This is watched already.';
    if (watches.length >= MAX_WATCHES)
      return `At most ${MAX_WATCHES} expressions are watched: take one away first.`;
    this.save({ watches: [...watches, expression] });
    return null;
  }

  unwatch(expression: string): void {
    this.save({ watches: this.settings.peek().watches.filter((other) => other !== expression) });
  }

  isFolded(section: string): boolean {
    return this.settings.value.folded.includes(section);
  }

  toggleFolded(section: string): void {
    this.save({ folded: toggled(this.settings.peek().folded, section) });
  }

  toggleText(twin: string): void {
    this.save({ asText: toggled(this.settings.peek().asText, twin) });
  }

  /** Forgets everything that was kept; for tests and for a state that went wrong. */
  reset(): void {
    this.settings.value = DEFAULTS;
  }
}

function toggled(list: readonly string[], item: string): string[] {
  return list.includes(item) ? list.filter((other) => other !== item) : [...list, item];
}
