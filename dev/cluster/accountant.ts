import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Servers } from './servers.ts';

export const organisationNumber = '999999-0019';
const year = { from: '2025-01-01', to: '2025-12-31' };
const patienceMs = 900_000;
const lookEveryMs = 500;

/** What one close came to. */
export interface Closed {
  readonly databaseNumber: number;
  /** The texts of what was approved: each must stand in Fortnox once. */
  readonly texts: readonly string[];
  /** Codes that were put before a person, who tried again. */
  readonly attentions: readonly string[];
}

interface View {
  readonly phase: string;
  readonly attention: { readonly code: string } | null;
  readonly allowed: readonly string[];
}

/**
 * One close over HTTP alone, from its start to completed, as a host product and its accountant make it: whatever a server
 * does not answer is asked again, and what needs a person is tried again.
 */
export async function makeClose(
  servers: Servers,
  sandboxUrl: string,
  key: string,
  databaseNumber: number,
): Promise<Closed> {
  const call = (method: string, path: string, body?: object, headers?: Record<string, string>) =>
    servers.call(key, method, path, body, headers);
  const attentions: string[] = [];
  const giveUpAt = performance.now() + patienceMs;

  const { id } = done(
    await call('POST', '/api/engagements', {
      company: { name: companyName(databaseNumber), organisationNumber },
      year,
    }),
  ) as { id: string };
  const close = `/api/engagements/${id}`;
  await logIn();
  await follow(({ phase }) => phase === 'adjusting');

  const texts = [`Justering A ${databaseNumber}`, `Justering B ${databaseNumber}`];
  // A save whose answer was lost was one all the same: then the second is refused, and the first stands.
  await call('PUT', `${close}/adjustments`, { adjustments: texts.map(adjustment) }, { 'if-match': '"0"' });
  const { import: books, ...seen } = done(await call('GET', `${close}/preflight`)) as {
    import: { id: string };
    revision: number;
    revisionHash: string;
  };
  done(
    await call('POST', `${close}/approvals`, {
      revision: seen.revision,
      revisionHash: seen.revisionHash,
      snapshotId: books.id,
      series: 'K',
    }),
  );
  await follow(({ phase }) => phase === 'completed');
  return { databaseNumber, texts, attentions };

  /** A code is good once: when the way back was lost, the person begins again. */
  async function logIn(): Promise<void> {
    for (;;) {
      const { url } = done(await call('POST', `${close}/login`)) as { url: string };
      const consent = await fetch(`${sandboxUrl}/sandbox/consent`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          ...Object.fromEntries(new URL(url).searchParams),
          company: databaseNumber,
        }),
      });
      const { code, state } = (await consent.json()) as { code: string; state: string };
      const back = await call('GET', `/fortnox/callback?${new URLSearchParams({ code, state }).toString()}`);
      if (back.status === 200) {
        const { connectionId } = done(back) as { connectionId: string };
        if ((await call('POST', `${close}/connection/confirm`, { connectionId })).status === 202) return;
      }
      refuseToWaitForEver(`the login answers ${back.status}`);
      await sleep(lookEveryMs);
    }
  }

  async function follow(wanted: (view: View) => boolean): Promise<void> {
    for (;;) {
      const answer = await call('GET', close);
      if (answer.status === 200) {
        const view = answer.body as View;
        if (wanted(view)) return;
        if (view.attention && view.allowed.includes('retry')) {
          attentions.push(view.attention.code);
          await call('POST', `${close}/retry`);
        }
        refuseToWaitForEver(`${view.phase} ${view.attention?.code ?? ''}`);
      }
      await sleep(lookEveryMs);
    }
  }

  function refuseToWaitForEver(last: string): void {
    if (performance.now() > giveUpAt) throw new Error(`close ${id} stands still: ${last}`);
  }
}

export const companyName = (databaseNumber: number): string => `Klusterbolaget ${databaseNumber} AB`;

function done({ status, body }: Answer): unknown {
  if (status >= 200 && status < 300) return body;
  throw new Error(`refused: ${status} ${JSON.stringify(body)}`);
}

const adjustment = (text: string): object => ({
  id: text,
  date: year.to,
  text,
  rows: [
    { account: '1930', amountOre: -125_50 },
    { account: '3740', amountOre: 125_50, text: 'Öresutjämning' },
  ],
});
