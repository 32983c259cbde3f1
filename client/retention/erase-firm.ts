import { ScheduleNotFoundError, WorkflowNotFoundError } from '@temporalio/client';
import { isoDate } from '../../accounting/dates.ts';
import { Problem } from '../../accounting/problem.ts';
import type { Eraser } from '../../db/erase.ts';
import { endConnection, listConnections } from '../../db/stores/connections.ts';
import type { Connection } from '../../db/stores/connections.ts';
import { getFirm } from '../../db/stores/firms.ts';
import { closeWorkflowId, loginExpiryWorkflowId, watchScheduleId } from '../../workflows/messages.ts';
import type { ClientContext } from '../close/context.ts';
import { archive } from './archive.ts';
import { keepings } from './keeping.ts';
import type { Keeping } from './keeping.ts';

/** What erasing a firm would take away, and what forbids it. */
export interface FirmErasure {
  readonly firmId: string;
  readonly closes: readonly CloseToErase[];
  /** Logins at Fortnox that are to be revoked first. */
  readonly logins: readonly string[];
  /** Where binders were looked for. */
  readonly archive?: string | undefined;
}

interface CloseToErase {
  readonly id: string;
  readonly keptUntil: string;
  /** `held`: it has not ended, or its time is not over and no archive has all that it has exported. */
  readonly because: 'over' | 'archived' | 'called off' | 'held';
}

/** Looks alone. @throws Problem `firms.not-found`, `retention.archive-broken` */
export async function firmErasure(
  { database }: ClientContext,
  firmId: string,
  folder: string | undefined,
): Promise<FirmErasure> {
  const kept = folder === undefined ? [] : await archive(database, { folder, firmId, write: false });
  const archived = new Set(
    kept.filter(({ state }) => state === 'kept').map(({ engagementId }) => engagementId),
  );
  const today = isoDate(new Date().toISOString().slice(0, 10));
  const because = ({ id, state, keptUntil }: Keeping): CloseToErase['because'] => {
    if (state === 'open') return 'held';
    if (state === 'empty') return 'called off';
    if (keptUntil < today) return 'over';
    return state === 'bound' && archived.has(id) ? 'archived' : 'held';
  };
  return database.forFirm(firmId, async (tx) => {
    await getFirm(tx);
    const closes = (await keepings(tx)).map((close) => ({
      id: close.id,
      keptUntil: close.keptUntil,
      because: because(close),
    }));
    const logins = (await listConnections(tx)).filter(isAlive).map(({ id }) => id);
    return { firmId, closes, logins, archive: folder };
  });
}

const isAlive = ({ endedAt, sealedTokens }: Connection): boolean => endedAt === null || sealedTokens !== null;

/**
 * Revokes the firm's logins at Fortnox, ends its workflows and erases all that it has left here. Looks anew and rehearses first, so
 * that nothing is ended when the whole cannot be done. Safe to repeat.
 * @throws Problem `retention.must-be-kept`, `retention.not-the-owner`, `connection.revocation-pending`
 */
export async function eraseFirm(
  context: ClientContext,
  eraser: Eraser,
  { firmId, archive: folder }: Pick<FirmErasure, 'firmId' | 'archive'>,
): Promise<void> {
  const { closes } = await firmErasure(context, firmId, folder);
  const held = closes.filter(({ because }) => because === 'held');
  if (held.length > 0) throw new Problem(mustBeKept(held));
  const toGo = closes.map(({ id, because }) => ({ id, archived: because === 'archived' }));
  await eraser.rehearse(firmId, toGo);
  const connections = await context.database.forFirm(firmId, listConnections);
  for (const connection of connections.filter(isAlive)) await endLogin(context, connection);
  for (const { id } of connections) await terminate(context, loginExpiryWorkflowId(id));
  for (const { id } of closes) {
    await unlessGone(ScheduleNotFoundError, () =>
      context.temporal.schedule.getHandle(watchScheduleId(id)).delete(),
    );
    await terminate(context, closeWorkflowId(id));
  }
  await eraser.firm(firmId, toGo);
}

async function endLogin({ database, custody }: ClientContext, { firmId, id }: Connection): Promise<void> {
  await database.forFirm(firmId, (tx) =>
    endConnection(tx, id, { reason: 'disconnected', at: new Date(), revoke: true }),
  );
  if ((await custody.revoke(firmId, id)) === 'retry') throw new Problem(revocationPending);
}

const terminate = ({ temporal }: ClientContext, workflowId: string): Promise<void> =>
  unlessGone(WorkflowNotFoundError, () =>
    temporal.workflow.getHandle(workflowId).terminate('bokslut firm erase: the firm is erased'),
  );

async function unlessGone(gone: new (...args: never[]) => Error, end: () => Promise<unknown>): Promise<void> {
  try {
    await end();
  } catch (error) {
    if (!(error instanceof gone)) throw error;
  }
}

const mustBeKept = (held: readonly CloseToErase[]) => ({
  code: 'retention.must-be-kept',
  what: `${held.length} bokslut får inte raderas: de är inte avslutade, eller ska bevaras och finns inte helt i något arkiv (${held
    .slice(0, 5)
    .map(({ id, keptUntil: until }) => `${id} till och med ${until}`)
    .join(', ')}).`,
  advice: 'Slutför dem, arkivera årsakterna (bokslut archive) och ange arkivet.',
});

const revocationPending = {
  code: 'connection.revocation-pending',
  what: 'Fortnox har ännu inte bekräftat att en av byråns inloggningar är återkallad. Ingenting är raderat.',
  advice: 'Kör kommandot igen när Fortnox svarar.',
};
