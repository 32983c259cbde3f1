import { z } from '@hono/zod-openapi';
import { id } from '../schemas.ts';

const group = z
  .string()
  .regex(/^(own-)?[0-9A-Za-z]{2,8}$/)
  .openapi({ example: 'own-1930' });
export const groupPath = z.object({ id, group });
export const versioned = z.object({
  version: z.int().min(1).openapi({ description: 'The version that was seen' }),
});
