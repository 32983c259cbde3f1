import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createHttpWorld, refusal, request, startOverHttp } from './http-world.ts';
import type { HttpWorld } from './http-world.ts';

let http: HttpWorld;
beforeAll(async () => {
  http = await createHttpWorld();
});
afterAll(() => http.end());

const run = (environment: Readonly<Record<string, string>>) =>
  spawn(process.execPath, ['--import', 'tsx', 'client/http/main.ts'], {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

describe('the server as a process', () => {
  it('names everything that its environment lacks at once', async () => {
    const server = run({ PUBLIC_URL: 'bokslut' });
    let told = '';
    server.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()));
    const [code] = (await once(server, 'close')) as [number];
    expect(code).toBe(1);
    for (const name of [
      'DATABASE_URL',
      'TOKEN_KEYS',
      'FORTNOX_CLIENT_ID',
      'FORTNOX_CLIENT_SECRET',
      'PUBLIC_URL',
    ])
      expect(told).toContain(name);
    expect(told).toContain('[config.invalid]');
    expect(told).not.toMatch(/\n\s+at /);
  });

  it('serves by its environment alone, and ends when it is told to', async () => {
    const { world } = http;
    const server = run({
      DATABASE_URL: world.appUrl,
      TOKEN_KEYS: world.tokenKeys,
      FORTNOX_CLIENT_ID: world.sandbox.clientId,
      FORTNOX_CLIENT_SECRET: world.sandbox.clientSecret,
      FORTNOX_BASE_URL: world.sandbox.url,
      FORTNOX_AUTH_URL: world.sandbox.url,
      TEMPORAL_ADDRESS: inject('temporalAddress'),
      PUBLIC_URL: 'http://127.0.0.1:1/',
      PORT: '0',
    });
    const lines: { msg?: string; url?: string }[] = [];
    for await (const line of createInterface(server.stdout)) {
      lines.push(JSON.parse(line) as { msg?: string; url?: string });
      const { msg, url } = lines.at(-1)!;
      if (msg !== 'server started' || url === undefined) continue;
      expect((await request(`${url}/readyz`, 'GET')).status).toBe(200);
      const list = await request(`${url}/api/engagements`, 'GET', undefined, {
        authorization: `Bearer ${http.key}`,
      });
      expect(list.status).toBe(200);
      server.kill('SIGTERM');
    }
    const code = server.exitCode ?? ((await once(server, 'close')) as [number])[0];
    expect(code).toBe(0);
    expect(lines.at(-1)?.msg).toBe('server stopped');
    expect(JSON.stringify(lines)).not.toContain(http.key);
  });
});

describe('while no worker is there', () => {
  it('says that the close does not answer, and shows and takes what the database knows', async () => {
    const id = await startOverHttp(http);
    const path = `/api/engagements/${id}`;
    expect(refusal(await http.call('GET', path))).toEqual([503, 'close.no-answer']);
    expect((await http.call('GET', '/api/engagements')).status).toBe(200);
    expect((await http.call('GET', `${path}/history`)).status).toBe(200);
    expect((await http.call('GET', `${path}/progress`)).body).toEqual({ items: [] });
    expect((await http.call('POST', `${path}/login`)).status).toBe(200);
  });
});
