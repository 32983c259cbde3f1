import postgres from 'postgres';
import { Problem } from '../accounting/problem.ts';

/** Erases as the tables' owner, the only one who can (migrations/0010_erasure.sql). */
export interface Eraser {
  /** @param archived its books are kept elsewhere, so that the law's time need not be over. @throws Problem `retention.must-be-kept` */
  engagement(firmId: string, engagementId: string, archived: boolean): Promise<void>;
  /** All that the firm has left. @throws Problem `retention.must-be-kept` */
  firm(firmId: string, archived: boolean): Promise<void>;
  end(): Promise<void>;
}

/** @param adminUrl the role that owns the tables */
export function openEraser(adminUrl: string): Eraser {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => undefined });
  return {
    engagement: (firmId, engagementId, archived) =>
      allowed(sql`select erase_engagement(${firmId}::uuid, ${engagementId}::uuid, ${archived})`),
    firm: (firmId, archived) => allowed(sql`select erase_firm(${firmId}::uuid, ${archived})`),
    end: () => sql.end(),
  };
}

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
