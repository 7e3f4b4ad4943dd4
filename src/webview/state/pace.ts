/**
 * Shares the frames of the screen out while the run is gone through. A step drawn whole takes more than one frame: its
 * pictures are drawn in the frame that asks for it, the columns beside them in the next one. While steps keep coming, every
 * fourth frame at the least is the columns'.
 */

/** Frames in a row that go to the pictures while more is asked for. */
const MOST_PICTURES = 3;

export interface Paced {
  /** The pictures show this step from now on. */
  show(step: number): void;
  /** The columns show what the pictures show. Returns at once when they do. */
  catchUp(): void;
  /** Do the columns show another step than the pictures? */
  behind(): boolean;
}

export class Pace {
  private asked: number | null = null;
  /** Frames that the pictures had since the columns were drawn. */
  private pictures = 0;
  /** The pictures have moved since the last frame began, so that the next one is theirs. */
  private moved = false;
  private frame = 0;

  constructor(
    private readonly paced: Paced,
    private readonly nextFrame: (draw: () => void) => number,
  ) {}

  /** Asks for a step while something is dragged; what was asked for before and not drawn yet is passed over. */
  ask(step: number): void {
    this.asked = step;
    this.go();
  }

  /** The pictures were moved by something else than `ask`. */
  tell(): void {
    this.asked = null;
    this.moved = true;
    this.go();
  }

  private go(): void {
    if (this.frame === 0) this.frame = this.nextFrame(() => this.draw());
  }

  private draw(): void {
    this.frame = 0;
    const { asked } = this;
    const wanted = asked !== null || this.moved;
    if (wanted && this.pictures < MOST_PICTURES) {
      this.pictures += 1;
      if (asked !== null) this.paced.show(asked);
      this.asked = null;
      this.moved = false;
    } else {
      this.pictures = 0;
      this.moved = false;
      this.paced.catchUp();
    }
    if (this.asked !== null || this.paced.behind()) this.go();
  }
}
