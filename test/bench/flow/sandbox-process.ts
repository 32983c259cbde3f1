import { readFileSync } from 'node:fs';
import { startSandbox } from '../../../sandbox/start.ts';
import { databaseNumber } from './companies.ts';

/**
 * A sandbox as a process of its own, without a rate limit, with so many small companies or one of a common size: prints how to reach it
 * as JSON.
 */
const count = Number(process.argv[2]);
const simple = JSON.parse(
  readFileSync(new URL('../../cases/01-simple-tie/company.json', import.meta.url), 'utf8'),
) as { company: object };
const { url, clientId, clientSecret, companies } = await startSandbox({
  rateLimit: false,
  vouchers: 2_000,
  invoices: 400,
  companies: Array.from({ length: count }, (_, index) => ({
    ...simple,
    company: { ...simple.company, name: `Provbolaget ${index} AB`, databaseNumber: databaseNumber(index) },
  })),
});
console.log(JSON.stringify({ url, clientId, clientSecret, companies }));
