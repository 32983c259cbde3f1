import { createRoute, z } from '@hono/zod-openapi';
import { noVoucherName } from '../../close/records.ts';
import { sourceFile, voucherLines } from '../../close/voucher-source.ts';
import { readVoucherName } from '../../web/record-path.ts';
import { newApi } from '../api.ts';
import { downloadResponse } from '../download.ts';
import { binary, engagementPath, id, json, refusals } from '../schemas.ts';
import { needs, whoMay } from '../who.ts';

/** From a voucher to the line of the file that it was read from. */

const source = createRoute({
  method: 'get',
  path: '/engagements/{id}/vouchers/{voucher}/source',
  operationId: 'getVoucherSource',
  summary: 'The SIE file that a voucher was read from, and the line of its #VER',
  middleware: [needs('read')] as const,
  request: {
    params: engagementPath.extend({
      voucher: z.string().openapi({
        description: "Series and number; of another financial year with its first day, 'A-12@2024-01-01'",
        example: 'A-12',
      }),
    }),
  },
  responses: {
    200: json(
      z
        .object({
          import: z.int().openapi({ description: 'The last import that had the voucher: 1, 2, 3 …' }),
          file: z.object({ name: z.string(), sha256: z.string() }),
          lines: z
            .array(z.int())
            .openapi({ description: 'From 1; several when the file has the number more than once' }),
        })
        .openapi('VoucherSource'),
      'Where it stands',
    ),
    ...refusals,
  },
});

const file = createRoute({
  method: 'get',
  path: '/engagements/{id}/source-files/{sha256}',
  operationId: 'getSourceFile',
  summary: 'A file that an import has read, as it was fetched',
  middleware: [needs('read')] as const,
  request: { params: z.object({ id, sha256: z.string().regex(/^[0-9a-f]{64}$/) }) },
  responses: { 200: binary('application/x-sie', 'The file'), ...refusals },
});

export const voucherSourceRoutes = newApi()
  .openapi(source, async (c) => {
    const { id: engagementId, voucher } = c.req.valid('param');
    const name = readVoucherName(voucher);
    if (!name) throw noVoucherName(voucher);
    const { caller } = whoMay(c, 'read');
    const found = await voucherLines(c.var.client, caller, engagementId, name);
    const { name: fileName, sha256 } = found.file;
    return c.json({ import: found.seq, file: { name: fileName, sha256 }, lines: [...found.lines] }, 200);
  })
  .openapi(file, async (c) => {
    const { id: engagementId, sha256 } = c.req.valid('param');
    return downloadResponse(
      c,
      await sourceFile(c.var.client, whoMay(c, 'read').caller, engagementId, sha256),
    );
  });
