import { createRoute, z } from '@hono/zod-openapi';
import { Problem } from '../../../accounting/problem.ts';
import { documentFileName, printer } from '../../close/print-document.ts';
import { newApi } from '../api.ts';
import { downloadResponse } from '../download.ts';
import { httpProblems } from '../problems.ts';
import { id, refusals } from '../schemas.ts';
import { needs, whoMay } from '../who.ts';

/** Documents as PDF/A or XLSX, made when somebody asks for them from what stands right then. */

const files =
  'Each as `.pdf` and `.xlsx`: `huvudbilagor` (all main attachments) or one of them (`15`), an own attachment (`own-1930`), ' +
  '`importkontroller` (what the latest import found), `bokforingsorder-1` (of an export, by its place in the list of exports), ' +
  '`behandlingshistorik` (the processing history). As PDF alone: `systemdokumentation` (BFL 5:11).';

const document = createRoute({
  method: 'get',
  path: '/engagements/{id}/documents/{file}',
  operationId: 'printDocument',
  summary: 'A document of the close as PDF/A (`.pdf`) or workbook (`.xlsx`), as it stands right now',
  middleware: [needs('read')] as const,
  request: {
    params: z.object({
      id,
      file: z.string().regex(documentFileName).openapi({ example: 'huvudbilagor.xlsx', description: files }),
    }),
  },
  responses: {
    200: {
      description: 'The document',
      content: {
        'application/pdf': { schema: z.string().openapi({ format: 'binary' }) },
        'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': {
          schema: z.string().openapi({ format: 'binary' }),
        },
      },
    },
    ...refusals,
  },
});

export const documentRoutes = newApi().openapi(document, async (c) => {
  const { id: engagementId, file } = c.req.valid('param');
  const { caller } = whoMay(c, 'read');
  const print = printer(file);
  if (!print) throw new Problem(httpProblems.notFound);
  return downloadResponse(c, await print(c.var.client, caller, engagementId));
});
