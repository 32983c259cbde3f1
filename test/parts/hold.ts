import { startPostgres } from '../../dev/postgres.ts';
import { startTemporal } from '../../dev/temporal.ts';

/*
 * A run that only holds one part until it is killed. Usage: hold.ts postgres FOLDER | temporal FILE
 * Prints one line, the part's address, when it is up.
 */
const [part, place = ''] = process.argv.slice(2);
const address =
  part === 'postgres'
    ? (await startPostgres({ dataDir: place })).adminUrl
    : (await startTemporal({ dbFile: place, headless: true, searchAttributes: { FirmId: 'Keyword' } }))
        .address;
process.stdout.write(`${address}\n`);
setInterval(() => undefined, 60_000);
