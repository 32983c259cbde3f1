import { Hono } from 'hono';
import { compress } from 'hono/compress';
import { attachmentFile } from '../close/attachments.ts';
import { reopenEngagement } from '../close/engagements.ts';
import { binderFile, downloadFile, orderSieFile } from '../close/files.ts';
import { cancelClose, requestImport, retryStep } from '../close/messages.ts';
import type { AppContext, AppEnv, Who } from '../http/app-env.ts';
import { downloadResponse } from '../http/download.ts';
import type { Web } from '../http/web.ts';
import { whoMay } from '../http/who.ts';
import { assetRoutes } from './assets.ts';
import { act, closePath, openClose } from './close-frame.tsx';
import type { ClosePage } from './close-frame.tsx';
import { live } from './live.ts';
import { showFinishedElsewhere, showProblem } from './outside.tsx';
import { showAdjustments, takeAdjustments } from './routes/adjustments.tsx';
import { showApprove, takeApproval } from './routes/approve.tsx';
import { showAttachment, showAttachments, takeRate } from './routes/attachments.tsx';
import { showBinder } from './routes/binder.tsx';
import { confirm, disconnectFortnox, goToFortnox, showDataSource, takeSie } from './routes/data-source.tsx';
import { showExport } from './routes/export.tsx';
import { showHistory } from './routes/history.tsx';
import { showImport } from './routes/import.tsx';
import { showNewClose, startNewClose } from './routes/new-close.tsx';
import { showOverview } from './routes/overview.tsx';
import { showStanding } from './routes/standing.tsx';

type Answer = Response | Promise<Response>;
type PageHandler = (page: ClosePage) => Answer;

const reading = (handler: (c: AppContext, who: Who) => Answer) => (c: AppContext) =>
  handler(c, whoMay(c, 'read'));
const writing = (handler: (c: AppContext, who: Who) => Answer) => (c: AppContext) =>
  handler(c, whoMay(c, 'write'));

const onClose = (scope: 'read' | 'write' | 'approve', handler: PageHandler) => async (c: AppContext) =>
  handler(await openClose(c, whoMay(c, scope)));

/** What a person does to a close with one button, and where that leads. */
const doing = (work: (page: ClosePage) => Promise<unknown>) =>
  onClose('write', (page) => act(page, () => work(page), closePath(page.close.id)));

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

function routes(): Hono<AppEnv> {
  const pages = new Hono<AppEnv>();
  // No page holds a secret beside what its reader may choose (the cookie is no part of it), so nothing leaks by its size.
  pages.use(compress());
  pages.route('/', assetRoutes);

  pages.get('/', reading(showOverview));
  pages.get(
    '/bokslut/nytt',
    writing((c, who) => showNewClose(c, who)),
  );
  pages.post('/bokslut/nytt', writing(startNewClose));

  const close = new Hono<AppEnv>();
  close.get('/', onClose('read', showStanding));
  close.get(
    '/live',
    onClose('read', ({ c, who }) => live(c, who)),
  );
  close.get('/datakalla', onClose('read', showDataSource));
  close.get('/import', onClose('read', showImport));
  close.get('/bilagor', onClose('read', showAttachments));
  close.get('/bilagor/:file{[0-9A-Za-z]+\\.(?:pdf|xlsx)}', reading(sendAttachment));
  close.get(
    '/bilagor/:group',
    onClose('read', (page) => showAttachment(page, page.c.req.param('group') ?? '')),
  );
  close.get('/justeringar', onClose('read', showAdjustments));
  close.get(
    '/godkann',
    onClose('read', (page) => showApprove(page)),
  );
  close.get('/export', onClose('read', showExport));
  close.get('/historik', onClose('read', showHistory));
  close.get('/parm', onClose('read', showBinder));
  close.get(`/filer/:file{${uuid}}`, reading(sendFile));
  close.get('/parm.zip', reading(sendBinder));
  close.get('/bokforingsorder.si', reading(sendOrder));

  close.post('/anslut', onClose('write', goToFortnox));
  close.post('/bekrafta', onClose('write', confirm));
  close.post('/koppla-fran', onClose('write', disconnectFortnox));
  close.post('/sie', onClose('write', takeSie));
  close.post('/kurs', onClose('write', takeRate));
  close.post('/justeringar', onClose('write', takeAdjustments));
  close.post('/godkann', onClose('approve', takeApproval));
  close.post(
    '/importera',
    doing(({ c, who, close: { id } }) => requestImport(c.var.client, who.caller, id)),
  );
  close.post(
    '/forsok-igen',
    doing(({ c, who, close: { id } }) => retryStep(c.var.client, who.caller, id)),
  );
  close.post(
    '/avbryt',
    doing(({ c, who, close: { id } }) => cancelClose(c.var.client, who.caller, id)),
  );
  close.post(
    '/oppna-igen',
    doing(({ c, who, close: { id } }) => reopenEngagement(c.var.client, who.caller, id)),
  );
  pages.route(`/bokslut/:id{${uuid}}`, close);
  return pages;
}

async function sendAttachment(c: AppContext, who: Who): Promise<Response> {
  const [group = '', type] = (c.req.param('file') ?? '').split('.');
  const file = await attachmentFile(
    c.var.client,
    who.caller,
    idOf(c),
    group,
    type === 'pdf' ? 'pdf' : 'xlsx',
  );
  return downloadResponse(c, file);
}

const sendFile = async (c: AppContext, who: Who): Promise<Response> =>
  downloadResponse(c, await downloadFile(c.var.client, who.caller, idOf(c), c.req.param('file') ?? ''));

const sendBinder = async (c: AppContext, who: Who): Promise<Response> =>
  downloadResponse(c, await binderFile(c.var.client, who.caller, idOf(c)));

const sendOrder = async (c: AppContext, who: Who): Promise<Response> =>
  downloadResponse(
    c,
    await orderSieFile(c.var.client, who.caller, idOf(c), c.req.query('serie')?.slice(0, 10)),
  );

const idOf = (c: AppContext): string => c.req.param('id') ?? '';

/** The Swedish page: server-rendered, usable without script. */
export const web: Web = {
  routes: routes(),
  loginFinished: (c, login) =>
    c.var.who?.caller.firmId === login.firmId
      ? c.redirect(closePath(login.engagementId, '/datakalla'), 303)
      : showFinishedElsewhere(c, login),
  problem: showProblem,
};
