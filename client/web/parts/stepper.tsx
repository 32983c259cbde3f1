import type { Phase } from '../../../workflows/messages.ts';
import { phaseNames } from '../words.ts';
import type { Close } from '../load-close.ts';

const stations = [
  { name: 'Anslut', phases: ['awaitingConnection'] },
  { name: 'Importera', phases: ['importing'] },
  { name: 'Bilagor', phases: ['generatingAttachments'] },
  { name: 'Justera', phases: ['adjusting'] },
  { name: 'Exportera', phases: ['exporting'] },
  { name: 'Årsakt', phases: ['completing', 'completed'] },
] as const satisfies readonly { readonly name: string; readonly phases: readonly Phase[] }[];

/** Where the close is on its way. */
export function Stepper({ close: { status, engagement } }: { readonly close: Close }) {
  if (!status) return null;
  const { phase, attention } = status;
  const way = engagement.settings.source === 'sie' ? stations.slice(1) : stations;
  const done = phase === 'completed';
  const waits = engagement.settings.source === 'sie' && phase === 'awaitingConnection';
  const at = waits ? 0 : way.findIndex(({ phases }) => (phases as readonly Phase[]).includes(phase));
  return (
    <ol class="stepper" aria-label={`Bokslutets steg, nu: ${phaseNames[phase]}`}>
      {way.map(({ name }, index) => {
        const state =
          phase === 'cancelled' ? 'coming' : done || index < at ? 'done' : index > at ? 'coming' : 'now';
        return (
          <li
            class={state === 'now' && attention ? 'now stopped' : state}
            {...(state === 'now' && { 'aria-current': 'step' as const })}
          >
            <span class="dot" aria-hidden="true">
              {state === 'done' ? '✓' : index + 1}
            </span>
            {name}
            {state === 'done' && <span class="unseen"> (klart)</span>}
          </li>
        );
      })}
    </ol>
  );
}
