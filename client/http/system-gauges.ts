import { loginTermMs } from '../../db/stores/connections.ts';
import { operatingFigures } from '../../db/stores/operating-figures.ts';
import type { OperatingFigure } from '../../db/stores/operating-figures.ts';
import { gauge, gaugeFailures } from '../../telemetry/metrics.ts';
import { attentionCodes, closesByPhase } from '../close/counts.ts';
import type { ClientContext } from '../close/context.ts';

/*
 * Gauges over the whole system, the same from every server: take the max over them, never the sum. Where a close stands is
 * asked of Temporal, which keeps it; what Postgres keeps comes from one function that answers with counts alone. What cannot
 * be asked just now has no value at all rather than an old one.
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

const fromTemporal = [closes, attention];
const fromPostgres = [logins, revocations, vouchers, signals, signalAge, deliveries, deliveryAge];

/** Visibility is asked at most this often, however many ask for the metrics. */
const freshForMs = 15_000;

/** Fills the gauges anew when Prometheus asks. */
export function systemGauges(context: ClientContext): () => Promise<void> {
  let askedAtMs = -Infinity;
  let asked = Promise.resolve();
  return () => {
    if (performance.now() - askedAtMs >= freshForMs) {
      askedAtMs = performance.now();
      asked = refresh(context);
    }
    return asked;
  };
}

async function refresh(context: ClientContext): Promise<void> {
  await Promise.all([
    filled('temporal', fromTemporal, async () => {
      for (const { phase, count } of await closesByPhase(context)) closes.set({ phase }, count);
      for (const { code, count } of await attentionCodes(context)) attention.set({ code }, count);
    }),
    filled('postgres', fromPostgres, async () => {
      for (const days of loginBuckets) logins.set({ days_left: days.label }, 0);
      for (const figure of await operatingFigures(context.database, loginTermMs)) set(figure);
    }),
  ]);
}

async function filled(
  source: string,
  gauges: readonly { clear(): void }[],
  fill: () => Promise<void>,
): Promise<void> {
  for (const one of gauges) one.clear();
  try {
    await fill();
  } catch {
    for (const one of gauges) one.clear();
    gaugeFailures.inc({ source });
  }
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
