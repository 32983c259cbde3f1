import { html } from 'hono/html';
import { newApi } from './api.ts';
import { adjustmentRoutes } from './routes/adjustments.ts';
import { approvalRoutes } from './routes/approvals.ts';
import { attachmentRoutes } from './routes/attachments.ts';
import { connectionRoutes } from './routes/connection.ts';
import { engagementRoutes } from './routes/engagements.ts';
import { importRoutes } from './routes/imports.ts';
import { outcomeRoutes } from './routes/outcome.ts';
import { webhookRoutes } from './routes/webhooks.ts';
import { ownAttachmentRoutes } from './routes/own-attachments.ts';
import { supportRoutes } from './routes/support.ts';
import { watchRoutes } from './routes/watch.ts';

/** The whole API under `/api`, with its OpenAPI 3.1 document and a page to read it on. */
export function apiRoutes() {
  const api = newApi();
  for (const routes of [
    engagementRoutes,
    connectionRoutes,
    importRoutes,
    attachmentRoutes,
    adjustmentRoutes,
    approvalRoutes,
    outcomeRoutes,
    webhookRoutes,
    ownAttachmentRoutes,
    supportRoutes,
    watchRoutes,
  ]) {
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
    },
    servers: [{ url: '/api' }],
    security: [{ apiKey: [] }],
  });
  api.get('/openapi.json', (c) => c.json(document));
  api.get('/', (c) => c.html(describe(document.paths ?? {})));
  return api;
}

interface Operation {
  readonly summary?: string;
  readonly requestBody?: unknown;
}

const methods = ['get', 'post', 'put', 'delete'] as const;

/** Every address with what it does; the schemas themselves are read from the document. */
function describe(paths: Readonly<Record<string, Partial<Record<(typeof methods)[number], Operation>>>>) {
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method];
      return operation
        ? [{ method: method.toUpperCase(), path: `/api${path}`, summary: operation.summary ?? '' }]
        : [];
    }),
  );
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>Bokslut: HTTP API</title>
      </head>
      <body>
        <main>
          <h1>HTTP API</h1>
          <p>
            Requests and answers are described in <a href="/api/openapi.json">/api/openapi.json</a> (OpenAPI
            3.1). Send <code>Authorization: Bearer bok_…</code>. Errors are problem+json with a stable
            <code>code</code>.
          </p>
          <table>
            <thead>
              <tr>
                <th>Method</th>
                <th>Address</th>
                <th>What it does</th>
              </tr>
            </thead>
            <tbody>
              ${operations.map(
                ({ method, path, summary }) =>
                  html`<tr>
                    <td>${method}</td>
                    <td><code>${path}</code></td>
                    <td>${summary}</td>
                  </tr>`,
              )}
            </tbody>
          </table>
        </main>
      </body>
    </html>`;
}
