import { z } from '@hono/zod-openapi';
import { Problem } from '../../accounting/problem.ts';
import { httpProblems } from './problems.ts';
import { json } from './schemas.ts';

/** What every list that can grow is asked with. */
export const pageQuery = z.object({
  after: z.string().min(1).max(100).optional().openapi({ description: 'The `next` of the page before' }),
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
});

export const pageAnswer = <T extends z.ZodType>(item: T, description: string) =>
  json(
    z.object({ items: z.array(item), next: z.string().optional() }),
    `${description}; \`next\`, absent on the last page, is the next \`after\``,
  );

/**
 * One page of a list that is read whole: what a close has of it fits in memory.
 * @param cursorOf names an item's place for as long as the list is the same one
 * @throws Problem `http.cursor-unknown`
 */
export function pageOf<T>(
  all: readonly T[],
  { after, limit }: z.output<typeof pageQuery>,
  cursorOf: (item: T, index: number) => string,
): { readonly items: T[]; readonly next?: string } {
  const start = after === undefined ? 0 : all.findIndex((item, index) => cursorOf(item, index) === after) + 1;
  if (after !== undefined && start === 0) throw new Problem(httpProblems.cursorUnknown);
  const items = all.slice(start, start + limit);
  const last = items.at(-1);
  const more = last !== undefined && start + limit < all.length;
  return { items, ...(more && { next: cursorOf(last, start + items.length - 1) }) };
}
