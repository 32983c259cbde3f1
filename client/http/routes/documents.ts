import { createRoute, z } from '@hono/zod-openapi';
import { Problem } from '../../../accounting/problem.ts';
import type { Caller, ClientContext } from '../../close/context.ts';
import type { Download } from '../../close/files.ts';
import {
  historyPdf,
  mainAttachmentPdf,
  ownAttachmentPdf,
  systemDocumentationPdf,
} from '../../close/print.ts';
import { newApi } from '../api.ts';
import { downloadResponse } from '../download.ts';
import { httpProblems } from '../problems.ts';
import { id, refusals } from '../schemas.ts';
import { needs, whoMay } from '../who.ts';

/** Documents as PDF/A, made when somebody asks for them from what stands right then. */

type Print = (client: ClientContext, caller: Caller, engagementId: string) => Promise<Download>;

const wholeClose: Readonly<Record<string, Print>> = {
  'behandlingshistorik.pdf': historyPdf,
  'systemdokumentation.pdf': systemDocumentationPdf,
  'huvudbilagor.pdf': mainAttachmentPdf,
};

const document = createRoute({
  method: 'get',
  path: '/engagements/{id}/documents/{file}',
  operationId: 'printDocument',
  summary:
    'The processing history, the system documentation (BFL 5:11), all main attachments, one of them (`15.pdf`) or an own attachment (`own-1930.pdf`) as PDF/A',
  middleware: [needs('read')] as const,
  request: {
    params: z.object({
      id,
      file: z
        .string()
        .regex(/^[\w-]{2,30}\.pdf$/)
        .openapi({ example: 'systemdokumentation.pdf' }),
    }),
  },
  responses: {
    200: {
      description: 'The document',
      content: { 'application/pdf': { schema: z.string().openapi({ format: 'binary' }) } },
    },
    ...refusals,
  },
});

export const documentRoutes = newApi().openapi(document, async (c) => {
  const { id: engagementId, file } = c.req.valid('param');
  const { caller } = whoMay(c, 'read');
  return downloadResponse(c, await printOf(file)(c.var.client, caller, engagementId));
});

function printOf(file: string): Print {
  const whole = wholeClose[file];
  if (whole) return whole;
  const [, group = ''] = /^(\d{2,3}|own-[0-9A-Za-z]{2,8})\.pdf$/.exec(file) ?? [];
  if (group === '') throw new Problem(httpProblems.notFound);
  const print = group.startsWith('own-') ? ownAttachmentPdf : mainAttachmentPdf;
  return (client, caller, engagementId) => print(client, caller, engagementId, group);
}
