import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callerOfApiKey } from '../../client/close/api-keys.ts';
import type { ClientContext } from '../../client/close/context.ts';
import { getFirm } from '../../db/stores/firms.ts';
import { openTestDatabase } from './support.ts';
import type { OpenTestDatabase } from './support.ts';

const root = path.resolve(import.meta.dirname, '..', '..');
const page = readFileSync(path.join(root, 'docs', 'operate.md'), 'utf8');
const [, program = ''] = /^```ts\n([\s\S]*?)^```$/m.exec(page) ?? [];
const run = promisify(execFile);

let opened: OpenTestDatabase;
let folder: string;
beforeAll(async () => {
  opened = await openTestDatabase();
  folder = mkdtempSync(path.join(root, '.new-firm-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await opened.close();
});

it('the program in docs/operate.md makes a firm and a key that holds', async () => {
  writeFileSync(path.join(folder, 'new-firm.ts'), program.replaceAll("'./db/", "'../db/"));
  const { stdout } = await run(process.execPath, ['--import', 'tsx', path.join(folder, 'new-firm.ts')], {
    cwd: root,
    env: { PATH: process.env['PATH'], DATABASE_URL: opened.appUrl },
  });
  const [firmId = '', key = ''] = stdout.trim().split(' ');
  const context = { database: opened.database } as unknown as ClientContext;
  const found = await callerOfApiKey(context, key);
  expect([found?.caller.firmId, found?.scopes]).toEqual([firmId, ['read', 'write']]);
  const firm = await opened.database.forFirm(firmId, (tx) => getFirm(tx));
  expect([firm.name, firm.fourEyes]).toEqual(['The firm', true]);
});
