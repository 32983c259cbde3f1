import { parseArgs } from 'node:util';
import { Refused, startSandbox, type SandboxOptions } from './start.ts';

const usage = `npm run sandbox -- [--port P] [--sie FILE | --company FILE … | --vouchers N --invoices N --seed S]
                   [--host H] [--client-id ID] [--client-secret SECRET] [--no-rate-limit] [--state FILE]`;

function readOptions(): SandboxOptions {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      host: { type: 'string' },
      sie: { type: 'string' },
      company: { type: 'string', multiple: true },
      vouchers: { type: 'string' },
      invoices: { type: 'string' },
      seed: { type: 'string' },
      'client-id': { type: 'string' },
      'client-secret': { type: 'string' },
      'no-rate-limit': { type: 'boolean' },
      state: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) {
    console.log(usage);
    process.exit(0);
  }
  if (values.sie !== undefined && values.company !== undefined) {
    throw new Refused('--sie and --company cannot be combined');
  }
  return {
    port: wholeNumber('port', values.port, 0, 65_535),
    host: values.host,
    sieFile: values.sie,
    companyFiles: values.company,
    vouchers: wholeNumber('vouchers', values.vouchers, 10, 1_000_000),
    invoices: wholeNumber('invoices', values.invoices, 0, 1_000_000),
    seed: wholeNumber('seed', values.seed, 0, 2 ** 32 - 1),
    clientId: values['client-id'],
    clientSecret: values['client-secret'],
    stateFile: values.state,
    rateLimit: values['no-rate-limit'] !== true,
  };
}

function wholeNumber(name: string, text: string | undefined, least: number, most: number) {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new Refused(`--${name} is a whole number from ${least} to ${most}`);
  }
  return value;
}

try {
  const sandbox = await startSandbox(readOptions());
  console.log(`Sandbox (a local Fortnox)
  login          ${sandbox.url}/oauth-v1/auth
  token          ${sandbox.url}/oauth-v1/token
  API            ${sandbox.url}/3
  control        ${sandbox.url}/sandbox
  client id      ${sandbox.clientId}
  client secret  ${sandbox.clientSecret}
${sandbox.companies.map((company) => `  company        ${company.name}, ${company.organisationNumber}, database ${company.databaseNumber}`).join('\n')}`);
  const stop = () => {
    void sandbox.stop().then(() => process.exit(0));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Refused) {
    console.error(`sandbox: ${message}`);
  } else if (error instanceof Error && 'code' in error) {
    // An option that parseArgs does not know, or a port that is taken.
    console.error(`sandbox: ${message}\n${usage}`);
  } else {
    console.error(error);
  }
  process.exitCode = error instanceof Error && (error instanceof Refused || 'code' in error) ? 2 : 1;
}
