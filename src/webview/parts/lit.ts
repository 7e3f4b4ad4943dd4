/**
 * Does an element light up with what is pointed at? Each element is drawn again only when its own answer changes.
 */
import { useComputed } from '@preact/signals';
import type { ObjectId } from '../../trace/value';
import { useMoment } from '../state/context';
import { fieldKey } from '../state/target';

/** ` lit`, ` related` or nothing: to be added to a class. */
export function useLit(id: ObjectId | null): string {
  const moment = useMoment();
  const computed = useComputed(() => {
    if (id === null) return '';
    const lit = moment.lit.value;
    return lit.objects.has(id) ? ' lit' : lit.related.has(id) ? ' related' : '';
  });
  return computed.value;
}

export function useLitField(id: ObjectId, field: string): string {
  const moment = useMoment();
  return useComputed(() => (moment.lit.value.fields.has(fieldKey(id, field)) ? ' lit' : '')).value;
}
