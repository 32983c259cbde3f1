import type { AppContext } from './app-env.ts';

/** A browser asks for HTML by name; programs say something else, or `*` for anything. */
export const wantsPage = (c: AppContext): boolean =>
  !c.req.path.startsWith('/api/') && (c.req.header('accept') ?? '').includes('text/html');
