import postgres from 'postgres';
import { Problem } from '../accounting/problem.ts';

/** Erases as the tables' owner, the only one who can (migrations/0010_erasure.sql). */
export interface Eraser {
  /** One close, after its time. @throws Problem `retention.must-be-kept` */
  engagement(firmId: string, engagementId: string): Promise<void>;
  /** Erases the closes and takes it back: what would forbid it, or fail, does so now. @throws Problem as `firm` */
  rehearse(firmId: string, closes: readonly CloseToGo[]): Promise<void>;
  /** The closes, and all else that the firm has left. @throws Problem `retention.must-be-kept` */
  firm(firmId: string, closes: readonly CloseToGo[]): Promise<void>;
  end(): Promise<void>;
}

export interface CloseToGo {
  readonly id: string;
  /** Its books were found whole elsewhere: for this close alone the law's time need not be over. */
  readonly archived: boolean;
}

/** @param adminUrl the role that owns the tables */
export function openEraser(adminUrl: string): Eraser {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => undefined });
  const erase = async (
    tx: postgres.Sql | postgres.TransactionSql,
    firmId: string,
    { id, archived }: CloseToGo,
  ): Promise<void> => void (await tx`select erase_engagement(${firmId}::uuid, ${id}::uuid, ${archived})`);
  return {
    engagement: (firmId, id) => allowed(erase(sql, firmId, { id, archived: false })),
    rehearse: (firmId, closes) =>
      allowed(
        sql.begin(async (tx) => {
          for (const close of closes) await erase(tx, firmId, close);
          throw new TakenBack();
        }),
      ).catch((error: unknown) => {
        if (!(error instanceof TakenBack)) throw error;
      }),
    firm: (firmId, closes) =>
      allowed(
        sql.begin(async (tx) => {
          for (const close of closes) await erase(tx, firmId, close);
          await tx`select erase_firm(${firmId}::uuid, false)`;
        }),
      ),
    end: () => sql.end(),
  };
}

/** Ends a rehearsal. */
class TakenBack extends Error {}

async function allowed(erasing: PromiseLike<unknown>): Promise<void> {
  try {
    await erasing;
  } catch (error) {
    if (!(error instanceof postgres.PostgresError)) throw error;
    if (error.code === '42501') throw new Problem(notTheOwner);
    if (error.code !== 'BK005') throw error;
    throw new Problem({
      code: 'retention.must-be-kept',
      what: `Det får inte raderas: ${error.message}.`,
      advice: 'Vänta tills tiden är ute, eller arkivera boksluten och ange arkivet.',
    });
  }
}

const notTheOwner = {
  code: 'retention.not-the-owner',
  what: 'Rollen får inte radera: bara den som äger tabellerna får det.',
  advice: 'Ange tabellernas ägare i DATABASE_ADMIN_URL.',
};
