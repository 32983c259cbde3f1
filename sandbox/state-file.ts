import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import type { Assumptions } from './assumptions.ts';
import type { Books } from './books.ts';
import type { OAuthState } from './oauth/tokens.ts';
import type { LoggedRequest } from './request-log.ts';
import type { World } from './world.ts';

export interface SavedState {
  companies: Map<number, Books>;
  oauth: OAuthState;
  assumptions: Assumptions;
  requests: LoggedRequest[];
  advancedMs: number;
}

const SAVE_DELAY_MS = 200;

/** What an earlier run left in the file; null when there is none. */
export function loadState(path: string): SavedState | null {
  try {
    const state: SavedState = deserialize(readFileSync(path));
    return state;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Saves the world a moment after each change, and at the end by `flush`. The old file stays until the new one is whole. */
export function createSaver(path: string, world: World): { changed(): void; flush(): void } {
  let timer: NodeJS.Timeout | null = null;
  const flush = () => {
    if (timer) clearTimeout(timer);
    timer = null;
    const state: SavedState = {
      companies: world.companies,
      oauth: world.oauth,
      assumptions: world.assumptions,
      requests: world.requests,
      advancedMs: world.clock.advancedMs(),
    };
    writeFileSync(`${path}.new`, serialize(state));
    renameSync(`${path}.new`, path);
  };
  return {
    changed: () => {
      timer ??= setTimeout(flush, SAVE_DELAY_MS);
    },
    flush,
  };
}
