import { setTimeout as sleep } from 'node:timers/promises';
import type { CloseClient } from '../close-client.ts';
import type { CloseStatus } from '../../workflows/messages.ts';

type Close = ReturnType<CloseClient['of']>;

const lookEveryMs = 500;
/** What goes on by itself, as long as nobody is needed. */
const atWork: ReadonlySet<string> = new Set([
  'importing',
  'generatingAttachments',
  'exporting',
  'completing',
]);

/**
 * Shows a close at work, a line for each change, until it waits for a person or has ended.
 * @returns the exit code: 1 when it needs a person to mend something
 */
export async function follow(close: Close, json: boolean | undefined): Promise<number> {
  for (let before = ''; ; await sleep(lookEveryMs)) {
    const status = await close.status();
    const goesOn = atWork.has(status.phase) && status.attention === null && !waitsForLogin(status);
    // A close that ended has no workflow to ask.
    const steps = goesOn ? await close.progress().catch(() => []) : [];
    const { phase, doing, attention } = status;
    const now = json
      ? JSON.stringify({ phase, doing, attention, steps })
      : [`${phase}: ${doing}`, ...steps.map(stepLine)].join(' ');
    if (now !== before) console.log(now);
    before = now;
    if (goesOn) continue;
    if (attention && !json) console.log(`${attention.what} ${attention.advice} [${attention.code}]`);
    return attention === null ? 0 : 1;
  }
}

const waitsForLogin = ({ phase, login }: CloseStatus): boolean =>
  (phase === 'importing' || phase === 'exporting') && login.state !== 'valid' && login.state !== 'none';

const stepLine = ({
  step,
  part,
  done,
  total,
  requests,
  attempt,
}: Awaited<ReturnType<Close['progress']>>[number]) => {
  const far = total > 0 ? ` ${done} of ${total}` : done > 0 ? ` ${done}` : '';
  const asked = requests === undefined ? '' : `, ${requests} requests planned`;
  return `[${step}${part === undefined ? '' : ` ${part}`}${far}${asked}${attempt > 1 ? `, attempt ${attempt}` : ''}]`;
};
