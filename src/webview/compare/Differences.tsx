/**
 * Fields with two values each, as a table.
 */
import type { FieldDifference } from '../../trace/snapshotFields';

/** Rows shown of one table. */
const SHOWN = 30;

interface Props {
  readonly title: string;
  readonly fields: readonly FieldDifference[];
  readonly heads?: readonly [string, string];
}

/** Nothing when there is no field. */
export function Differences({ title, fields, heads = ['A', 'B'] }: Props) {
  if (fields.length === 0) return null;
  return (
    <div class="differences-scroll">
      <table class="differences">
        <caption>{title}</caption>
        <thead>
          <tr>
            <th scope="col">
              <span class="hidden">Field</span>
            </th>
            <th scope="col">{heads[0]}</th>
            <th scope="col">{heads[1]}</th>
          </tr>
        </thead>
        <tbody>
          {fields.slice(0, SHOWN).map(({ object, field, a, b }, at) => (
            // the same field may be written twice
            <tr key={at}>
              <th scope="row">
                <code>
                  {object}
                  {field === '' ? '' : `.${field}`}
                </code>
              </th>
              <td>{a ?? <span class="dim">–</span>}</td>
              <td>{b ?? <span class="dim">–</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {fields.length > SHOWN ? <p class="dim">and {fields.length - SHOWN} more</p> : null}
    </div>
  );
}
