import { Hono } from 'hono';
import { compress } from 'hono/compress';
import { attachmentKind } from '../../accounting/attachment-kind.ts';
import { Problem } from '../../accounting/problem.ts';
import type { Caller, ClientContext } from '../close/context.ts';
import { reopenEngagement } from '../close/engagements.ts';
import { binderFile, downloadFile, orderSieFile } from '../close/files.ts';
import { sourceFile } from '../close/voucher-source.ts';
import type { Download } from '../close/files.ts';
import { cancelClose, requestImport, retryStep } from '../close/messages.ts';
import { printer } from '../close/print-document.ts';
import { attachmentFile, mainAttachmentFile, ownAttachmentFile } from '../close/print.ts';
import type { AppContext, AppEnv, Who } from '../http/app-env.ts';
import { downloadResponse } from '../http/download.ts';
import { httpProblems } from '../http/problems.ts';
import type { Web } from '../http/web.ts';
import { whoMay } from '../http/who.ts';
import { assetRoutes } from './assets.ts';
import { act, closePath, openClose } from './close-frame.tsx';
import type { ClosePage } from './close-frame.tsx';
import { textFields } from './form-fields.ts';
import { liveClose, liveOverview } from './live.ts';
import { showFinishedElsewhere, showProblem } from './outside.tsx';
import { showAdjustments, showEffect, takeAdjustments } from './routes/adjustments.tsx';
import { showApprove, takeApproval } from './routes/approve.tsx';
import { documentKinds } from './record-path.ts';
import { showAttachment, takeNote, takeSignature } from './routes/attachment.tsx';
import { showAttachments, takeMateriality } from './routes/attachments.tsx';
import { showBinder } from './routes/binder.tsx';
import {
  confirm,
  disconnectFortnox,
  goToFortnox,
  showDataSource,
  switchWatch,
  takeSie,
} from './routes/data-source.tsx';
import { showExport, takeDecision } from './routes/export.tsx';
import { showHistory } from './routes/history.tsx';
import { showImport } from './routes/import.tsx';
import { showItem, takeMark } from './routes/item.tsx';
import { showNewClose, startNewClose } from './routes/new-close.tsx';
import {
  askReviewers,
  dropWebhook,
  sendOneAgain,
  showNotifications,
  takeWebhook,
} from './routes/notifications.tsx';
import { showOffer, takeOffer } from './routes/offer.tsx';
import { showOwnEditor, takeOwn, withdrawOwn } from './routes/own-attachment.tsx';
import { showOverview } from './routes/overview.tsx';
import { showAccountSets, takeAccountSets } from './routes/account-sets.tsx';
import { fetchRatesNow, showRates, takeRates } from './routes/rates.tsx';
import { showDocument, showVoucher } from './routes/records.tsx';
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
  onClose('write', async (page) => {
    const { till } = textFields(await page.c.req.parseBody());
    return act(page, () => work(page), closePath(page.close.id, till === '/export' ? till : ''));
  });

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

function routes(): Hono<AppEnv> {
  const pages = new Hono<AppEnv>();
  // No page holds a secret beside what its reader may choose (the cookie is no part of it), so nothing leaks by its size.
  pages.use(compress());
  pages.route('/', assetRoutes);

  pages.get('/', reading(showOverview));
  pages.get('/live', reading(liveOverview));
  pages.get(
    '/bokslut/nytt',
    writing((c, who) => showNewClose(c, who)),
  );
  pages.post('/bokslut/nytt', writing(startNewClose));
  pages.get(
    '/meddelanden',
    reading((c, who) => showNotifications(c, who)),
  );
  pages.post('/meddelanden/mottagare', writing(takeWebhook));
  pages.post(`/meddelanden/mottagare/:receiver{${uuid}}/ta-bort`, writing(dropWebhook));
  pages.post(`/meddelanden/utskick/:delivery{${uuid}}/skicka-igen`, writing(sendOneAgain));

  const close = new Hono<AppEnv>();
  close.get('/', onClose('read', showStanding));
  close.get(
    '/live',
    onClose('read', ({ c, who }) => liveClose(c, who)),
  );
  close.get(
    '/datakalla',
    onClose('read', (page) => showDataSource(page)),
  );
  close.get('/import', onClose('read', showImport));
  close.get(
    '/bilagor',
    onClose('read', (page) => showAttachments(page)),
  );
  close.get('/bilagor/:file{[0-9A-Za-z-]+\\.(?:pdf|xlsx)}', reading(sendAttachment));
  close.get(
    '/bilagor/:group',
    onClose('read', (page) => showAttachment(page, page.c.req.param('group') ?? '')),
  );
  close.get(
    '/bilagor/:group/forslag',
    onClose('read', (page) => showOffer(page, page.c.req.param('group') ?? '')),
  );
  close.get(
    '/bilagor/:group/poster/:invoice',
    onClose('read', (page) => showItem(page)),
  );
  close.get('/egna/:group', onClose('write', showOwnEditor));
  close.get(
    '/kurser',
    onClose('read', (page) => showRates(page)),
  );
  close.get(
    '/konton',
    onClose('read', (page) => showAccountSets(page)),
  );
  close.get('/kallfiler/:file{[0-9a-f]{64}\\.se}', reading(sendSourceFile));
  close.get('/poster/verifikation/:name', onClose('read', showVoucher));
  close.get(`/poster/:kind{${Object.keys(documentKinds).join('|')}}/:number`, onClose('read', showDocument));
  close.get('/justeringar', onClose('read', showAdjustments));
  close.get(
    '/godkann',
    onClose('read', (page) => showApprove(page)),
  );
  close.get('/export', onClose('read', showExport));
  close.get('/historik', onClose('read', showHistory));
  close.get('/parm', onClose('read', showBinder));
  close.get('/dokument/:file', reading(sendDocument));
  close.get(`/filer/:file{${uuid}}`, reading(sendFile));
  close.get('/parm.zip', reading(sendBinder));
  close.get('/bokforingsorder.si', reading(sendOrder));

  close.post('/anslut', onClose('write', goToFortnox));
  close.post('/bekrafta', onClose('write', confirm));
  close.post('/koppla-fran', onClose('write', disconnectFortnox));
  close.post('/sie', onClose('write', takeSie));
  close.post('/bevakning', onClose('write', switchWatch));
  close.post('/kurser', onClose('write', takeRates));
  close.post('/kurser/hamta', onClose('write', fetchRatesNow));
  close.post('/konton', onClose('write', takeAccountSets));
  close.post('/vasentlighet', onClose('write', takeMateriality));
  close.post('/bilagor/:group/signera', onClose('write', takeSignature));
  close.post('/bilagor/:group/anteckning', onClose('write', takeNote));
  close.post('/bilagor/:group/forslag', onClose('write', takeOffer));
  close.post('/bilagor/:group/poster/:invoice', onClose('write', takeMark));
  close.post('/egna/:group', onClose('write', takeOwn));
  close.post('/egna/:group/bort', onClose('write', withdrawOwn));
  close.post('/justeringar', onClose('write', takeAdjustments));
  close.post('/justeringar/effekt', reading(showEffect));
  close.post('/godkann', onClose('approve', takeApproval));
  close.post('/be-om-godkannande', onClose('write', askReviewers));
  close.post('/export', onClose('approve', takeDecision));
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
  const [group = '', ending] = (c.req.param('file') ?? '').split('.');
  const type = ending === 'pdf' ? 'pdf' : 'xlsx';
  return downloadResponse(c, await documentOf(c.var.client, who.caller, idOf(c), group, type));
}

function documentOf(
  client: ClientContext,
  caller: Caller,
  id: string,
  group: string,
  type: 'pdf' | 'xlsx',
): Promise<Download> {
  const kind = attachmentKind(group);
  if (kind === 'main') return mainAttachmentFile(client, caller, id, group, type);
  if (kind === 'own') return ownAttachmentFile(client, caller, id, group, type);
  return attachmentFile(client, caller, id, group, type);
}

/** A document that is made when somebody asks for it. */
async function sendDocument(c: AppContext, who: Who): Promise<Response> {
  const print = printer(c.req.param('file') ?? '');
  if (!print) throw new Problem(httpProblems.notFound);
  return downloadResponse(c, await print(c.var.client, who.caller, idOf(c)));
}

const sendFile = async (c: AppContext, who: Who): Promise<Response> =>
  downloadResponse(c, await downloadFile(c.var.client, who.caller, idOf(c), c.req.param('file') ?? ''));

const sendSourceFile = async (c: AppContext, who: Who): Promise<Response> =>
  downloadResponse(
    c,
    await sourceFile(c.var.client, who.caller, idOf(c), c.req.param('file')?.slice(0, 64) ?? ''),
  );

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
