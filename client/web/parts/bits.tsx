import type { Child } from 'hono/jsx';
import { formatKronor } from '../../../accounting/money.ts';
import type { Ore } from '../../../accounting/money.ts';
import type { ProblemDetails } from '../../../accounting/problem.ts';
import { swedishTime, swedishWhole } from '../../../documents/swedish.ts';
import type { Tone } from '../words.ts';

/** Small things that many pages show. */

export const Pill = ({
  tone,
  hidden,
  children,
}: {
  readonly tone: Tone;
  readonly hidden?: boolean;
  readonly children?: Child;
}) => (
  <span class={`pill ${tone}`} hidden={hidden}>
    {children}
  </span>
);

/** An amount; negative ones stand out. */
export const Money = ({ ore }: { readonly ore: Ore }) => (
  <span class={ore < 0 ? 'money negative' : 'money'}>{formatKronor(ore)}</span>
);

export const Moment = ({ at }: { readonly at: Date | number | string }) => {
  const iso = new Date(at).toISOString();
  return <time datetime={iso}>{swedishTime(iso)}</time>;
};

/** What is wrong, and what the reader can do about it. */
export const ProblemBox = ({
  problem: { code, what, advice, fortnox },
  children,
}: {
  readonly problem: ProblemDetails;
  readonly children?: Child;
}) => (
  <div class="notice bad" role="alert">
    <p>
      <strong>{what}</strong>
    </p>
    <p>{advice}</p>
    {children}
    <p class="code">
      {code}
      {fortnox && ` · Fortnox ${fortnox.status}${fortnox.code ? `, ${fortnox.code}` : ''}`}
      {fortnox?.message && `: ${fortnox.message}`}
      {fortnox?.requestId && ` · ${fortnox.requestId}`}
    </p>
  </div>
);

export const Notice = ({ tone, children }: { readonly tone: Tone; readonly children?: Child }) => (
  <div class={`notice ${tone}`}>{children}</div>
);

export const Empty = ({ children }: { readonly children?: Child }) => <p class="empty">{children}</p>;

/** How many of a long list are not shown. */
export const More = ({ of, shown }: { readonly of: number; readonly shown: number }) =>
  of > shown ? <p class="muted">… och {swedishWhole(of - shown)} till.</p> : null;

/** A form that is one button. */
export const PostButton = ({
  action,
  kind = 'secondary',
  fields = {},
  children,
}: {
  readonly action: string;
  readonly kind?: 'primary' | 'secondary' | 'danger' | 'quiet';
  readonly fields?: Readonly<Record<string, string>>;
  readonly children?: Child;
}) => (
  <form method="post" action={action} class="inline">
    {Object.entries(fields).map(([name, value]) => (
      <input type="hidden" name={name} value={value} />
    ))}
    <button class={kind}>{children}</button>
  </form>
);

export const kilobytes = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1_000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
