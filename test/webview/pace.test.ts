/**
 * Frames shared out between the pictures and the columns beside them.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Pace } from '../../src/webview/state/pace';

/** A page whose frames are drawn by hand; notes what each of them drew. */
class Page {
  pictures = -1;
  columns = -1;
  readonly drawn: string[] = [];
  private readonly frames: (() => void)[] = [];
  readonly pace: Pace = new Pace(
    {
      show: (step) => this.moveTo(step),
      catchUp: () => {
        this.columns = this.pictures;
        this.drawn.push(`columns ${this.columns}`);
      },
      behind: () => this.columns !== this.pictures,
    },
    (draw) => this.frames.push(draw),
  );

  /** Moved by something else than dragging, such as a key. */
  moveTo(step: number): void {
    this.pictures = step;
    this.drawn.push(`pictures ${step}`);
    this.pace.tell();
  }

  /** Returns whether there was anything to do in this frame. */
  frame(): boolean {
    const [draw, ...others] = this.frames.splice(0);
    assert.equal(others.length, 0, 'one frame is asked for at a time');
    draw?.();
    return draw !== undefined;
  }

  untilRest(most = 20): number {
    let count = 0;
    while (count < most && this.frame()) count += 1;
    return count;
  }
}

describe('pace of going through a run', () => {
  it('draws a step of a key in its own frame, and the columns in the next', () => {
    const page = new Page();
    page.moveTo(7);
    assert.deepEqual(page.drawn, ['pictures 7']);
    page.frame();
    assert.deepEqual(page.drawn, ['pictures 7'], 'the frame of the pictures is theirs alone');
    page.frame();
    assert.deepEqual(page.drawn, ['pictures 7', 'columns 7']);
    assert.equal(page.frame(), false, 'nothing is left to do');
  });

  it('gives every fourth frame of a long drag to the columns alone', () => {
    const page = new Page();
    for (let step = 1; step <= 8; step += 1) {
      page.pace.ask(step);
      page.frame();
    }
    page.untilRest();
    assert.deepEqual(page.drawn, [
      ...['pictures 1', 'pictures 2', 'pictures 3', 'columns 3'],
      ...['pictures 5', 'pictures 6', 'pictures 7', 'columns 7', 'pictures 8', 'columns 8'],
    ]);
  });

  it('passes over what was asked for before the last of a frame', () => {
    const page = new Page();
    for (const step of [3, 4, 5]) page.pace.ask(step);
    page.untilRest();
    assert.deepEqual(page.drawn, ['pictures 5', 'columns 5']);
  });

  it('forgets what a drag asked for when something else moves', () => {
    const page = new Page();
    page.pace.ask(3);
    page.moveTo(9);
    page.untilRest();
    assert.deepEqual([page.pictures, page.columns], [9, 9]);
    assert.ok(!page.drawn.includes('pictures 3'));
  });

  it('ends with the last step in both, whatever comes, and never draws both in a frame of a drag', () => {
    const action = fc.oneof(
      fc.record({ kind: fc.constant('ask' as const), step: fc.nat(50) }),
      fc.record({ kind: fc.constant('key' as const), step: fc.nat(50) }),
      fc.constant({ kind: 'frame' as const, step: 0 }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const page = new Page();
        let last = -1;
        for (const { kind, step } of actions) {
          if (kind !== 'frame') last = step;
          const before = page.drawn.length;
          if (kind === 'ask') page.pace.ask(step);
          else if (kind === 'key') page.moveTo(step);
          else page.frame();
          if (kind === 'frame') assert.ok(page.drawn.length - before <= 1);
        }
        assert.ok(page.untilRest(8) < 8, 'it comes to rest');
        assert.deepEqual([page.pictures, page.columns], [last, last]);
      }),
    );
  });
});
