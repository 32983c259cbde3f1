import postgres from 'postgres';
import { Problem } from '../accounting/problem.ts';

/**
 * What Postgres refused, told without the values: its own error (and drizzle's around it) carries the query's
 * parameters and the offending row, which are personal data.
 */
export class DatabaseError extends Error {
  /** SQLSTATE, e.g. 23505. */
  readonly code: string;
  readonly constraint: string | undefined;

  constructor(error: postgres.PostgresError) {
    const where = [error.table_name, error.constraint_name].filter(Boolean).join(', ');
    super(`database: ${error.code}${where && ` (${where})`} in ${error.routine ?? 'a query'}`);
    this.name = 'DatabaseError';
    this.code = error.code;
    this.constraint = error.constraint_name;
  }
}

/** The guards' own SQLSTATEs (migrations 0003 and 0006), for the reader. */
const guards: Readonly<Record<string, () => Problem>> = {
  BK001: () =>
    new Problem({
      code: 'database.append-only',
      what: 'En uppgift som ska bevaras oförändrad skulle ha ändrats eller tagits bort. Databasen vägrade.',
      advice: 'Gör en rättelse i stället: en ny version sparas bredvid den gamla.',
    }),
  BK002: () =>
    new Problem({
      code: 'approval.four-eyes',
      what: 'Den som har sparat bokslutsverifikationerna får inte själv godkänna dem (fyra ögon).',
      advice: 'Låt en annan person på byrån granska och godkänna.',
    }),
  BK004: () =>
    new Problem({
      code: 'approval.not-a-reviewer',
      what: 'Den som godkänner måste vara granskare eller administratör på byrån.',
      advice: 'Låt en granskare godkänna, eller låt administratören ändra rollen.',
    }),
  BK003: () =>
    new Problem({
      code: 'export.illegal-step',
      what: 'En överförd verifikation eller avslutad överföring skulle ha ändrats. Databasen vägrade.',
      advice: 'Läs in överföringen på nytt och se vad som redan är gjort.',
    }),
};

/** The error as it may leave the database: coded when a guard refused, otherwise without values. */
export function cleanError(error: unknown): unknown {
  const cause = error instanceof Error && error.cause instanceof postgres.PostgresError ? error.cause : error;
  if (!(cause instanceof postgres.PostgresError)) return error;
  return guards[cause.code]?.() ?? new DatabaseError(cause);
}
