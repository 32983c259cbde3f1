import { createReadStream, existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Problem } from '../accounting/problem.ts';
import { readSie } from '../accounting/sie/read.ts';
import { Refused } from '../sandbox/start.ts';
import type { SandboxOptions } from '../sandbox/start.ts';
import { productionDurations } from '../workflows/durations.ts';
import type { Durations } from '../workflows/durations.ts';
import { loginExpiryWorkflowId } from '../workflows/messages.ts';
import type { Camera } from './demo/screenshots.ts';
import { checkAll, duplicatesIn, ourVouchers } from './demo/checks.ts';
import { fortnoxInside, isPosted } from './demo/fortnox-inside.ts';
import type { FortnoxBooks } from './demo/fortnox-inside.ts';
import { historyOf, readable } from './demo/history.ts';
import { createNarrator } from './demo/narrator.ts';
import { openOutput } from './demo/output.ts';
import type { Summary } from './demo/output.ts';
import { tell } from './demo/story.ts';
import type { Told } from './demo/story.ts';
import { newSecrets, startHouse } from './local-house.ts';
import type { House } from './local-house.ts';
import { freePort } from './ports.ts';

const usage = `npm run demo [-- [--sie FILE | --company FILE] [--out FOLDER] [--screenshots]]

  A complete year-end close, told step by step, on an embedded Postgres, a Temporal dev server and the sandbox.

  --sie FILE       the company is that SIE 4 file's
  --company FILE   the company is that company file's (test/cases/README.md)
  --out FOLDER     where what the close made is written, instead of out/demo
  --screenshots    pictures of Temporal's web page and of ours into out/screenshots/

  Exit code 0: every check held. 1: one did not, or something broke. 2: the company cannot be closed, and why.`;

/** As in production, but for waits that nobody wants to sit through: the same code runs in seconds. */
const durations: Durations = {
  ...productionDurations,
  sendTimeoutMs: 6_000,
  settlingDelayMs: 1_000,
  firstRetryMs: 500,
  stepTimeoutMs: 30_000,
  importTimeoutMs: 60_000,
  patienceMs: 60_000,
};

/** The sample company has euros open on both ledgers. The rate is made up, as the company is. */
const sampleRates: FortnoxBooks['rates'] = [
  { currency: 'EUR', date: '2025-12-31', rate: '10.94', source: 'påhittad kurs' },
];

interface Options {
  /** Where to write; the demo's own folder when undefined. */
  readonly out: string | undefined;
  readonly sandbox: SandboxOptions;
  readonly rates: FortnoxBooks['rates'];
  readonly screenshots: boolean;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      sie: { type: 'string' },
      company: { type: 'string' },
      out: { type: 'string' },
      screenshots: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) {
    console.log(usage);
    process.exit(0);
  }
  const { sie, company, screenshots = false } = values;
  if (sie !== undefined && company !== undefined) throw new Refused('--sie and --company cannot be combined');
  const file = (name: string): string => path.resolve(process.env['INIT_CWD'] ?? '.', name);
  const out = values.out === undefined ? undefined : file(values.out);
  if (sie !== undefined) return { out, sandbox: { sieFile: file(sie) }, rates: [], screenshots };
  if (company !== undefined)
    return { out, sandbox: { companyFiles: [file(company)] }, rates: [], screenshots };
  return { out, sandbox: {}, rates: sampleRates, screenshots };
}

async function run({ out, sandbox, rates, screenshots }: Options): Promise<boolean> {
  const startedAt = performance.now();
  if (sandbox.sieFile !== undefined) await refuseUnreadable(sandbox.sieFile);
  const narrator = createNarrator();
  const output = openOutput(out);
  narrator.step('start', 'Start the house: everything runs on this machine, and ends with the demo');
  const house = await startHouse({
    sandbox,
    secrets: newSecrets(),
    durations,
    port: await freePort(),
    headless: !screenshots,
    crashAt: 'export.after-post',
    log: narrator.say,
  });
  stopOnSignal(house.stop);
  let camera: Camera | undefined;
  try {
    const fortnox = fortnoxInside(house.sandbox.url, house.sandbox.companies[0]?.databaseNumber ?? 0);
    const booksBefore = await fortnox.books();
    camera = screenshots ? await (await import('./demo/screenshots.ts')).openCamera(house) : undefined;
    const told = await tell({
      house,
      narrator,
      fortnox,
      rates,
      onAttachments: output.attachments,
      onScene: async (scene, firm, engagementId) => camera?.take(scene, firm, engagementId),
    });

    const { bytes: binder } = await told.firm.anna.of(told.engagementId).binder();
    output.binder(binder);
    const history = await historyOf(house.client, told.engagementId);
    output.write('history.json', `${history.json}\n`);
    const books = await fortnox.books();
    const requests = await fortnox.requests();
    const checks = checkAll({
      told,
      booksBefore,
      books,
      posts: requests.filter(isPosted).length,
      binder,
      historyEvents: history.events,
      historyText: readable(history),
    });
    narrator.step('verify', 'Verify');
    for (const { what, holds } of checks) narrator.say(`${holds ? '✓' : '✗ NOT SO:'} ${what}`);

    const stepSeconds = narrator.seconds();
    const summary: Summary = {
      seconds: Math.round((performance.now() - startedAt) / 100) / 10,
      stepSeconds,
      fortnoxRequests: requests.filter((request) => request.path.startsWith('/3')).length,
      historyEvents: history.events,
      historyBytes: history.bytes,
      vouchersSent: told.approved.length,
      vouchersInFortnox: ourVouchers(books).length,
      duplicates: duplicatesIn(books),
      files: [...output.files(), output.pathOf('summary.json')],
    };
    output.write('summary.json', `${JSON.stringify(summary, undefined, 2)}\n`);
    print(summary);
    if (process.env['TEMPORAL_ADDRESS']) await leaveNothing(house, told);
    return checks.every(({ holds }) => holds);
  } finally {
    await camera?.stop();
    await house.stop();
  }
}

/** On a server that stays, the login's watcher would wait for its 30 days with nobody to work for it. */
async function leaveNothing({ client }: House, { firm, engagementId, connectionId }: Told): Promise<void> {
  await firm.anna.of(engagementId).disconnect();
  await client.temporal.workflow.getHandle(loginExpiryWorkflowId(connectionId)).result();
}

/** The product's own word on a file that is no SIE file, before anything is started for it. */
async function refuseUnreadable(file: string): Promise<void> {
  if (existsSync(file)) {
    await readSie(createReadStream(file), { fileName: path.basename(file), onVouchers: () => undefined });
  }
}

function print(summary: Summary): void {
  const { seconds, stepSeconds, files } = summary;
  const lines = [
    [
      'seconds',
      `${seconds}: ${Object.entries(stepSeconds)
        .map(([step, took]) => `${step} ${took}`)
        .join(' · ')}`,
    ],
    ['requests to Fortnox', summary.fortnoxRequests],
    [
      "events in the close's history",
      `${summary.historyEvents}, ${Math.round(summary.historyBytes / 1024)} KB`,
    ],
    [
      'vouchers sent',
      `${summary.vouchersSent}; in Fortnox ${summary.vouchersInFortnox}, duplicates ${summary.duplicates}`,
    ],
    ['files', files.join('\n'.padEnd(36))],
  ];
  console.log('\nSummary');
  for (const [what, told] of lines) console.log(`   ${`${what}`.padEnd(32)}${told}`);
}

/** Ctrl-C reaches this process alone; its parts are ended by it, in order. */
function stopOnSignal(stop: () => Promise<void>): void {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.once(signal, () => {
      console.log('\nStopping …');
      void stop().finally(() => process.exit(code));
    });
  }
}

try {
  process.exitCode = (await run(readOptions())) ? 0 : 1;
} catch (error) {
  if (error instanceof Problem) {
    console.error(`\nThe close stopped: ${error.details.what} ${error.details.advice} [${error.code}]`);
    process.exitCode = 2;
  } else if (error instanceof Refused) {
    console.error(`\nThe company cannot be closed: ${error.message} [demo.company-refused]`);
    process.exitCode = 2;
  } else {
    console.error(error);
    process.exitCode = 1;
  }
}
