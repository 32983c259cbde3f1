import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { RefresherInput } from '../db/fortnox-refresher.ts';
import type { Accountant } from './accountant.ts';
import type { Fault } from './faults.ts';
import { plain } from './scenarios.ts';

const refresher = fileURLToPath(new URL('../db/fortnox-refresher.ts', import.meta.url));
const processes = 4;
const each = 50;

/** Two hundred ask for the same login at once when its access token has run out: one asks Fortnox, all get what it brought. */
export const parallelRefreshes: Fault = {
  name: `${processes * each} parallel refreshes over ${processes} processes`,
  group: 'parallel refreshes',
  scenario: plain,
  arm: async (close) => {
    let done = false;
    return {
      moments: {
        beforeApproval: async () => {
          await refreshTogether(close);
          done = true;
        },
      },
      struck: async () => done,
    };
  },
};

async function refreshTogether(close: Accountant): Promise<void> {
  const { house, caller, tenant, connectionId = '' } = close;
  await house.admin`update connections set access_expires_at = now() where id = ${connectionId}`;
  const before = await tokenRequests(close);
  const input: RefresherInput = {
    databaseUrl: house.appUrl,
    authUrl: house.sandbox.url,
    clientId: house.sandbox.clientId,
    clientSecret: house.sandbox.clientSecret,
    tokenKeys: house.tokenKeys,
    firmId: caller.firmId,
    connectionId,
    count: each,
    beginAtMs: Date.now() + 4_000,
  };
  const run = () =>
    promisify(execFile)(process.execPath, ['--import', 'tsx', refresher, JSON.stringify(input)]);
  const answers = await Promise.all(Array.from({ length: processes }, run));
  const got = answers.map(({ stdout }) => JSON.parse(stdout) as { answers: number; different: string[] });
  const different = new Set(got.flatMap((one) => one.different));
  const asked = (await tokenRequests(close)) - before;
  if (asked !== 1 || different.size !== 1) {
    throw new Error(`${asked} refreshes at company ${tenant}, ${different.size} different answers`);
  }
}

const tokenRequests = async ({ house, tenant }: Accountant): Promise<number> =>
  (await house.control.requests(tenant)).filter(({ path }) => path === '/oauth-v1/token').length;
