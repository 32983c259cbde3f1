import { z } from '@hono/zod-openapi';
import type { ImportSummary } from '../../close/imports.ts';
import { id, moment } from '../schemas.ts';

export const importSummary = z
  .object({
    id,
    seq: z.int(),
    hash: z.string(),
    source: z.enum(['fortnox', 'sie']),
    fetchedAt: moment,
    counts: z.record(z.string(), z.int()).openapi({ description: 'Records by kind' }),
    written: z.int().openapi({ description: 'Records that were new, changed or gone' }),
    findings: z.int(),
  })
  .openapi('Import');

export const presentImport = (summary: ImportSummary): z.input<typeof importSummary> => ({
  id: summary.id,
  seq: summary.seq,
  hash: summary.hash,
  source: summary.source,
  fetchedAt: summary.fetchedAt.toISOString(),
  counts: { ...summary.counts },
  written: summary.written,
  findings: summary.findings,
});
