import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { applyMigrations } from './apply-migrations.ts';
import { grantAgain } from './grants.ts';

/** The role that the application runs as: it owns nothing and row-level security binds it. */
export const appRole = 'bokslut_app';

const migrationsFolder = fileURLToPath(new URL('migrations', import.meta.url));
/** Any number, the same for all who migrate. */
const migrationLock = 0x626f6b73;

export interface MigrateOptions {
  /** What the application's role logs in with from now on. */
  readonly appPassword: string;
  /** Other migrations than the program's. */
  readonly folder?: string;
}

/**
 * Brings the database up to date, creates the application's role and gives it what it may. Safe to run twice and by several at once, and
 * while the release before this one is at work (README.md, "A change while the program runs").
 * @param adminUrl a role that may create tables and roles
 */
export async function migrate(adminUrl: string, options: MigrateOptions): Promise<void> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => {} });
  try {
    await sql`select pg_advisory_lock(${migrationLock})`;
    await createAppRole(sql, options.appPassword);
    const folder = options.folder ?? migrationsFolder;
    await applyMigrations(sql, folder);
    await grantAgain(sql, folder);
  } finally {
    await sql.end();
  }
}

/**
 * Roles belong to the whole server, and an advisory lock to one database: others who migrate another database
 * of the same server can be at the same role, so their collisions are waited out. A new role may nothing; NOSUPERUSER
 * and the like are not said, since only a superuser may say them, and openDatabase looks before it trusts.
 */
async function createAppRole(sql: postgres.Sql, password: string): Promise<void> {
  const collisions = ['unique_violation', 'duplicate_object', 'internal_error'];
  await sql.unsafe(`
    DO $role$
    BEGIN
      FOR attempt IN 1..50 LOOP
        BEGIN
          IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${appRole}') THEN
            CREATE ROLE ${appRole};
          END IF;
          ALTER ROLE ${appRole} LOGIN PASSWORD ${quoteLiteral(password)};
          EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO ${appRole}', current_database());
          RETURN;
        EXCEPTION WHEN ${collisions.join(' OR ')} THEN
          IF attempt = 50 THEN RAISE; END IF;
          PERFORM pg_sleep(0.02);
        END;
      END LOOP;
    END $role$`);
}

/** DO takes no parameters, so the password is quoted here. */
function quoteLiteral(text: string): string {
  if (text.includes('\0') || text.includes('$role$')) throw new RangeError('unusable password');
  const quoted = text.replaceAll("'", "''");
  return text.includes('\\') ? `E'${quoted.replaceAll('\\', '\\\\')}'` : `'${quoted}'`;
}
