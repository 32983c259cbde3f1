import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMailer } from '../../client/notify/mail.ts';
import type { Mail } from '../../client/notify/mail.ts';
import { startMailServer } from '../setup/mail-server.ts';
import type { Answers, MailServer } from '../setup/mail-server.ts';

const mail: Mail = {
  id: 'd1',
  to: 'anna@example.com',
  subject: 'Bokslut per 2025-12-31: inloggningen går ut om 7 dagar',
  text: 'Inloggningen gäller till 2026-01-30.\n\nhttps://bokslut.example/bokslut/1',
};

let server: MailServer;
beforeEach(async () => {
  server = await startMailServer();
});
afterEach(() => server.stop());

const send = () => createMailer({ url: server.url, from: 'bokslut@firm.example', timeoutMs: 2_000 })(mail);

describe('a mail by SMTP', () => {
  it('arrives with its id, sender and Swedish text', async () => {
    expect(await send()).toEqual({ outcome: 'sent' });
    expect(server.taken.map(({ to }) => to)).toEqual(['anna@example.com']);
    const [head = '', body = ''] = server.taken[0]!.message.split('\r\n\r\n');
    expect(head).toContain('Message-ID: <d1@firm.example>');
    expect(head).toContain('From: bokslut@firm.example');
    expect(head).toContain('Auto-Submitted: auto-generated');
    expect(head).toMatch(/Subject: .*7 dagar|Subject: =\?UTF-8/);
    expect(Buffer.from(body.replaceAll('=\r\n', ''), 'utf8').toString()).toContain('Inloggningen g');
  });

  it.each<[string, Answers, object]>([
    [
      'the receiver is unknown',
      { RCPT: '550 no such user' },
      { outcome: 'refused', error: 'mail.status-550' },
    ],
    ['the receiver is busy', { RCPT: '451 later' }, { outcome: 'unsent', error: 'mail.status-451' }],
    ['the sender is refused', { MAIL: '530 log in' }, { outcome: 'unsent', error: 'mail.status-530' }],
    ['the text is refused', { text: '554 no' }, { outcome: 'refused', error: 'mail.status-554' }],
    ['the text is put off', { text: '452 full' }, { outcome: 'unsent', error: 'mail.status-452' }],
    ['it hangs up before the text', { DATA: 'hang up' }, { outcome: 'unsent', error: 'mail.unreachable' }],
    [
      'it hangs up after the text',
      { text: 'hang up' },
      { outcome: 'unknown', error: 'mail.outcome-unknown' },
    ],
  ])('says what became of it when %s', async (_, answers, outcome) => {
    Object.assign(server.answers, answers);
    expect(await send()).toEqual(outcome);
    expect(server.taken).toEqual([]);
  });

  it('is surely unsent when nobody listens', async () => {
    await server.stop();
    const outcome = await send();
    server = await startMailServer();
    expect(outcome).toEqual({ outcome: 'unsent', error: 'mail.unreachable' });
  });
});
