import { z } from '@hono/zod-openapi';
import { parseIsoDate } from '../../accounting/dates.ts';
import type { IsoDate } from '../../accounting/dates.ts';

/** Parts that several routes' requests and answers share. */

export const date = z
  .string()
  .refine((text) => parseIsoDate(text) !== undefined, 'inte ett datum ÅÅÅÅ-MM-DD')
  .transform((text) => text as IsoDate)
  .openapi({ type: 'string', format: 'date', example: '2025-12-31' });

/** A date or moment in an answer. */
export const day = z.string().openapi({ format: 'date' });
export const moment = z.string().openapi({ format: 'date-time' });
export const ore = z.int().openapi({ description: 'Öre, a whole number; debit positive', example: 125050 });
export const id = z.uuid();
export const account = z
  .string()
  .regex(/^[0-9A-Za-zÅÄÖåäö]{3,8}$/)
  .openapi({ example: '1510' });

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().openapi({ description: 'Stable; never changes its meaning', example: 'approval.stale' }),
    what: z.string().openapi({ description: 'Swedish: what happened, and to what' }),
    advice: z.string().openapi({ description: 'Swedish: what can be done about it' }),
    fortnox: z
      .object({
        status: z.int(),
        code: z.string().optional(),
        message: z.string().optional(),
        requestId: z.string().optional(),
      })
      .optional(),
    faults: z.array(z.looseObject({})).optional(),
  })
  .openapi('Problem');

export const refusals = {
  default: {
    description: 'A problem (RFC 9457), with a stable code',
    content: { 'application/problem+json': { schema: problem } },
  },
} as const;

export const engagementPath = z.object({ id });

export const idempotencyKey = z.object({
  'idempotency-key': z
    .string()
    .min(1)
    .max(200)
    .optional()
    .openapi({ description: 'The same key and request within 24 hours get the first answer' }),
});

export const json = <T extends z.ZodType>(schema: T, description: string) =>
  ({ description, content: { 'application/json': { schema } } }) as const;

export const jsonBody = <T extends z.ZodType>(schema: T) =>
  ({ required: true, content: { 'application/json': { schema } } }) as const;

/** Or null; said outside, so that the named schema itself stays what it is in the OpenAPI document. */
export const orNull = <T extends z.ZodType>(schema: T) => z.union([schema, z.null()]);

export const nothing = z.object({}).openapi('Done');

/** An answer that is a file. */
export const binary = (type: string, description: string) =>
  ({ description, content: { [type]: { schema: z.string().openapi({ format: 'binary' }) } } }) as const;
