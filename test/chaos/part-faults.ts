import { setTimeout as sleep } from 'node:timers/promises';
import type { House } from './house.ts';
import type { Proxy } from './proxy.ts';
import type { Random } from './random.ts';

/** What happens to a part that all closes stand on: those that are under way meet it together, each where it just stands. */
export interface PartFault {
  readonly name: string;
  strike(house: House): Promise<void>;
}

export const partFaults = (freezeMs: number): readonly PartFault[] => [
  { name: 'Postgres restarted', strike: ({ parts }) => parts.restartPostgres() },
  { name: 'Temporal killed and restarted on its file', strike: ({ parts }) => parts.restartTemporal() },
  {
    name: `network to Postgres frozen for ${freezeMs / 1_000} s`,
    strike: ({ parts }) => freeze(parts.toPostgres, freezeMs),
  },
  {
    name: `network to Temporal frozen for ${freezeMs / 1_000} s`,
    strike: ({ parts }) => freeze(parts.toTemporal, freezeMs),
  },
  { name: 'all workers killed at once', strike: ({ workers }) => workers.killAll() },
];

async function freeze(network: Proxy, forMs: number): Promise<void> {
  network.freeze();
  await sleep(forMs);
  network.thaw();
}

/** Strikes up to four times, at moments that the seed chooses, until told that all is over. */
export async function strikeWhile(
  house: House,
  part: PartFault,
  random: Random,
  isOver: () => boolean,
): Promise<void> {
  // The first one early, while every close is under way.
  let pauseMs = 500 + random.int(4_000);
  for (let strikes = 0; strikes < 4; strikes += 1) {
    const untilMs = performance.now() + pauseMs;
    while (performance.now() < untilMs) {
      if (isOver()) return;
      await sleep(50);
    }
    await part.strike(house);
    pauseMs = 2_000 + random.int(6_000);
  }
}
