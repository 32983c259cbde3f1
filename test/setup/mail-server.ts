import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** What the server answers to a command instead of the usual; `'hang up'` closes the connection. */
export type Answers = Partial<Record<'MAIL' | 'RCPT' | 'DATA' | 'text', string>>;

export interface MailServer {
  readonly url: URL;
  /** Everything that was taken, headers and text as they came. */
  readonly taken: readonly { readonly to: string; readonly message: string }[];
  readonly answers: Answers;
  stop(): Promise<void>;
}

/** As much of a mail server (RFC 5321) as one sender needs. */
export async function startMailServer(): Promise<MailServer> {
  const taken: { to: string; message: string }[] = [];
  const answers: Answers = {};
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    serve(socket, answers, (mail) => taken.push(mail));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`smtp://127.0.0.1:${port}`),
    taken,
    answers,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function serve(
  socket: Socket,
  answers: Answers,
  take: (mail: { to: string; message: string }) => void,
): void {
  const say = (line: string | undefined): void =>
    void (line === 'hang up' ? socket.destroy() : socket.write(`${line ?? '502 no such command'}\r\n`));
  let received = '';
  let to = '';
  let isText = false;
  const read = (): boolean => {
    const end = received.indexOf(isText ? '\r\n.\r\n' : '\r\n');
    if (end === -1) return false;
    const part = received.slice(0, end);
    received = received.slice(end + (isText ? 5 : 2));
    if (isText) {
      isText = false;
      const answer = answers.text ?? '250 taken';
      if (answer.startsWith('250')) take({ to, message: part });
      say(answer);
      return true;
    }
    const command = part.slice(0, 4).toUpperCase();
    if (command === 'RCPT') to = /<(.*)>/.exec(part)?.[1] ?? '';
    const usual: Record<string, string> = {
      EHLO: '250 here',
      MAIL: '250 ok',
      RCPT: '250 ok',
      DATA: '354 go on',
      QUIT: '221 bye',
    };
    const answer = answers[command as keyof Answers] ?? usual[command];
    isText = answer?.startsWith('354') ?? false;
    say(answer);
    return true;
  };
  socket.on('data', (chunk) => {
    received += chunk.toString('utf8');
    while (read());
  });
  say('220 mail.example');
}
