import { defineConfig } from 'drizzle-kit';

/** `npx drizzle-kit generate` compares the schema with the committed migrations and writes the next one. */
export default defineConfig({ dialect: 'postgresql', schema: './db/schema/*.ts', out: './db/migrations' });
