import { randomBytes } from 'node:crypto';
import type { TestProject } from 'vitest/node';
import { migrate } from '../../db/migrate.ts';
import { ownDatabaseOn } from '../../dev/postgres-given.ts';
import { startPostgres } from '../../dev/postgres.ts';
import { startOnce } from './start-once.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The server, as its owner. Tests take `createTestDatabase` instead. */
    readonly postgresAdminUrl: string;
    /** The name of the migrated database that `createTestDatabase` clones. */
    readonly postgresTemplate: string;
    readonly postgresAppPassword: string;
  }
}

async function start() {
  const server = await startPostgres();
  const template = await ownDatabaseOn(server.adminUrl);
  // Roles belong to the whole server: on somebody's own server the password in use there is kept.
  const appPassword = process.env['BOKSLUT_APP_PASSWORD'] ?? randomBytes(18).toString('base64url');
  await migrate(template.adminUrl, { appPassword });
  return { server, template, appPassword };
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { started, end } = await startOnce('postgres', start, async ({ server, template }) => {
    await template.stop();
    await server.stop();
  });
  project.provide('postgresAdminUrl', started.server.adminUrl);
  project.provide('postgresTemplate', new URL(started.template.adminUrl).pathname.slice(1));
  project.provide('postgresAppPassword', started.appPassword);
  return end;
}
