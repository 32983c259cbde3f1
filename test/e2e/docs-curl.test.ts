import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifyBinder } from '../../documents/verify-binder.ts';
import { createHttpWorld } from './http-world.ts';
import type { HttpWorld } from './http-world.ts';

const page = readFileSync(new URL('../../docs/embed.md', import.meta.url), 'utf8');
const [, script = ''] = /^```bash\n([\s\S]*?)^```$/m.exec(page) ?? [];
const run = promisify(execFile);

let http: HttpWorld;
let folder: string;
beforeAll(async () => {
  http = await createHttpWorld();
  folder = mkdtempSync(path.join(tmpdir(), 'bokslut-docs-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await http.end();
});

it('the whole close with curl in docs/embed.md does what it says', async () => {
  const worker = await http.world.worker();
  const [company] = http.world.sandbox.companies;
  const { stdout } = await worker.runUntil(() =>
    run('bash', ['-euo', 'pipefail', '-c', script], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        BASE: http.server.url,
        KEY: http.key,
        CASE: '2025-1',
        COMPANY: company?.name,
        ORGANISATION_NUMBER: company?.organisationNumber,
      },
    }),
  );
  expect(stdout).toContain(`["${company?.name}","2025-01-01","2025-12-31"]`);
  expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^\[\["confirmed","[A-ZÅÄÖ]+",\d+\]\]$/);
  expect(verifyBinder(readFileSync(path.join(folder, 'binder.zip')))).toMatchObject({ ok: true });
  expect(readFileSync(path.join(folder, 'bilaga-1510.pdf')).subarray(0, 5).toString()).toBe('%PDF-');
  expect(readFileSync(path.join(folder, 'huvudbilagor.xlsx')).subarray(0, 2).toString()).toBe('PK');
});
