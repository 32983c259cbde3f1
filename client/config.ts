import { z } from 'zod';
import { Problem } from '../accounting/problem.ts';

/** What every way in needs to know, from the environment only; Temporal's own variables and Fortnox's are read beside it. */
export interface ClientConfig {
  readonly databaseUrl: string;
  /** `keyId:base64[,…]`, see fortnox/seal.ts. */
  readonly tokenKeys: string;
  /** Root of our own addresses, as browsers reach them. */
  readonly publicUrl: URL;
  readonly taskQueue: string;
  /** Where mail is sent by; none is sent without. */
  readonly mail?: { readonly url: URL; readonly from: string };
  /** Webhooks may go to this machine and its network, over http as well. */
  readonly privateWebhooks: boolean;
}

const schema = z
  .object({
    DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
    TOKEN_KEYS: z.string().min(1),
    PUBLIC_URL: z.url({ protocol: /^https?$/ }),
    FORTNOX_CLIENT_ID: z.string().min(1),
    FORTNOX_CLIENT_SECRET: z.string().min(1),
    FORTNOX_BASE_URL: z.url({ protocol: /^https?$/ }).optional(),
    FORTNOX_AUTH_URL: z.url({ protocol: /^https?$/ }).optional(),
    TEMPORAL_TASK_QUEUE: z.string().default('bokslut'),
    SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
    MAIL_FROM: z.email().optional(),
    WEBHOOKS_TO_PRIVATE_ADDRESSES: z.enum(['0', '1']).default('0'),
  })
  .refine(({ SMTP_URL, MAIL_FROM }) => (SMTP_URL === undefined) === (MAIL_FROM === undefined), {
    path: ['MAIL_FROM'],
  });

export type Environment = Readonly<Record<string, string | undefined>>;

/** Throws Problem `config.invalid` that names every variable which is missing or unusable, never a value. */
export function clientConfig(environment: Environment): ClientConfig {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  if (!result.success) throw unusable(result.error, given);
  const { DATABASE_URL, TOKEN_KEYS, PUBLIC_URL, TEMPORAL_TASK_QUEUE, SMTP_URL, MAIL_FROM } = result.data;
  return {
    databaseUrl: DATABASE_URL,
    tokenKeys: TOKEN_KEYS,
    publicUrl: new URL(PUBLIC_URL),
    taskQueue: TEMPORAL_TASK_QUEUE,
    ...(SMTP_URL !== undefined &&
      MAIL_FROM !== undefined && { mail: { url: new URL(SMTP_URL), from: MAIL_FROM } }),
    privateWebhooks: result.data.WEBHOOKS_TO_PRIVATE_ADDRESSES === '1',
  };
}

function unusable(error: z.ZodError, given: Environment): Problem {
  const names = [...new Set(error.issues.map(({ path }) => String(path[0])))];
  const missing = names.filter((name) => given[name] === undefined);
  const invalid = names.filter((name) => given[name] !== undefined);
  return new Problem({
    code: 'config.invalid',
    what: [
      ...(missing.length > 0 ? [`Miljövariabler saknas: ${missing.join(', ')}.`] : []),
      ...(invalid.length > 0
        ? [`Miljövariabler har ett värde som inte går att använda: ${invalid.join(', ')}.`]
        : []),
    ].join(' '),
    advice: 'Sätt dem och försök igen. docs/operate.md beskriver var och en.',
  });
}
