import { Context } from '@temporalio/activity';

/** How far a long step is, as its heartbeat tells the server: ops read it in the Temporal UI. */
export interface Progress {
  /** Names the part that begins; `total` is how many things it has to do, when that is known. */
  begin(part: string, total?: number): void;
  done(count?: number): void;
}

export function heartbeatProgress(): Progress {
  let part = '';
  let done = 0;
  let total = 0;
  const tell = (): void => Context.current().heartbeat({ step: part, done, total });
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
  };
}
