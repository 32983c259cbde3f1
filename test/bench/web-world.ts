import { isoDate } from '../../accounting/dates.ts';
import { ore } from '../../accounting/money.ts';
import { startEngagement } from '../../client/close/engagements.ts';
import { uploadSie } from '../../client/close/sie-upload.ts';
import { closeStatus } from '../../client/close/status.ts';
import type { Caller, ClientContext } from '../../client/close/context.ts';
import { createFirm } from '../../db/stores/firms.ts';
import { createSession } from '../../db/stores/sessions.ts';
import { saveUser } from '../../db/stores/users.ts';
import { startHouse } from '../../dev/local-house.ts';
import type { House } from '../../dev/local-house.ts';
import { freePort } from '../../dev/ports.ts';
import { productionDurations } from '../../workflows/durations.ts';
import { sampleSie } from './sie-file.ts';

/** A firm with many closes, one of them large, behind a server of its own. */
export interface WebWorld {
  readonly house: House;
  readonly url: string;
  /** What a logged-in browser sends. */
  readonly cookie: string;
  readonly caller: Caller;
  /** The close of the large company; its books are imported. */
  readonly large: string;
  end(): Promise<void>;
}

const firmId = '11111111-1111-4111-8111-111111111111';
const people = 12;

export async function openWebWorld(
  { engagements, vouchers }: { readonly engagements: number; readonly vouchers: number },
  tell: (line: string) => void,
): Promise<WebWorld> {
  const port = await freePort();
  const house = await startHouse({ durations: productionDurations, port, headless: true });
  try {
    const { database } = house.client;
    const { cookie, userIds } = await database.forFirm(firmId, async (tx) => {
      await createFirm(tx, { name: 'Byrån' });
      const ids: string[] = [];
      for (let index = 0; index < people; index++) {
        const subject = `person-${index}`;
        const role = 'reviewer' as const;
        const email = `${subject}@example.com`;
        ids.push((await saveUser(tx, { issuer: 'bench', subject, name: `Person ${index}`, email, role })).id);
      }
      return { cookie: await createSession(tx, { userId: ids[0]!, lifetimeMs: 3_600_000 }), userIds: ids };
    });
    const caller: Caller = { firmId, actor: `user:${userIds[0]}` };
    tell(`${engagements} engagements …`);
    for (let index = 1; index < engagements; index++) {
      await startEngagement(house.client, caller, {
        company: {
          name: `Kunden ${index} AB`,
          organisationNumber: `999${String(index).padStart(3, '0')}-0003`,
        },
        year: { from: isoDate('2024-01-01'), to: isoDate('2024-12-31') },
        settings: { source: index % 5 === 0 ? 'sie' : 'fortnox', materialityOre: ore(100_00) },
        responsibleUserId: userIds[index % people]!,
      });
    }
    tell(`a company of ${vouchers} vouchers …`);
    const large = await importLarge(house.client, caller, vouchers, userIds[0]!);
    return {
      house,
      url: `http://127.0.0.1:${port}`,
      cookie: `bokslut=${cookie}`,
      caller,
      large,
      end: house.stop,
    };
  } catch (error) {
    await house.stop();
    throw error;
  }
}

async function importLarge(
  client: ClientContext,
  caller: Caller,
  vouchers: number,
  responsibleUserId: string,
): Promise<string> {
  const { id } = await startEngagement(client, caller, {
    company: { name: 'Stora bolaget AB', organisationNumber: '999999-0003' },
    year: { from: isoDate('2024-01-01'), to: isoDate('2024-12-31') },
    settings: { source: 'sie', materialityOre: ore(100_00) },
    responsibleUserId,
  });
  await uploadSie(client, caller, id, { name: 'stor.se', bytes: sampleSie(vouchers).bytes });
  for (;;) {
    const { phase, attention } = await closeStatus(client, caller, id);
    if (attention) throw new Error(`the large import stopped: ${attention.code}`);
    if (phase === 'adjusting') return id;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
