import { setTimeout as sleep } from 'node:timers/promises';
import { classifyAnswer, classifyThrown, fortnoxTold, parseJson } from './classify.ts';
import type { Answer } from './classify.ts';
import { under } from './config.ts';
import type { FortnoxConfig } from './config.ts';
import { endpointPath, endpoints } from './endpoints.ts';
import type { Endpoint, EndpointName } from './endpoints.ts';
import { FortnoxError } from './error.ts';
import { fortnoxLimits } from './limits.ts';
import type { FortnoxLimits } from './limits.ts';
import { rateLimited } from './refusals.ts';
import type { Secret } from './secret.ts';

/** Where access tokens come from; `token-custody.ts` for the product. */
export interface Credentials {
  accessToken(): Promise<Secret>;
  /** Fortnox refused this token: another one, or a Problem that the person must log in again. */
  replaceRefused(refused: Secret): Promise<Secret>;
  /** Fortnox refused the other one too: the login has ended. */
  giveUp(): Promise<void>;
}

/** One line for every request that was made: no body, no token, no query. */
export interface RequestLog {
  readonly event: 'fortnox.request';
  readonly endpoint: EndpointName;
  readonly method: string;
  readonly path: string;
  readonly attempt: number;
  /** Before it left: for its place in the budget. */
  readonly waitedMs: number;
  readonly durationMs: number;
  readonly status?: number;
  readonly requestId?: string;
  /** The stable code of the failure, when it failed. */
  readonly failure?: string;
}

/** The budget of requests that one Fortnox client and tenant has, shared by all workers. */
export interface Budget {
  /** Waits until one more request may leave; send it at once. Throws FortnoxError (retry), or the signal's reason. */
  take(signal?: AbortSignal): Promise<void>;
  /** Fortnox answered 429 all the same: nobody sends for so long; undefined when it did not say. */
  turnedAway(retryAfterMs: number | undefined): Promise<void>;
}

export interface FortnoxHttpOptions {
  readonly config: FortnoxConfig;
  readonly credentials: Credentials;
  readonly budget: Budget;
  readonly log: (line: RequestLog) => void;
  readonly limits?: Partial<FortnoxLimits>;
}

interface RequestOptions {
  readonly segments?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, string | number>>;
  /** JSON, or a form for uploads. */
  readonly body?: object | FormData;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** Asked right before the request leaves, after all waiting. No: FortnoxError (retry, surely not sent). */
  readonly mayLeave?: () => boolean;
}

export interface FortnoxHttp {
  /** The parsed JSON of the answer, whatever its content type says. Throws FortnoxError, or the signal's reason. */
  json(name: EndpointName, options?: RequestOptions): Promise<object>;
  /** The answer's bytes as they came (SIE). Throws as `json` does, also for HTML and JSON. */
  bytes(name: EndpointName, options?: RequestOptions): Promise<Uint8Array>;
  readonly limits: FortnoxLimits;
  /** Requests made so far, tries included. */
  requestCount(): number;
}

type Reading<T> = (bytes: Uint8Array) => T | undefined;

/**
 * The one place where requests to Fortnox's API are made. Each takes from the shared budget first, has a timeout over
 * headers and body, and is logged. A GET that failed in a way that passes (`retry`) is tried again here a few times, so that
 * one 503 does not undo a long import; a POST is sent once. A refused token is replaced once, since a 401 means not done.
 */
export function createFortnoxHttp(options: FortnoxHttpOptions): FortnoxHttp {
  const limits = { ...fortnoxLimits, ...options.limits };
  let requests = 0;

  async function attemptOnce<T>(
    name: EndpointName,
    call: RequestOptions,
    token: Secret,
    attempt: number,
    read: Reading<T>,
  ): Promise<T> {
    const endpoint: Endpoint = endpoints[name];
    const url = requestUrl(options.config, endpoint, call);
    const askedAtMs = performance.now();
    await options.budget.take(call.signal);
    if (call.mayLeave?.() === false) throw keptBack();
    const timeout = AbortSignal.timeout(call.timeoutMs ?? limits.timeoutMs);
    const startedAtMs = performance.now();
    requests += 1;
    let answer: Omit<Answer, 'text'> | undefined;
    const log = (failure?: FortnoxError): void =>
      options.log({
        event: 'fortnox.request',
        endpoint: name,
        method: endpoint.method,
        path: endpoint.path,
        attempt,
        waitedMs: Math.round(startedAtMs - askedAtMs),
        durationMs: Math.round(performance.now() - startedAtMs),
        ...(answer === undefined ? {} : { status: answer.status }),
        ...(answer?.requestId === undefined ? {} : { requestId: answer.requestId }),
        ...(failure === undefined ? {} : { failure: failure.code }),
      });

    try {
      const signal = call.signal ? AbortSignal.any([call.signal, timeout]) : timeout;
      const response = await fetch(url, {
        method: endpoint.method,
        redirect: 'manual',
        signal,
        ...bodyAndHeaders(token, call.body),
      });
      answer = head(response);
      const bytes = new Uint8Array(await response.arrayBuffer());
      const value = response.ok ? read(bytes) : undefined;
      if (value === undefined) throw classifyAnswer(endpoint, { ...answer, text: decode(bytes) }, Date.now());
      log();
      return value;
    } catch (error) {
      // Not a failure of Fortnox: whoever called has given up.
      if (call.signal?.aborted) throw call.signal.reason;
      const failure = error instanceof FortnoxError ? error : classifyThrown(endpoint, error);
      log(failure);
      throw failure;
    }
  }

  async function request<T>(name: EndpointName, call: RequestOptions, read: Reading<T>): Promise<T> {
    const { credentials } = options;
    let replacement: Secret | undefined;
    for (let attempt = 1; ; attempt += 1) {
      const token = replacement ?? (await credentials.accessToken());
      try {
        return await attemptOnce(name, call, token, attempt, read);
      } catch (error) {
        if (!(error instanceof FortnoxError)) throw error;
        if (error.kind === 'reconnect') {
          if (replacement) {
            await credentials.giveUp();
            throw error;
          }
          replacement = await credentials.replaceRefused(token);
          continue;
        }
        if (error.code === rateLimited.code) await options.budget.turnedAway(error.retryAfterMs);
        const waitMs = error.retryAfterMs ?? backoffMs(limits, attempt);
        const again = endpoints[name].method === 'GET' && error.kind === 'retry' && attempt < limits.attempts;
        if (!again || waitMs > limits.longestWaitMs) throw error;
        await pause(waitMs, call.signal);
      }
    }
  }

  return {
    limits,
    requestCount: () => requests,
    json: (name, call = {}) => request(name, call, readJson),
    bytes: (name, call = {}) => request(name, call, readFile),
  };
}

const keptBack = (): FortnoxError =>
  new FortnoxError(
    {
      code: 'fortnox.kept-back',
      what: 'En begäran till Fortnox sändes inte, eftersom den hade fått vänta för länge.',
      advice: 'Programmet försöker igen av sig självt; du behöver inte göra något.',
    },
    { kind: 'retry', sent: 'no' },
  );

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, signal ? { signal } : {});
  } catch {
    throw signal?.reason;
  }
}

/** Jitter spreads the workers that were all turned away in the same second. */
const backoffMs = (limits: FortnoxLimits, attempt: number): number =>
  limits.backoffMs * 2 ** (attempt - 1) * (0.5 + Math.random());

function requestUrl(config: FortnoxConfig, endpoint: Endpoint, request: RequestOptions): URL {
  const url = under(config.baseUrl, `3/${endpointPath(endpoint, request.segments)}`);
  for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, String(value));
  return url;
}

function bodyAndHeaders(
  token: Secret,
  body: RequestOptions['body'],
): { headers: Record<string, string>; body?: FormData | string } {
  const headers: Record<string, string> = {
    accept: 'application/json',
    authorization: `Bearer ${token.reveal()}`,
  };
  if (body === undefined) return { headers };
  if (body instanceof FormData) return { headers, body };
  return { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function head(response: Response): Omit<Answer, 'text'> {
  const requestId = response.headers.get('x-uid');
  const retryAfter = response.headers.get('retry-after');
  return {
    status: response.status,
    ...(requestId === null ? {} : { requestId }),
    ...(retryAfter === null ? {} : { retryAfter }),
  };
}

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Undefined for what is no JSON object, and for an error envelope that came with a good status. */
const readJson: Reading<object> = (bytes) => {
  const value = parseJson(decode(bytes));
  return typeof value === 'object' && value !== null && fortnoxTold(value).code === undefined
    ? value
    : undefined;
};

/** Undefined for a page or an envelope where a file was asked for; what a SIE file must look like, its reader says. */
const readFile: Reading<Uint8Array> = (bytes) => {
  const start = decode(bytes.subarray(0, 64)).trimStart();
  return start.startsWith('<') || start.startsWith('{') ? undefined : bytes;
};
