import type { Client } from '@temporalio/client';
import type { Phase } from '../../workflows/messages.ts';
import { loginExpiresAtKey, needsAttentionKey, phaseKey } from '../../workflows/search-attributes.ts';
import type { ClientContext } from './context.ts';

/** Where a close stands, as Temporal's list knows it (a second or two late). */
export interface Standing {
  readonly phase: Phase | null;
  /** The code of what needs a person. */
  readonly attention: string | null;
  readonly loginExpiresAt: Date | null;
}

/** By workflow id. */
export type Standings = ReadonlyMap<string, Standing>;

interface Kept {
  readonly at: number;
  readonly standings: Standings;
}

interface Shelf {
  kept: Kept | undefined;
  asking: Promise<Kept> | undefined;
}

const shelves = new WeakMap<Client, Map<string, Shelf>>();

/** Asked for at once by several, the list is read once. */
const freshForMs = 500;
/** How long a page waits for the list before it is shown with the one that was read before. */
const patienceMs = 40;

/**
 * Where all of a firm's closes stand.
 * @param staleMs an answer as old as this will do, for who hears of the next one by itself; left out: a fresh one
 */
export async function firmStandings(
  context: ClientContext,
  firmId: string,
  { staleMs = 0 }: { readonly staleMs?: number } = {},
): Promise<Standings> {
  if (!context.searchAttributes) return new Map();
  const shelf = shelfOf(context.temporal, firmId);
  const { kept } = shelf;
  const age = kept ? Date.now() - kept.at : Infinity;
  if (kept && age < freshForMs) return kept.standings;
  shelf.asking ??= ask(context, firmId, shelf);
  if (!kept || age > staleMs) return (await shelf.asking).standings;
  const late = new Promise<Kept>((resolve) => setTimeout(resolve, patienceMs, kept));
  return (await Promise.race([shelf.asking, late])).standings;
}

function shelfOf(temporal: Client, firmId: string): Shelf {
  const firms = shelves.get(temporal) ?? new Map<string, Shelf>();
  shelves.set(temporal, firms);
  const shelf = firms.get(firmId) ?? { kept: undefined, asking: undefined };
  firms.set(firmId, shelf);
  return shelf;
}

async function ask(context: ClientContext, firmId: string, shelf: Shelf): Promise<Kept> {
  try {
    const kept = { at: Date.now(), standings: await readStandings(context, firmId) };
    shelf.kept = kept;
    return kept;
  } catch (error) {
    // The list is worth showing without the phases.
    context.log({
      event: 'closes.standing-unknown',
      reason: error instanceof Error ? error.name : 'unknown',
    });
    return shelf.kept ?? { at: 0, standings: new Map() };
  } finally {
    shelf.asking = undefined;
  }
}

function readStandings({ temporal }: ClientContext, firmId: string): Promise<Standings> {
  // The firm's id has the form of a UUID: it comes from a key or session that was looked up.
  const query = `FirmId = '${firmId}' AND WorkflowType = 'yearEndClose'`;
  return temporal.withDeadline(Date.now() + 5_000, async () => {
    const standings = new Map<string, Standing>();
    for await (const { workflowId, typedSearchAttributes } of temporal.workflow.list({ query })) {
      // Newest run first: an earlier one of a reopened close says nothing.
      if (standings.has(workflowId)) continue;
      standings.set(workflowId, {
        phase: (typedSearchAttributes.get(phaseKey) as Phase | undefined) ?? null,
        attention: typedSearchAttributes.get(needsAttentionKey) ?? null,
        loginExpiresAt: typedSearchAttributes.get(loginExpiresAtKey) ?? null,
      });
    }
    return standings;
  });
}
