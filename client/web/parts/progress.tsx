import { swedishWhole } from '../../../documents/swedish.ts';
import type { StepProgress } from '../../close/progress.ts';
import type { Close } from '../load-close.ts';
import { importParts, partName, stepName } from '../words.ts';

/** The step that is at work, and how far it is. */
export function Progress({ close: { progress, status, engagement } }: { readonly close: Close }) {
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
      {progress.map((one) => (
        <>
          <Step step={one} />
          {one.step === 'importBooks' && engagement.settings.source === 'fortnox' && <Parts step={one} />}
        </>
      ))}
    </div>
  );
}

const Step = ({ step: { step, part, done, total, attempt } }: { readonly step: StepProgress }) => (
  <p>
    {total > 0 ? (
      <progress value={done} max={total} aria-label={stepName(step)} />
    ) : (
      <progress aria-label={stepName(step)} />
    )}
    {stepName(step)}
    {part !== undefined && part !== '' && `: ${partName(part)}`}
    {countOf(done, total)}
    {attempt > 1 && <small> (försök {attempt})</small>}
  </p>
);

/** The whole import by its parts: what is done, what is at work and how many records it has read, what comes. */
function Parts({ step: { part, done, total } }: { readonly step: StepProgress }) {
  const at = importParts.findIndex((one) => one === part);
  return (
    <ol class="parts">
      {importParts.map((name, index) => (
        <li
          class={index < at ? 'done' : index === at ? 'now' : 'coming'}
          {...(index === at && { 'aria-current': 'step' as const })}
        >
          <span aria-hidden="true">{index < at ? '✓' : index === at ? '→' : '·'}</span>{' '}
          {sentence(partName(name))}
          {index < at && <span class="unseen"> (klart)</span>}
          {index === at && countOf(done, total)}
        </li>
      ))}
    </ol>
  );
}

function countOf(done: number, total: number): string {
  if (total > 0) return ` ${swedishWhole(done)} av ${swedishWhole(total)}`;
  return done > 0 ? ` ${swedishWhole(done)} poster` : '';
}

const sentence = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
