import { migrate } from './migrate.ts';

/** `npm run migrate`: DATABASE_ADMIN_URL (or DATABASE_URL) and BOKSLUT_APP_PASSWORD come from the environment. */
const adminUrl = process.env['DATABASE_ADMIN_URL'] ?? process.env['DATABASE_URL'];
const appPassword = process.env['BOKSLUT_APP_PASSWORD'];

if (!adminUrl || !appPassword) {
  const missing = [
    !adminUrl && 'DATABASE_ADMIN_URL (a role that may create tables and roles)',
    !appPassword && 'BOKSLUT_APP_PASSWORD (what the role bokslut_app is to log in with)',
  ].filter((name) => name !== false);
  console.error(`Missing in the environment: ${missing.join(', ')}`);
  process.exitCode = 1;
} else {
  await migrate(adminUrl, { appPassword });
  console.log('The database is up to date.');
}
