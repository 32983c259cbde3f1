/** One request, as the sandbox has it in its log. */
export interface SeenRequest {
  readonly number: number;
  readonly timeMs: number;
  readonly tenant: number | null;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly fault: string | null;
}

/** What a company holds at Fortnox, as far as the suite looks. */
export interface SeenBooks {
  readonly vouchers: readonly { readonly series: string; readonly number: number; readonly text: string }[];
}

export interface WireFault {
  readonly fault: string;
  readonly match: { readonly method?: string; readonly path: string };
  readonly times?: number;
  readonly skip?: number;
  readonly durationMs?: number;
  readonly delayMs?: number;
  readonly status?: number;
  readonly retryAfter?: number;
  readonly patch?: object;
}

/** The sandbox's control surface, one company at a time. */
export interface Control {
  consent(url: URL, tenant: number): Promise<{ readonly code: string; readonly state: string }>;
  /** Arms a fault for one company; answers its number. */
  fault(tenant: number, fault: WireFault): Promise<number>;
  /** Those that a company has not met yet will not be played any more. */
  clearFaults(tenant: number): Promise<void>;
  /** How often a fault was played. */
  hits(id: number): Promise<number>;
  books(tenant: number): Promise<SeenBooks>;
  inFortnox(tenant: number, ...operations: readonly object[]): Promise<void>;
  files(tenant: number): Promise<{ readonly connections: readonly object[] }>;
  moveClock(ms: number): Promise<void>;
  /** A company's requests so far. */
  requests(tenant: number): Promise<readonly SeenRequest[]>;
}

export function createControl(url: string): Control {
  async function call<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${url}/sandbox/${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} /sandbox/${path}: ${response.status} ${text}`);
    return JSON.parse(text) as T;
  }

  const byTenant = new Map<number | null, SeenRequest[]>();
  let last = 0;

  return {
    consent: (authorization, company) =>
      call('POST', 'consent', { ...Object.fromEntries(authorization.searchParams), company }),
    fault: async (tenant, fault) => {
      const all = await call<{ id: number }[]>('POST', 'faults', [
        { ...fault, match: { ...fault.match, tenant } },
      ]);
      return all.at(-1)!.id;
    },
    clearFaults: async (tenant) => {
      await call('DELETE', `faults?tenant=${tenant}`);
    },
    hits: async (id) => {
      const all = await call<{ id: number; hits: number }[]>('GET', 'faults');
      return all.find((fault) => fault.id === id)?.hits ?? 0;
    },
    books: (tenant) => call('GET', `books?company=${tenant}`),
    inFortnox: async (company, ...operations) => {
      await call('PATCH', 'books', { company, operations });
    },
    files: (tenant) => call('GET', `files?company=${tenant}`),
    moveClock: async (advanceMs) => {
      await call('POST', 'clock', { advanceMs });
    },
    requests: async (tenant) => {
      const news = await call<SeenRequest[]>('GET', `requests?since=${last}`);
      for (const request of news) {
        // Two questions at once may bring the same news.
        if (request.number <= last) continue;
        last = request.number;
        const known = byTenant.get(request.tenant);
        if (known) known.push(request);
        else byTenant.set(request.tenant, [request]);
      }
      return byTenant.get(tenant) ?? [];
    },
  };
}
