import { show } from '../web/frame.tsx';
import { newApi } from './api.ts';
import { apiPage } from './api-page.tsx';
import { accountSetRoutes } from './routes/account-sets.ts';
import { adjustmentRoutes } from './routes/adjustments.ts';
import { approvalRoutes } from './routes/approvals.ts';
import { attachmentRoutes } from './routes/attachments.ts';
import { connectionRoutes } from './routes/connection.ts';
import { engagementRoutes } from './routes/engagements.ts';
import { exportDecisionRoutes } from './routes/export-decisions.ts';
import { importRoutes } from './routes/imports.ts';
import { outcomeRoutes } from './routes/outcome.ts';
import { documentRoutes } from './routes/documents.ts';
import { openItemRoutes } from './routes/open-items.ts';
import { notificationRoutes } from './routes/notifications.ts';
import { webhookRoutes } from './routes/webhooks.ts';
import { ownAttachmentRoutes } from './routes/own-attachments.ts';
import { supportRoutes } from './routes/support.ts';
import { voucherSourceRoutes } from './routes/voucher-source.ts';
import { watchRoutes } from './routes/watch.ts';

/** In the order of a close. */
const groups = [
  ['Engagements', engagementRoutes],
  ['Login at Fortnox', connectionRoutes],
  ['Imports', importRoutes],
  ['Sources of vouchers', voucherSourceRoutes],
  ['Accounts of the subledgers', accountSetRoutes],
  ['Attachments', attachmentRoutes],
  ['Open items', openItemRoutes],
  ['Own attachments', ownAttachmentRoutes],
  ['Support and signatures', supportRoutes],
  ['Documents', documentRoutes],
  ['Adjustments', adjustmentRoutes],
  ['Approval', approvalRoutes],
  ['Export decisions', exportDecisionRoutes],
  ['Outcome', outcomeRoutes],
  ['Watch', watchRoutes],
  ['Webhooks', webhookRoutes],
  ['Notifications', notificationRoutes],
] as const;

/** The whole API under `/api`, with its OpenAPI 3.1 document and a page to read it on. */
export function apiRoutes() {
  const api = newApi();
  for (const [tag, routes] of groups) {
    for (const part of routes.openAPIRegistry.definitions) if (part.type === 'route') part.route.tags = [tag];
    api.route('/', routes);
  }
  api.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', {
    type: 'http',
    scheme: 'bearer',
    description: "The firm's key: `bok_<firm>_<secret>`, with scopes read, write and approve",
  });
  const document = api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Bokslut',
      version: '1',
      description:
        'Year-end closes of companies whose books are in Fortnox. Amounts are whole öre, debit positive.',
      license: { name: 'MIT' },
    },
    servers: [{ url: '/api' }],
    security: [{ apiKey: [] }],
    tags: groups.map(([name]) => ({ name })),
  });
  api.get('/openapi.json', (c) => c.json(document));
  api.get('/', (c) => show(c, apiPage(document)));
  return api;
}
