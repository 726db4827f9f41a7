// What a change did to a thing: each member that differs, with what it was and what it is.

import * as texts from '../texts/texts.ts';
import { changesOf } from './changes.ts';
import { classNames } from './class-names.ts';

const words = texts.changes;

export function ChangeTable({ before, after }: { readonly before: unknown; readonly after: unknown }) {
  const changes = changesOf(before, after);
  if (changes.length === 0) return <p className="text-quiet">{words.noChange}</p>;
  return (
    <table aria-label={words.label} className="w-full table-fixed border-collapse">
      <thead>
        <tr className="text-left text-xs text-quiet">
          <th scope="col" className="w-1/2 pb-1 font-medium">
            {words.before}
          </th>
          <th scope="col" className="pb-1 pl-3 font-medium">
            {words.after}
          </th>
        </tr>
      </thead>
      {changes.map(({ path, before: was, after: is }) => (
        <tbody key={path} className="border-t border-line">
          <tr>
            <th
              colSpan={2}
              scope="rowgroup"
              className="pt-2 text-left font-mono text-xs font-semibold break-words"
            >
              {path}
            </th>
          </tr>
          <tr className="align-top">
            <td className="py-2">
              <Side value={was} other={is} look="bg-bad-soft text-bad" />
            </td>
            <td className="py-2 pl-3">
              <Side value={is} other={was} look="bg-good-soft text-good" />
            </td>
          </tr>
        </tbody>
      ))}
    </table>
  );
}

/** Of lists, only the entries that the other side lacks are marked. */
function Side({
  value,
  other,
  look,
}: {
  readonly value: unknown;
  readonly other: unknown;
  readonly look: string;
}) {
  if (value === undefined) {
    return (
      <span className="text-quiet">
        <span aria-hidden>–</span>
        <span className="sr-only">{words.absent}</span>
      </span>
    );
  }
  const others = linesOf(other);
  const isList = Array.isArray(value) && Array.isArray(other);
  return (
    <ul className="flex flex-col gap-px">
      {linesOf(value).map((line) => (
        <li key={line}>
          <code
            className={classNames(
              'block rounded px-1.5 py-0.5 text-xs break-words whitespace-pre-wrap',
              isList && others.includes(line) ? 'text-quiet' : look,
            )}
          >
            {line}
          </code>
        </li>
      ))}
    </ul>
  );
}

function linesOf(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [told(value)];
  return value.length === 0 ? ['[]'] : [...new Set(value.map(told))];
}

function told(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value, undefined, 1) ?? '');
}
