import { z } from '@hono/zod-openapi';
import { Problem } from '../../accounting/problem.ts';
import type { AppContext } from './app-env.ts';
import { httpProblems, InvalidRequest } from './problems.ts';

/** What can be edited carries a number: `"3"` read, `If-Match: "3"` sent, 412 when somebody saved in between. */

export const etag = {
  ETag: { description: 'Names what was read: send it as If-Match', schema: { type: 'string' } },
} as const;

export const ifMatch = z.object({
  'if-match': z.string().max(50).optional().openapi({ description: 'The ETag that was read; required' }),
});

export const setEtag = (c: AppContext, version: number): void => c.header('ETag', `"${version}"`);

/** @throws Problem `http.if-match-missing`, `http.invalid-request` */
export function versionSeen(c: AppContext): number {
  const header = c.req.header('if-match');
  if (header === undefined) throw new Problem(httpProblems.ifMatchMissing);
  const [, number] = /^(?:W\/)?"(\d{1,15})"$/.exec(header.trim()) ?? [];
  if (number === undefined) throw new InvalidRequest([{ at: 'if-match', message: 'ingen ETag härifrån' }]);
  return Number(number);
}
