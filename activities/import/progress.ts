import { Context } from '@temporalio/activity';
import type { RequestPlan } from './request-plan.ts';

/** How far a long step is, as its heartbeat tells the server: ops read it in the Temporal UI. */
export interface Progress {
  /** Names the part that begins; `total` is how many things it has to do, when that is known. */
  begin(part: string, total?: number): void;
  done(count?: number): void;
  /** So many records came with a page of a list: they count in a part that does not know how many there will be. */
  listed(records: number): void;
}

/** Most steps of a small company are over sooner: nobody reads how far they are, and each heartbeat is a write at the server. */
const quietMs = 1_000;

/** @param plan of a step that asks Fortnox much: told along, as far as it is known */
export function heartbeatProgress(plan?: RequestPlan): Progress {
  const beganAtMs = performance.now();
  let part = '';
  let done = 0;
  let total = 0;
  const tell = (): void => {
    if (performance.now() - beganAtMs < quietMs) return;
    Context.current().heartbeat({ step: part, done, total, ...(plan && { requests: plan.total() }) });
  };
  return {
    begin(nextPart, nextTotal = 0) {
      part = nextPart;
      done = 0;
      total = nextTotal;
      tell();
    },
    done(count = 1) {
      done += count;
      tell();
    },
    listed(records) {
      if (total === 0) done += records;
      tell();
    },
  };
}
