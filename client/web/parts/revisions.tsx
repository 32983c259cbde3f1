import type { SavedRevision } from '../editor-ground.ts';
import { Moment } from './bits.tsx';

/** Every save of the adjustments, with who and when; each can be read. */
export function Revisions({
  revisions,
  address,
}: {
  readonly revisions: readonly SavedRevision[];
  readonly address: string;
}) {
  if (revisions.length === 0) return null;
  return (
    <details class="card" id="revisioner">
      <summary>Alla revisioner ({revisions.length})</summary>
      <ol class="plain" reversed>
        {revisions.map(({ revision, who, savedAt }) => (
          <li>
            <a href={`${address}?revision=${revision}`}>Revision {revision}</a>, {who} <Moment at={savedAt} />
          </li>
        ))}
      </ol>
    </details>
  );
}
