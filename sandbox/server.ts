import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { callerOf, handleApi } from './api.ts';
import { handleControl } from './control.ts';
import { licenceMissing, registerRefused, scopeMissing, type FortnoxError } from './envelope.ts';
import { replyOf, takeFault, type Fault } from './faults.ts';
import { html, json, type HttpReply, type HttpRequest } from './http.ts';
import { handleOAuth } from './oauth/oauth.ts';
import type { AccessClaims } from './oauth/jwt.ts';
import { endConnections } from './oauth/tokens.ts';
import { patchBooks } from './patch.ts';
import type { LoggedRequest } from './request-log.ts';
import type { World } from './world.ts';

const MAX_BODY_BYTES = 50 * 1024 * 1024;

/** `changed` is called after whatever may have changed the state. */
export function createSandboxServer(world: World, changed: () => void): Server {
  let lastNumber = world.requests.at(-1)?.number ?? 0;
  return createServer((incoming, response) => {
    const answer = async () => {
      const body = await readBody(incoming);
      const url = new URL(incoming.url ?? '/', 'http://sandbox');
      const control = url.pathname === '/sandbox' || url.pathname.startsWith('/sandbox/');
      const request: HttpRequest = {
        number: control ? 0 : ++lastNumber,
        timeMs: Date.now(),
        method: incoming.method ?? 'GET',
        path: url.pathname,
        query: url.searchParams,
        headers: incoming.headers,
        body,
      };
      if (control) send(response, handleControl(world, request));
      else play(world, request, response);
      changed();
    };
    answer().catch(() => response.destroy());
  });
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error('the body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function dispatch(world: World, request: HttpRequest, admitted: AccessClaims | null = null): HttpReply {
  try {
    if (request.path.startsWith('/3/')) return handleApi(world, request, admitted);
    if (request.path.startsWith('/oauth-v1/')) return handleOAuth(world, request);
    return html(404, '<h1>404 Not Found</h1>');
  } catch (error) {
    // A fault of the sandbox itself: said as such, never mistaken for Fortnox.
    return json(500, { sandboxError: String(error instanceof Error ? error.stack : error) });
  }
}

/** Handles one request, with the fault that is due for it. */
function play(world: World, request: HttpRequest, response: ServerResponse): void {
  const fault = takeFault(world.faults, request, () => tenantOf(world, request), world.clock.nowMs());
  const entry = logEntry(world, request, fault);
  world.requests.push(entry);
  const reply = (answer: HttpReply): HttpReply => {
    entry.status = answer.status;
    entry.committed = answer.committed ?? null;
    answer.headers['x-uid'] = entry.requestId;
    return answer;
  };
  const cut = () => response.destroy();
  const fortnox = () => reply(dispatch(world, request));

  if (!fault) return send(response, fortnox());
  switch (fault.fault) {
    case 'cut-before':
      cut();
      return;
    case 'cut-after-commit':
      fortnox();
      entry.status = 0;
      cut();
      return;
    case 'cut-in-body':
      return sendHalf(response, fortnox());
    case 'slow': {
      const answer = fortnox();
      setTimeout(() => send(response, answer), fault.delayMs).unref();
      return;
    }
    case 'commit-late':
      commitLate(world, fault, request, entry);
      if (fault.status === 0) cut();
      else send(response, reply(html(fault.status ?? 504, '<h1>504 Gateway Time-out</h1>')));
      return;
    case 'wrong-content-type': {
      const answer = fortnox();
      answer.headers['content-type'] = 'text/html; charset=UTF-8';
      return send(response, answer);
    }
    case 'revoked': {
      const tenant = tenantOf(world, request);
      if (tenant !== null) endConnections(world, tenant, 'removed');
      return send(response, fortnox());
    }
    case 'books-change': {
      const patched = patchBooks(world, fault.patch);
      return send(
        response,
        'error' in patched ? reply(json(500, { sandboxError: patched.error })) : fortnox(),
      );
    }
    default:
      return send(response, reply(replyOf(fault) ?? refusal(world, fault.fault)));
  }
}

function refusal(world: World, name: string): HttpReply {
  const errors: Record<string, () => FortnoxError> = {
    'license-missing': licenceMissing,
    'scope-missing': () => scopeMissing(world.assumptions.scopeErrorStatus),
    'register-refused': () => registerRefused('leverantörsregister'),
  };
  const error = errors[name];
  if (!error) return json(500, { sandboxError: `the fault ${name} is not played` });
  return error().reply(world.assumptions.errorCodesAsStrings);
}

/** The request is carried out after the answer has gone; moving the clock past it brings it forward. */
function commitLate(world: World, fault: Fault, request: HttpRequest, entry: LoggedRequest): void {
  // Fortnox let the request in when it came: a token that runs out meanwhile changes nothing.
  const admitted = callerOf(world, request);
  let done = false;
  const run = () => {
    if (done) return;
    done = true;
    entry.committed = dispatch(world, request, admitted).committed ?? null;
  };
  world.pending.push({ dueMs: world.clock.nowMs() + fault.delayMs, run });
  setTimeout(run, fault.delayMs).unref();
}

/** Whose connection a request uses: by its access token, or by the refresh token that it hands in to be used or revoked. */
function tenantOf(world: World, request: HttpRequest): number | null {
  const form = request.path.startsWith('/oauth-v1/') ? new URLSearchParams(request.body.toString()) : null;
  const token = form?.get('refresh_token') ?? form?.get('token') ?? null;
  const id = token === null ? undefined : world.oauth.refreshTokens.get(token)?.connection;
  const connection = id === undefined ? undefined : world.oauth.connections.get(id);
  return connection?.tenant ?? callerOf(world, request)?.tenantId ?? null;
}

function logEntry(world: World, request: HttpRequest, fault: Fault | null): LoggedRequest {
  const basic = /^basic (.+)/i.exec(request.headers.authorization ?? '')?.[1];
  const claims = callerOf(world, request);
  return {
    number: request.number,
    timeMs: request.timeMs,
    client:
      claims?.clientId ?? (basic ? (Buffer.from(basic, 'base64').toString().split(':')[0] ?? null) : null),
    tenant: tenantOf(world, request),
    method: request.method,
    path: request.path,
    // The query of the authorization page holds the state of the integration: not for a log.
    query: request.path.startsWith('/3/') ? request.query.toString() : '',
    status: 0,
    fault: fault?.fault ?? null,
    committed: null,
    requestId: randomBytes(8).toString('hex'),
  };
}

function send(response: ServerResponse, reply: HttpReply): void {
  if (response.destroyed) return;
  response.writeHead(reply.status, { ...reply.headers, 'content-length': reply.body.length });
  response.end(reply.body);
}

/** The whole head, half of the body, then the end of the connection. */
function sendHalf(response: ServerResponse, reply: HttpReply): void {
  response.writeHead(reply.status, { ...reply.headers, 'content-length': reply.body.length });
  response.write(reply.body.subarray(0, Math.floor(reply.body.length / 2)), () => response.destroy());
}
