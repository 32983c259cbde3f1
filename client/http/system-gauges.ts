import { loginTermMs } from '../../db/stores/connections.ts';
import { operatingFigures } from '../../db/stores/operating-figures.ts';
import type { OperatingFigure } from '../../db/stores/operating-figures.ts';
import { inTime } from '../../telemetry/in-time.ts';
import { gauge, gaugeFailures } from '../../telemetry/metrics.ts';
import { attentionCodes, closesByPhase } from '../close/counts.ts';
import type { ClientContext } from '../close/context.ts';
import { workersByQueue } from '../close/workers.ts';

/*
 * Gauges over the whole system, the same from every server: take the max over them, never the sum. Where a close stands is
 * asked of Temporal, which keeps it; what Postgres keeps comes from one function that answers with counts alone. What cannot
 * be asked just now has no value at all rather than an old one, and is counted as a failure.
 */
const closes = gauge('bokslut_closes', 'Closes that run, by phase.', ['phase']);
const attention = gauge('bokslut_closes_in_attention', 'Closes that wait for a person, by code.', ['code']);
const logins = gauge('bokslut_logins', 'Live logins at Fortnox, by days left until they end.', ['days_left']);
const revocations = gauge('bokslut_revocations_pending', 'Logins ended here and not yet revoked at Fortnox.');
const vouchers = gauge(
  'bokslut_vouchers_unsettled',
  'Vouchers on their way to Fortnox, by status: sending, posted, and those whose outcome is unknown, ambiguous or differs.',
  ['status'],
);
const signals = gauge('bokslut_signals_undelivered', 'Signals that the database owes to workflows.');
const signalAge = gauge('bokslut_signals_oldest_age_seconds', 'Age of the oldest signal that is owed.');
const deliveries = gauge('bokslut_deliveries_pending', 'Notifications on their way, by channel.', [
  'channel',
]);
const deliveryAge = gauge('bokslut_deliveries_oldest_age_seconds', 'Age of the oldest delivery on its way.');

const workers = gauge(
  'bokslut_workers',
  'Workers that asked for work in the last five minutes, by its kind.',
  ['queue'],
);

/** Visibility is asked at most this often, however many ask for the metrics. */
const freshForMs = 15_000;

/** Well within Prometheus' patience of 10 seconds: what the process itself counts is told whoever else hangs. */
const withinMs = 5_000;

/** Fills the gauges anew when Prometheus asks. */
export function systemGauges(context: ClientContext): () => Promise<void> {
  const { temporal, database } = context;
  const sources = [
    source(
      'temporal',
      [closes, attention, workers],
      () =>
        temporal.withDeadline(Date.now() + withinMs, async () => ({
          phases: await closesByPhase(context),
          codes: await attentionCodes(context),
          queues: await workersByQueue(context),
        })),
      ({ phases, codes, queues }) => {
        for (const { phase, count } of phases) closes.set({ phase }, count);
        for (const { code, count } of codes) attention.set({ code }, count);
        for (const { queue, count } of queues) workers.set({ queue }, count);
      },
    ),
    source(
      'postgres',
      [logins, revocations, vouchers, signals, signalAge, deliveries, deliveryAge],
      () => operatingFigures(database, loginTermMs),
      (figures) => {
        for (const days of loginBuckets) logins.set({ days_left: days.label }, 0);
        for (const figure of figures) set(figure);
      },
    ),
  ];
  let askedAtMs = -Infinity;
  let filled: Promise<unknown> = Promise.resolve();
  return async () => {
    if (performance.now() - askedAtMs >= freshForMs) {
      askedAtMs = performance.now();
      filled = Promise.all(sources.map((fill) => fill()));
    }
    await filled;
  };
}

/** Gauges that are filled from one answer, or from none. A question that hangs is not asked again beside it. */
function source<Answer>(
  name: string,
  gauges: readonly { clear(): void }[],
  ask: () => Promise<Answer>,
  fill: (answer: Answer) => void,
): () => Promise<void> {
  // From the start, so that the first failure is a rise.
  gaugeFailures.inc({ source: name }, 0);
  let asked: Promise<Answer> | undefined;
  return async () => {
    for (const one of gauges) one.clear();
    asked ??= ask().finally(() => (asked = undefined));
    try {
      fill(await inTime(asked, withinMs));
    } catch {
      gaugeFailures.inc({ source: name });
    }
  };
}

const loginBuckets = [
  { label: '0-1', below: 1 },
  { label: '1-7', below: 7 },
  { label: '7-14', below: 14 },
  { label: '14-30', below: Infinity },
];

function set({ figure, label, value }: OperatingFigure): void {
  if (figure === 'logins') {
    const { label: days } = loginBuckets.find(({ below }) => Number(label) < below)!;
    logins.inc({ days_left: days }, value);
  }
  if (figure === 'revocations') revocations.set(value);
  if (figure === 'vouchers') vouchers.set({ status: label }, value);
  if (figure === 'signals') signals.set(value);
  if (figure === 'oldestSignal') signalAge.set(value);
  if (figure === 'deliveries') deliveries.set({ channel: label }, value);
  if (figure === 'oldestDelivery') deliveryAge.set(value);
}
