import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { appRole, migrate } from '../../db/migrate.ts';
import { ownDatabaseOn } from '../../dev/postgres-given.ts';
import { createTestDatabase } from '../setup/database.ts';
import { dangersOf } from './migration-rules.ts';
import { countIds, play, readRelease, recording, writeWhenAsked } from './releases/statements.ts';
import type { Release } from './releases/statements.ts';
import { wholeClose } from './whole-close.ts';

/*
 * The database is migrated while the release before is at work. What a release asks of it was recorded before it went out:
 * `BOKSLUT_RECORD=1 npx vitest run test/db/upgrade.test.ts`.
 */

const migrations = fileURLToPath(new URL('../../db/migrations/', import.meta.url));
const appPassword = inject('postgresAppPassword');
const releases = readdirSync(new URL('releases/', import.meta.url))
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.replace('.json', ''));

interface Journal {
  readonly entries: readonly { readonly tag: string }[];
}
const journal = JSON.parse(readFileSync(path.join(migrations, 'meta/_journal.json'), 'utf8')) as Journal;
const tags = journal.entries.map(({ tag }) => tag);
const textOf = (tag: string): string => readFileSync(path.join(migrations, `${tag}.sql`), 'utf8');
const after = (tag: string): string[] => tags.slice(tags.indexOf(tag) + 1);

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

/** The migrations up to one of them, and perhaps one more. */
function migrationsUpTo(tag: string, more?: { readonly tag: string; readonly text: string }): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'bokslut-migrations-'));
  folders.push(folder);
  cpSync(migrations, folder, { recursive: true });
  const entries = journal.entries.slice(0, tags.indexOf(tag) + 1);
  if (more) {
    writeFileSync(path.join(folder, `${more.tag}.sql`), more.text);
    entries.push({
      ...entries.at(-1),
      idx: entries.length,
      when: Date.now(),
      tag: more.tag,
    } as Journal['entries'][number]);
  }
  writeFileSync(path.join(folder, 'meta/_journal.json'), JSON.stringify({ ...journal, entries }));
  return folder;
}

/** A database as a release left it, with the application's connection to it. */
async function databaseOf(release: Release) {
  const own = await ownDatabaseOn(inject('postgresAdminUrl'));
  await migrate(own.adminUrl, { appPassword, folder: migrationsUpTo(release.migration) });
  const admin = postgres(own.adminUrl, { max: 2, onnotice: () => undefined });
  await countIds(admin);
  const appUrl = new URL(own.adminUrl);
  appUrl.username = appRole;
  appUrl.password = appPassword;
  // As the release's own connections: a lock that is not won within a request's patience is a failure.
  const app = postgres(appUrl.href, {
    max: 1,
    onnotice: () => undefined,
    fetch_types: false,
    connection: { statement_timeout: 10_000 },
  });
  return {
    adminUrl: own.adminUrl,
    admin,
    app,
    end: async () => {
      await app.end();
      await admin.end();
      await own.stop();
    },
  };
}

it('every release has left what it asks, and this one can be recorded', async () => {
  const { adminUrl, appUrl, drop } = await createTestDatabase();
  const admin = postgres(adminUrl, { max: 1, onnotice: () => undefined });
  await countIds(admin);
  const statements: Release['statements'][number][] = [];
  const database = recording(appUrl, statements);
  await wholeClose(database);
  await database.end();
  await admin.end();
  await drop();
  expect(statements.length).toBeGreaterThan(40);
  writeWhenAsked(packageJson.version, { migration: tags.at(-1) ?? '', statements });
  expect(releases).toContain(packageJson.version);
});

describe.each(releases)('the database of release %s', (version) => {
  const release = readRelease(version);
  let opened: Awaited<ReturnType<typeof databaseOf>>;

  beforeAll(async () => {
    opened = await databaseOf(release);
    // Room for a lock to be held long: a table that is read or rewritten whole takes its time.
    await opened.admin.unsafe(`
      insert into firms (firm_id, name) values ('00000000-0000-4000-8000-00000000f1f1', 'Byrån');
      select set_config('bokslut.firm_id', '00000000-0000-4000-8000-00000000f1f1', false);
      insert into record_versions (firm_id, engagement_id, kind, key, since_seq, hash, content)
        select '00000000-0000-4000-8000-00000000f1f1', gen_random_uuid(), 'voucher', n::text, 1, decode(repeat('00', 32), 'hex'), '{}'
        from generate_series(1, 100000) n`);
  });
  afterAll(() => opened.end());

  it('is migrated to this one while it is at work: nothing fails, nothing waits long, no large table is rewritten', async () => {
    const { admin, app, adminUrl } = opened;
    await play(app, release);
    const filesBefore = await filesOf(admin);

    let migrated = false;
    const rounds: number[] = [];
    const atWork = (async () => {
      // Once more after the last migration: the old code goes on until its processes are stopped.
      for (let last = false; !last;) {
        last = migrated;
        rounds.push((await play(app, release)).longestMs);
      }
    })();
    const migrating = migrate(adminUrl, { appPassword }).finally(() => (migrated = true));
    await Promise.all([migrating, atWork]);

    // A statement waits behind a change that waits itself, and for the change itself: moments, also on a slow machine.
    expect(Math.max(...rounds)).toBeLessThan(5_000);
    expect(await filesOf(admin)).toEqual(filesBefore);
  });

  it('would be refused a change that it does not live with', async () => {
    const text = `ALTER TABLE export_orders ADD COLUMN ordered_by text NOT NULL`;
    const [danger] = dangersOf(text);
    expect(danger?.what).toBe('adds a column that the release before does not fill');
    const other = await databaseOf(release);
    try {
      const folder = migrationsUpTo(release.migration, { tag: '9999_careless', text });
      await migrate(other.adminUrl, { appPassword, folder });
      await expect(play(other.app, release)).rejects.toThrow('ordered_by');
    } finally {
      await other.end();
    }
  });

  it('is locked for no longer than a moment by a change that has to wait itself', async () => {
    const other = await databaseOf(release);
    try {
      // Somebody reads export_orders and does not come to an end; the change wants it for itself.
      const reader = await other.admin.reserve();
      await reader`begin`;
      await reader`select count(*) from export_orders`;
      const folder = migrationsUpTo(release.migration, {
        tag: '9999_patient',
        text: 'ALTER TABLE export_orders ADD COLUMN note text',
      });
      const migrating = migrate(other.adminUrl, { appPassword, folder });
      const waits = () =>
        other.admin`select from pg_stat_activity where wait_event_type = 'Lock' and query like '%ADD COLUMN note%'`;
      await expect.poll(async () => (await waits()).length, { timeout: 10_000 }).toBe(1);
      const { longestMs } = await play(other.app, release);
      expect(longestMs).toBeLessThan(5_000);
      await reader`commit`;
      reader.release();
      await migrating;
      await other.admin`select note from export_orders`;
    } finally {
      await other.end();
    }
  });
});

/** Which file each table lies in: a rewritten table has another. */
async function filesOf(admin: postgres.Sql): Promise<Record<string, number>> {
  const rows = await admin<{ name: string; file: number }[]>`
    select relname as name, relfilenode as file from pg_class
    where relname in ('record_versions', 'raw_files', 'files', 'processing_history', 'attachments')`;
  return Object.fromEntries(rows.map(({ name, file }) => [name, file]));
}

describe('the rules for a migration', () => {
  const [first = ''] = releases;
  it.each(after(readRelease(first).migration))('%s keeps them', (tag) => {
    expect(dangersOf(textOf(tag))).toEqual([]);
  });

  it.each([
    ['DROP TABLE rates'],
    ['ALTER TABLE "users" DROP COLUMN "name"'],
    ['ALTER TABLE users RENAME COLUMN name TO full_name'],
    ['ALTER TABLE "users" ALTER COLUMN "name" SET DATA TYPE varchar'],
    ['ALTER TABLE "users" ALTER COLUMN "name" SET NOT NULL'],
    ['REVOKE UPDATE ON users FROM bokslut_app'],
    ['ALTER TABLE "users" ADD COLUMN "age" integer NOT NULL'],
    ['ALTER TABLE users ADD COLUMN key uuid DEFAULT gen_random_uuid() NOT NULL'],
    ['CREATE INDEX "x" ON "record_versions" USING btree ("key")'],
    ['ALTER TABLE files ADD CONSTRAINT c CHECK (size_bytes > 0)'],
    ['UPDATE record_versions SET content = null'],
    ['LOCK TABLE users'],
    ['DO $$ BEGIN DROP TABLE users; END $$'],
    [
      "DO $$ BEGIN FOREACH name IN ARRAY names LOOP EXECUTE format('UPDATE %I SET a = 1', name); END LOOP; END $$",
    ],
    ['DO $$ BEGIN IF missing THEN CREATE INDEX x ON outbox (id); END IF; END $$'],
    ['ALTER TABLE users ADD CONSTRAINT c CHECK (age > 0)'],
    ['ALTER TABLE users ADD UNIQUE (email)'],
    ['CREATE UNIQUE INDEX x ON users (email)'],
    ['ALTER TABLE users DROP CONSTRAINT c'],
    ['ALTER TABLE users DROP name'],
    ['DROP POLICY own_firm ON users'],
    ['DROP INDEX CONCURRENTLY x'],
    ['WITH old AS (SELECT id FROM files) UPDATE record_versions SET content = null'],
    ['WITH gone AS (DELETE FROM outbox RETURNING id) SELECT count(*) FROM gone'],
  ])('%s is refused', (statement) => {
    expect(dangersOf(statement)).not.toEqual([]);
    expect(dangersOf(`-- contract: nobody since 0.2.0\n${statement}`)).toEqual([]);
  });

  it.each([
    ['CREATE INDEX CONCURRENTLY x ON record_versions (key)'],
    ['CREATE INDEX x ON users (name)'],
    ['DROP INDEX CONCURRENTLY IF EXISTS x; CREATE INDEX CONCURRENTLY x ON outbox (id)'],
    [
      '-- expand: no code writes anything else\nALTER TABLE files ADD CONSTRAINT c CHECK (size_bytes > 0) NOT VALID',
    ],
    ['CREATE TABLE things (id uuid NOT NULL); CREATE UNIQUE INDEX x ON things (id)'],
    ['DO $$ BEGIN CREATE POLICY own_firm ON things USING (true); END $$'],
    ['ALTER TABLE users ALTER COLUMN name DROP NOT NULL'],
    ['ALTER TABLE users ADD COLUMN age integer'],
    ["ALTER TABLE users ADD COLUMN kind text DEFAULT 'x' NOT NULL"],
    ['CREATE TABLE things (id uuid NOT NULL); ALTER TABLE things ADD COLUMN name text NOT NULL'],
    ['CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP TABLE x; END $$'],
  ])('%s passes', (statement) => {
    expect(dangersOf(statement)).toEqual([]);
  });
});
