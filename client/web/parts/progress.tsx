import { swedishWhole } from '../../../documents/swedish.ts';
import type { Close } from '../load-close.ts';
import { partName, stepName } from '../words.ts';

/** The step that is at work, and how far it is. */
export function Progress({ close: { progress, status } }: { readonly close: Close }) {
  const exporting = status?.phase === 'exporting' ? status.export : null;
  if (progress.length === 0 && !exporting) return null;
  return (
    <div class="progress" role="status">
      {exporting && (
        <p>
          <progress
            value={exporting.confirmed}
            max={Math.max(1, exporting.total)}
            aria-label="Bokförda verifikationer"
          />
          {exporting.confirmed} av {exporting.total} verifikationer bokförda i Fortnox
        </p>
      )}
      {progress.map(({ step, part, done, total, attempt }) => (
        <p>
          {total > 0 ? (
            <progress value={done} max={total} aria-label={stepName(step)} />
          ) : (
            <progress aria-label={stepName(step)} />
          )}
          {stepName(step)}
          {part !== undefined && part !== '' && `: ${partName(part)}`}
          {total > 0 && ` ${swedishWhole(done)} av ${swedishWhole(total)}`}
          {total === 0 && done > 0 && ` ${swedishWhole(done)}`}
          {attempt > 1 && <small> (försök {attempt})</small>}
        </p>
      ))}
    </div>
  );
}
