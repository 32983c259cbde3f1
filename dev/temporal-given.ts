import { Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';

/** The types that Temporal can search by, as its command line names them. */
type SearchAttributeType = 'Keyword' | 'KeywordList' | 'Text' | 'Int' | 'Double' | 'Bool' | 'Datetime';
export type SearchAttributes = Readonly<Record<string, SearchAttributeType>>;

/** Temporal's own numbers for the types (IndexedValueType of its API). */
const typeNumbers: Record<SearchAttributeType, number> = {
  Text: 1,
  Keyword: 2,
  Int: 3,
  Double: 4,
  Bool: 5,
  Datetime: 6,
  KeywordList: 7,
};

/**
 * The server that Temporal's standard variables name, made ready: search attributes that it lacks are added.
 *
 * @throws Error when it does not answer, or does not let us add them; says the command that does
 */
export async function givenTemporal(
  wanted: SearchAttributes,
): Promise<{ address: string; namespace: string }> {
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  const address = connectionOptions.address ?? 'localhost:7233';
  const connection = await Connection.connect({ ...connectionOptions, connectTimeout: '5s' }).catch(
    (error: unknown) => {
      throw new Error(
        `The Temporal server ${address} (TEMPORAL_ADDRESS) does not answer: ${String(error)}. ` +
          'Start it, correct the variable, or unset it to have a server started here.',
        { cause: error },
      );
    },
  );
  try {
    await ensureSearchAttributes(connection, namespace, wanted);
    return { address, namespace };
  } finally {
    await connection.close();
  }
}

/** Whether the server that was started here answers already; it is then made ready as the given one is. */
export async function isServing(address: string, wanted: SearchAttributes): Promise<boolean> {
  const connection = await Connection.connect({ address, connectTimeout: '1s' }).catch(() => undefined);
  if (!connection) return false;
  try {
    await ensureSearchAttributes(connection, 'default', wanted);
    return true;
  } catch {
    // It listens before its namespace is there.
    return false;
  } finally {
    await connection.close();
  }
}

/** The development server too can lack some: it takes those of its command line only when it makes its file. */
async function ensureSearchAttributes(
  connection: Connection,
  namespace: string,
  wanted: SearchAttributes,
): Promise<void> {
  await connection.withDeadline(Date.now() + 10_000, async () => {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    const missing = Object.entries(wanted).filter(([name]) => !(name in customAttributes));
    if (missing.length === 0) return;
    const searchAttributes = Object.fromEntries(missing.map(([name, type]) => [name, typeNumbers[type]]));
    await connection.operatorService
      .addSearchAttributes({ namespace, searchAttributes })
      .catch((error: unknown) => {
        const flags = missing.map(([name, type]) => `--name ${name} --type ${type}`).join(' ');
        throw new Error(
          `The Temporal server lacks search attributes and does not let them be added: ${String(error)}. ` +
            `Let its administrator run: temporal operator search-attribute create --namespace ${namespace} ${flags}`,
          { cause: error },
        );
      });
  });
}
