import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifyBinder } from '../../documents/verify-binder.ts';
import { runPython } from '../setup/python.ts';
import { createHttpWorld, request } from './http-world.ts';
import type { HttpWorld } from './http-world.ts';

/** Two public programs of others, that know of us only what the OpenAPI document says. */
const validator = 'openapi-spec-validator==0.9.0';
const generator = 'openapi-python-client==0.29.1';

const validate = `
import json, sys
from openapi_spec_validator import OpenAPIV31SpecValidator
document = json.load(open(sys.argv[1]))
print(json.dumps([[*map(str, e.absolute_path), e.message] for e in OpenAPIV31SpecValidator(document).iter_errors()]))`;

const generate = `
import sys
from openapi_python_client.cli import app
document, config, folder = sys.argv[1:]
app(["generate", "--path", document, "--config", config, "--output-path", folder, "--meta", "none",
     "--fail-on-warning"], standalone_mode=False)`;

/** The generator reads a file's type only where it is told that it is one. */
const config = {
  post_hooks: [],
  content_type_overrides: Object.fromEntries(
    [
      'application/x-sie',
      'application/zip',
      'application/pdf',
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    ].map((type) => [type, 'application/octet-stream']),
  ),
};

const script = readFileSync(new URL('openapi-client.py', import.meta.url), 'utf8');

let http: HttpWorld;
let folder: string;
const file = (name: string): string => path.join(folder, name);

beforeAll(async () => {
  http = await createHttpWorld();
  folder = mkdtempSync(path.join(tmpdir(), 'bokslut-openapi-'));
  const { text } = await request(`${http.server.url}/api/openapi.json`, 'GET');
  writeFileSync(file('openapi.json'), text);
  writeFileSync(file('config.json'), JSON.stringify(config));
  // The first run fetches both.
  for (const program of [validator, generator]) await runPython(program, '', []);
}, 600_000);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await http.end();
});

it('the OpenAPI 3.1 document is valid to a validator of others', { timeout: 120_000 }, async () => {
  expect(JSON.parse(await runPython(validator, validate, [file('openapi.json')]))).toEqual([]);
});

it('a client generated from the document completes a close', { timeout: 300_000 }, async () => {
  const { world, server, key } = http;
  await runPython(generator, generate, [file('openapi.json'), file('config.json'), file('bokslut_client')]);
  const [company] = world.sandbox.companies;
  const worker = await world.worker();
  const { name = '', organisationNumber = '' } = company ?? {};
  const told = await worker.runUntil(() =>
    runPython(generator, script, [folder, server.url, key, name, organisationNumber, file('binder.zip')]),
  );
  expect(JSON.parse(told)).toEqual({
    sameStart: true,
    company: name,
    findings: expect.any(Number),
    attachments: ['1510', '2440'],
    revision: 1,
    stale: 'adjustments.conflict',
    orderSie: '#FLAG',
    phase: 'completed',
    vouchers: [['confirmed', expect.any(String)]],
    events: expect.arrayContaining(['engagement.started', 'voucher.exported', 'engagement.completed']),
    pages: expect.any(Number),
    listed: true,
  });
  expect(verifyBinder(readFileSync(file('binder.zip')))).toMatchObject({ ok: true, faults: [] });
});
