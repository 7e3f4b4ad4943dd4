/**
 * Which objects the pictures show when there are too many: those that a person's words name, or that are linked to what
 * is selected, with everything tied to them.
 */
import type { ObjectId } from '../../trace/value';
import type { Frame } from './frame';
import { FIELD, KIND, refField } from './objects';

/** `C1`, `A0`, `F12`: a letter and a number. */
const WHOLE_NAME = /^[a-z]\d*$/;

/** null: everything is shown. */
export type Shown = ReadonlySet<ObjectId> | null;

/**
 * `words`: names or parts of names, each of which adds what it names. `around`: an object that counts as named too.
 * A process brings its VMAs, a VMA its anon_vmas and its process, an anon_vma its VMAs.
 */
export function shownOf(frame: Frame, words: string, around: ObjectId | null): Shown {
  const wanted = words
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
  if (wanted.length === 0 && around === null) return null;
  const { state } = frame;
  const vmas = new Set<ObjectId>();
  const anonVmas = new Set<ObjectId>();
  const mms = new Set<ObjectId>();
  const named = (id: ObjectId) => {
    const label = frame.label(id).toLowerCase();
    // `C1` is one process, not C10 too; what is no whole name is looked for inside names
    return wanted.some((word) => label === word || (!WHOLE_NAME.test(word) && label.includes(word)));
  };
  const take = (id: ObjectId) => {
    const object = state.get(id);
    if (object?.kind === KIND.mm) mms.add(id);
    else if (object?.kind === KIND.vma) vmas.add(id);
    else if (object?.kind === KIND.anonVma) anonVmas.add(id);
    else if (object?.kind === KIND.folio) addTo(anonVmas, refField(object, FIELD.folio.anonVma));
    else if (object?.kind === KIND.avc) {
      addTo(vmas, refField(object, FIELD.avc.vma));
      addTo(anonVmas, refField(object, FIELD.avc.anonVma));
    }
  };
  if (around !== null) take(around);
  for (const kind of [KIND.mm, KIND.vma, KIND.anonVma, KIND.folio])
    for (const object of frame.live(kind)) if (named(object.id)) take(object.id);

  const direct = { vmas: new Set(vmas), anonVmas: new Set(anonVmas) };
  for (const vma of frame.live(KIND.vma))
    if (mms.has(refField(vma, FIELD.vma.mm) ?? 0)) {
      vmas.add(vma.id);
      direct.vmas.add(vma.id);
    }
  for (const avc of frame.live(KIND.avc)) {
    const vma = refField(avc, FIELD.avc.vma);
    const anonVma = refField(avc, FIELD.avc.anonVma);
    if (vma !== null && direct.vmas.has(vma)) addTo(anonVmas, anonVma);
    if (anonVma !== null && direct.anonVmas.has(anonVma)) addTo(vmas, vma);
  }
  for (const vma of vmas) {
    const object = state.get(vma);
    if (object) addTo(mms, refField(object, FIELD.vma.mm));
  }
  return new Set([...mms, ...vmas, ...anonVmas]);
}

function addTo(set: Set<ObjectId>, id: ObjectId | null): void {
  if (id !== null) set.add(id);
}

export function isShown(shown: Shown, id: ObjectId): boolean {
  return shown === null || shown.has(id);
}
