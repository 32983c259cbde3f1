import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import packageJson from '../../package.json' with { type: 'json' };
import { clientConfig } from '../../client/config.ts';
import { healthRoutes } from '../../client/http/health.ts';
import { oidcConfig } from '../../client/web/oidc.ts';
import { fortnoxConfig } from '../../fortnox/config.ts';
import { serveOperations } from '../../telemetry/operations-server.ts';
import { workerConfig } from '../../worker/config.ts';
import { searchAttributes } from '../../workflows/search-attributes.ts';

const deploy = path.resolve(import.meta.dirname, '../../deploy');
const text = (file: string): string => readFileSync(path.join(deploy, file), 'utf8');

type Environment = Record<string, string>;

/** One of our own processes, as a file under deploy/ starts it. */
interface Process {
  readonly where: string;
  /** From the checkout's root. */
  readonly program: string;
  readonly environment: Environment;
  /** Where its health is asked. */
  readonly probes: readonly { readonly path: string; readonly port: number }[];
}

/** What a secret, or a variable that the operator fills in, may look like. */
const secrets: Environment = {
  DATABASE_URL: 'postgres://bokslut_app:secret@postgres:5432/bokslut',
  DATABASE_ADMIN_URL: 'postgres://postgres:secret@postgres:5432/bokslut',
  BOKSLUT_APP_PASSWORD: 'secret',
  POSTGRES_PASSWORD: 'secret',
  POSTGRES_PWD: 'secret',
  TEMPORAL_DATABASE_PASSWORD: 'secret',
  TOKEN_KEYS: `2026:${Buffer.alloc(32).toString('base64')}`,
  FORTNOX_CLIENT_ID: 'client',
  FORTNOX_CLIENT_SECRET: 'secret',
  PUBLIC_URL: 'https://bokslut.example.com',
};

const programIn = (command: readonly string[]): string | undefined =>
  command.find((word) => word.endsWith('.ts'));

// Compose

interface ComposeService {
  readonly image: string;
  readonly build?: object;
  readonly profiles?: string[];
  readonly command?: string[];
  readonly environment?: Environment;
  readonly healthcheck?: { readonly test: string[] };
  readonly depends_on?: object;
  readonly deploy?: { readonly replicas?: number };
  readonly volumes?: string[];
}
const compose = parse(text('compose/compose.yaml'), { merge: true }) as {
  services: Record<string, ComposeService>;
};

/** `${NAME:?}` and `${NAME:-default}` as the example file with its secrets filled in gives them. */
const filledIn = (value: string): string =>
  value.replaceAll(
    /\$\{(\w+)(?::\?|:-(\w*))\}/g,
    (_, name: string, otherwise = '') => secrets[name] ?? otherwise,
  );

const composeProcesses: Process[] = Object.entries(compose.services).flatMap(([name, service]) => {
  const program = programIn(service.command ?? []);
  if (program === undefined) return [];
  const asked = /http:\/\/127\.0\.0\.1:(\d+)(\/\w+)/.exec(service.healthcheck?.test.join(' ') ?? '');
  return {
    where: `compose ${name}`,
    program,
    environment: Object.fromEntries(
      Object.entries(service.environment ?? {}).map(([key, value]) => [key, filledIn(value)]),
    ),
    probes: asked ? [{ path: asked[2]!, port: Number(asked[1]) }] : [],
  };
});

// Kubernetes

interface Probe {
  readonly httpGet?: { readonly path: string; readonly port: string };
}
interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: string[];
  readonly envFrom?: {
    readonly configMapRef?: { readonly name: string };
    readonly secretRef?: { readonly name: string };
  }[];
  readonly env?: { readonly name: string; readonly value?: string; readonly valueFrom?: object }[];
  readonly ports?: { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly resources?: { readonly requests?: object; readonly limits?: object };
}
interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Environment };
  readonly spec: {
    readonly replicas?: number;
    readonly strategy?: { readonly rollingUpdate: { readonly maxSurge: number } };
    readonly template?: {
      readonly metadata?: { readonly labels?: Environment };
      readonly spec: { readonly containers: Container[]; readonly terminationGracePeriodSeconds?: number };
    };
    readonly selector?: { readonly matchLabels?: Environment };
  };
}
const kustomization = parse(text('kustomization.yaml')) as {
  resources: string[];
  configMapGenerator: { name: string; literals?: string[]; files?: string[] }[];
};
const manifests = kustomization.resources.flatMap((file) =>
  parseAllDocuments(text(file)).map((document) => {
    if (document.errors[0]) throw document.errors[0];
    return document.toJS() as Manifest;
  }),
);
const containers = manifests.flatMap(({ kind, metadata, spec }) =>
  (spec.template?.spec.containers ?? []).map((container) => ({
    where: `${kind} ${metadata.name}`,
    container,
  })),
);
/** What the operator puts into the secret `bokslut` (deploy/README.md). */
const secretNames = [...text('README.md').matchAll(/--from-literal=(\w+)=/g)].map(([, name]) => name!);

function environmentOf({ env = [], envFrom = [] }: Container): Environment {
  const environment: Environment = {};
  for (const { configMapRef, secretRef } of envFrom) {
    if (secretRef) for (const name of secretNames) environment[name] = secrets[name] ?? 'filled in';
    const literals = kustomization.configMapGenerator.find(
      ({ name }) => name === configMapRef?.name,
    )?.literals;
    for (const literal of literals ?? []) {
      const at = literal.indexOf('=');
      environment[literal.slice(0, at)] = literal.slice(at + 1);
    }
  }
  for (const { name, value } of env) environment[name] = value ?? secrets[name] ?? 'from the pod';
  return environment;
}

const kubernetesProcesses: Process[] = containers.flatMap(({ where, container }) => {
  const program = programIn(container.command ?? []);
  if (program === undefined) return [];
  const { startupProbe, livenessProbe, readinessProbe, ports = [] } = container;
  return {
    where,
    program,
    environment: environmentOf(container),
    probes: [startupProbe, livenessProbe, readinessProbe].flatMap((probe) =>
      probe?.httpGet
        ? {
            path: probe.httpGet.path,
            port: ports.find(({ name }) => name === probe.httpGet?.port)?.containerPort ?? 0,
          }
        : [],
    ),
  };
});

// systemd

const units = readdirSync(path.join(deploy, 'systemd')).filter((name) => name.endsWith('.service'));
const settingsOf = (unit: string, name: string): string[] =>
  [...unit.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value]) => value!);
const assignments = (lines: string): [string, string][] =>
  [...lines.matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name!, value!]);

const systemdProcesses: Process[] = units.flatMap((name) => {
  const unit = text(`systemd/${name}`).replaceAll('%i', '1');
  const program = programIn(settingsOf(unit, 'ExecStart')[0]?.split(' ') ?? []);
  if (program === undefined) return [];
  const environment: Environment = {};
  for (const file of settingsOf(unit, 'EnvironmentFile')) {
    for (const [key, value] of assignments(text(`systemd/${path.basename(file)}.example`)))
      environment[key] = value || (secrets[key] ?? '');
  }
  for (const line of settingsOf(unit, 'Environment'))
    Object.assign(environment, Object.fromEntries(assignments(line.replaceAll(' ', '\n'))));
  return { where: `systemd ${name}`, program, environment, probes: [] };
});

const processes = [...composeProcesses, ...kubernetesProcesses, ...systemdProcesses];

// What the program knows

/** A process's variables, by the table in docs/operate.md: those that it reads. */
function knownTo(process: 'worker' | 'server'): string[] {
  const page = readFileSync(path.join(deploy, '../docs/operate.md'), 'utf8');
  const column = process === 'worker' ? 2 : 3;
  const rows = [...page.matchAll(/^\| `[A-Z].*$/gm)].map(([row]) => row.split(/(?<!\\)\|/));
  return rows
    .filter((cells) => cells.length > 5 && cells[column]?.trim() !== '–')
    .flatMap((cells) => [...cells[1]!.matchAll(/`([A-Z][A-Z0-9_]+)`/g)].map(([, name]) => name!));
}

const programs: Record<
  string,
  { readonly known: () => string[]; readonly check: (given: Environment) => void }
> = {
  'worker/main.ts': {
    known: () => knownTo('worker'),
    check: (given) => {
      workerConfig(given);
      fortnoxConfig(given);
    },
  },
  'client/http/main.ts': {
    known: () => knownTo('server'),
    check: (given) => {
      clientConfig(given);
      fortnoxConfig(given);
      oidcConfig(given);
    },
  },
  'db/migrate-main.ts': {
    known: () => ['DATABASE_ADMIN_URL', 'BOKSLUT_APP_PASSWORD'],
    check: (given) => {
      for (const name of ['DATABASE_ADMIN_URL', 'BOKSLUT_APP_PASSWORD'])
        if (!given[name]) throw new Error(`${name} is missing`);
    },
  },
};

test('every way to deploy starts workers, servers and the migration', () => {
  for (const way of [composeProcesses, kubernetesProcesses, systemdProcesses])
    expect(new Set(way.map(({ program }) => program))).toEqual(new Set(Object.keys(programs)));
});

describe.each(processes.map((one) => [one.where, one] as const))(
  '%s',
  (_, { program, environment, probes }) => {
    test('runs what an npm script runs', () => {
      expect(Object.values(packageJson.scripts)).toContain(`tsx ${program}`);
    });

    test('names only variables that the program reads', () => {
      const known = new Set(programs[program]?.known());
      // One file for all processes may hold what one of them alone reads.
      const shared = new Set([
        'PUBLIC_URL',
        'OIDC_ISSUER',
        'OIDC_CLIENT_ID',
        'OIDC_CLIENT_SECRET',
        'WORKER_VERSIONING',
      ]);
      expect(Object.keys(environment).filter((name) => !known.has(name) && !shared.has(name))).toEqual([]);
    });

    test('gives everything that the program needs', () => {
      expect(() => programs[program]?.check(environment)).not.toThrow();
    });

    test('is asked for its health where it answers', async () => {
      const operations = await serveOperations({ address: '127.0.0.1:0', checks: {} });
      try {
        const routes: Record<string, readonly string[]> = {
          [environment['PORT'] ?? 'none']: healthRoutes.routes.map((route) => route.path),
          [environment['METRICS_ADDRESS']?.split(':')[1] ?? 'none']: await routesOf(operations.url),
        };
        expect(probes.filter((probe) => !routes[probe.port]?.includes(probe.path))).toEqual([]);
      } finally {
        await operations.close();
      }
    });
  },
);

test('every worker says what becomes of closes in flight, and all alike: no build has to be made current', () => {
  const workers = processes.filter(({ program }) => program === 'worker/main.ts');
  expect(workers.map(({ where }) => where)).toContain('Deployment bokslut-documents');
  expect(workers.map(({ where, environment }) => [where, environment['WORKER_VERSIONING']])).toEqual(
    workers.map(({ where }) => [where, 'off']),
  );
});

/** What the operators' server answers with success. */
async function routesOf(url: string): Promise<string[]> {
  const { paths } = (await (await fetch(url)).json()) as { paths: string[] };
  const answered = await Promise.all(paths.map(async (one) => (await fetch(`${url}${one}`)).ok));
  return paths.filter((_, index) => answered[index]);
}

describe('kubernetes', () => {
  test('every process has its size: CPU and memory to count on, memory as a limit', () => {
    const unsized = containers.filter(({ container: { resources } }) => {
      const { requests = {}, limits = {} } = resources ?? {};
      return !('cpu' in requests) || !('memory' in requests) || !('memory' in limits);
    });
    expect(unsized.map(({ where }) => where)).toEqual([]);
  });

  test('our workers and servers are asked for health and readiness, and may end by themselves', () => {
    const running = kubernetesProcesses.filter(({ where }) => !where.startsWith('Job'));
    expect(running.map(({ probes }) => new Set(probes.map((probe) => probe.path)))).toEqual(
      running.map(() => new Set(['/healthz', '/readyz'])),
    );
    const graces = manifests
      .map(({ spec }) => spec.template?.spec)
      .filter((pod) => pod?.containers.some(({ command }) => programIn(command ?? []) === 'worker/main.ts'))
      .map((pod) => pod?.terminationGracePeriodSeconds ?? 0);
    // The worker's own three minutes, and a little.
    expect(Math.min(...graces)).toBeGreaterThan(180);
  });

  test('what runs twice is never taken down whole', () => {
    const budgets = manifests
      .filter(({ kind }) => kind === 'PodDisruptionBudget')
      .map(({ spec }) => spec.selector?.matchLabels?.['app']);
    const deployments = manifests.filter(({ kind, spec }) => kind === 'Deployment' && spec.replicas! > 1);
    expect(new Set(deployments.map(({ spec }) => spec.template?.metadata?.labels?.['app']))).toEqual(
      new Set(budgets),
    );
  });

  test('every file that is named is there, and every config map that is used is made', () => {
    const made = new Set(kustomization.configMapGenerator.map(({ name }) => name));
    const files = kustomization.configMapGenerator.flatMap((one) => one.files ?? []);
    expect(files.filter((file) => !existsSync(path.join(deploy, file)))).toEqual([]);
    const used = kustomization.resources.flatMap((file) =>
      [...text(file).matchAll(/configMap(?:Ref)?: \{ name: ([\w-]+) \}/g)].map(([, name]) => name!),
    );
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((name) => !made.has(name))).toEqual([]);
  });

  test('a changed configuration can be applied: every Job goes first, since none can be changed', () => {
    const jobs = manifests.filter(({ kind }) => kind === 'Job').map(({ metadata }) => metadata.name);
    const [, deleted = ''] = /kubectl -n bokslut delete job (.*) --ignore-not-found\n/.exec(
      text('README.md'),
    )!;
    expect(new Set(deleted.split(' '))).toEqual(new Set(jobs));
  });

  test('the migration can be applied alone, before what needs it', () => {
    const [, app] = /kubectl apply -k deploy -l app=(\S+)\n/.exec(text('README.md'))!;
    const first = manifests.filter(({ metadata }) => metadata.labels?.['app'] === app);
    expect(first.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(['Job bokslut-migrate']);
    // By nothing that only the second one brings.
    const [migration] = containers.filter(({ where }) => where === 'Job bokslut-migrate');
    expect(migration?.container.envFrom).toBeUndefined();
  });

  test('all connections go into the Postgres that the README asks for, also while every Deployment is replaced', () => {
    const settings = new Map(
      kustomization.configMapGenerator
        .flatMap(({ literals = [] }) => literals)
        .map((literal) => literal.split('=') as [string, string]),
    );
    const ofTemporal = Number(settings.get('SQL_MAX_CONNS')) + Number(settings.get('SQL_VIS_MAX_CONNS'));
    // `openDatabase`'s own number.
    const ofOurs = 10;
    const most = manifests
      .filter(({ kind }) => kind === 'Deployment')
      .map(({ metadata, spec }) => {
        const pods = spec.replicas! + spec.strategy!.rollingUpdate.maxSurge;
        return pods * (metadata.name.startsWith('temporal-') ? ofTemporal : ofOurs);
      })
      .reduce((sum, connections) => sum + connections, 0);
    const [, room] = /\| Postgres .*? (\d+) connections/.exec(text('README.md'))!;
    // And the migration, and a person.
    expect(most).toBeLessThan(Number(room) - 5);
    expect(text('README.md')).toContain(`and ${most} while`);
  });
});

describe('Prometheus', () => {
  interface Scrape {
    readonly dns_sd_configs?: readonly { readonly names: string[]; readonly port: number }[];
    readonly static_configs?: readonly { readonly targets: string[] }[];
    readonly relabel_configs?: readonly { readonly regex?: string; readonly action?: string }[];
  }
  const scrapeOf = (way: string): Scrape =>
    (parse(text(`prometheus/${way}.yaml`)) as { scrape_configs: Scrape[] }).scrape_configs[0]!;
  const portOf = ({ environment }: Process): string => environment['METRICS_ADDRESS']!.split(':')[1]!;
  const told = (ones: Process[]) => ones.filter(({ environment }) => environment['METRICS_ADDRESS']);

  test('finds each replica of compose by the names that lead to all of them, and none behind one of several', () => {
    const [found] = scrapeOf('compose').dns_sd_configs!;
    const telling = told(composeProcesses);
    expect(new Set(found!.names.map((name) => `compose ${name}`))).toEqual(
      new Set(telling.map(({ where }) => where)),
    );
    expect(new Set(telling.map(portOf))).toEqual(new Set([String(found!.port)]));
  });

  test('finds each pod of Kubernetes by the name of its port', () => {
    const kept = scrapeOf('kubernetes').relabel_configs!.find(({ action }) => action === 'keep')!.regex;
    const ours = containers.filter(({ container }) =>
      container.env?.some(({ name }) => name === 'METRICS_ADDRESS'),
    );
    expect(ours).toHaveLength(3);
    for (const { where, container } of containers) {
      const port = container.ports?.find(({ name }) => name === kept)?.containerPort;
      const address = container.env?.find(({ name }) => name === 'METRICS_ADDRESS')?.value;
      expect([where, address?.split(':')[1]]).toEqual([where, port === undefined ? undefined : String(port)]);
    }
  });

  test('finds each unit of systemd where it listens', () => {
    const ports = scrapeOf('systemd').static_configs!.flatMap(({ targets }) =>
      targets.map((target) => target.split(':')[1]),
    );
    // The first instance of each, as read above; the others count on.
    expect(told(systemdProcesses).map(portOf)).toHaveLength(2);
    for (const port of told(systemdProcesses).map(portOf))
      expect(ports).toEqual(expect.arrayContaining([port, String(Number(port) + 1)]));
  });

  test('waits longer than a server waits for others, and reads what is there', () => {
    const { global, rule_files: rules } = parse(text('prometheus/prometheus.yaml')) as {
      global: { scrape_timeout: string };
      rule_files: string[];
    };
    expect(Number.parseInt(global.scrape_timeout, 10)).toBe(10);
    expect(rules.filter((file) => !existsSync(path.join(deploy, 'prometheus', file)))).toEqual([]);
  });
});

describe('compose', () => {
  test('the proxy asks every server by its name whether it is ready', () => {
    const caddyfile = text('compose/Caddyfile');
    const servers = composeProcesses.filter(({ program }) => program === 'client/http/main.ts');
    const [, upstreams = ''] = /reverse_proxy (.*) \{/.exec(caddyfile)!;
    expect(upstreams.split(' ').map((one) => `compose ${one.split(':')[0]}`)).toEqual(
      servers.map(({ where }) => where),
    );
    expect(caddyfile).toContain('health_uri /readyz');
    // One name of several containers would have only one of them asked.
    expect(
      servers.map(({ where }) => compose.services[where.replace('compose ', '')]?.deploy?.replicas ?? 1),
    ).toEqual(servers.map(() => 1));
  });

  test('every file that is mounted is there', () => {
    const mounted = Object.values(compose.services).flatMap(({ volumes = [] }) =>
      volumes.filter((volume) => volume.startsWith('.')).map((volume) => volume.split(':')[0]!),
    );
    expect(mounted.length).toBeGreaterThan(2);
    expect(mounted.filter((file) => !existsSync(path.join(deploy, 'compose', file)))).toEqual([]);
  });

  test('every variable that must be filled in stands in the example', () => {
    const named = [...text('compose/compose.yaml').matchAll(/\$\{(\w+)/g)].map(([, name]) => name!);
    const example = assignments(text('compose/env.example')).map(([name]) => name);
    expect(new Set(example)).toEqual(new Set(named));
  });
});

test('two builds run side by side as the README says: the old one under a name that no release builds or changes', () => {
  const readme = text('README.md');
  const before = compose.services['worker-before']!;
  expect(readme).toContain(`podman tag bokslut ${before.image}\n`);
  expect([before.build, before.profiles]).toEqual([undefined, ['before']]);
  const [, copied = ''] = /for name in (.*); do/.exec(readme)!;
  const workers = kubernetesProcesses.filter(({ program }) => program === 'worker/main.ts');
  expect(copied.split(' ').map((name) => `Deployment ${name}`)).toEqual(workers.map(({ where }) => where));
  // One place for all workers, which what stands in a manifest would override.
  const own = containers.filter(({ container }) =>
    container.env?.some(({ name }) => name === 'WORKER_VERSIONING'),
  );
  expect(own).toEqual([]);
});

test('the image is made of all that runs in production, and no more', () => {
  const copied = [...text('Containerfile').matchAll(/^COPY (\w+) \1$/gm)].map(([, folder]) => folder!);
  const floors = [
    'accounting',
    'activities',
    'client',
    'db',
    'documents',
    'fortnox',
    'telemetry',
    'worker',
    'workflows',
  ];
  expect(copied.toSorted()).toEqual(floors);
});

test('Temporal is told every search attribute', () => {
  const created = [...text('temporal/namespace.sh').matchAll(/--name (\w+) --type (\w+)/g)];
  expect(Object.fromEntries(created.map(([, name, type]) => [name, type]))).toEqual(searchAttributes);
});
