import { Readable } from 'node:stream';
import MailComposer from 'nodemailer/lib/mail-composer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';

export interface Mail {
  /** Makes the Message-ID, so that a mail server that meets it twice can tell. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/**
 * `unsent`: it surely did not leave, and can be tried again. `refused`: it never will be taken. `unknown`: it was under way
 * when the server fell silent.
 */
export type MailOutcome =
  | { readonly outcome: 'sent' }
  | { readonly outcome: 'unsent' | 'refused' | 'unknown'; readonly error: string };

export type Mailer = (mail: Mail) => Promise<MailOutcome>;

export interface MailOptions {
  /** `smtps://user:password@host:465`, or `smtp://host:587`: STARTTLS when offered, required when a password is given. */
  readonly url: URL;
  /** The sender's address. */
  readonly from: string;
  /** For a server that says nothing. */
  readonly timeoutMs?: number;
}

/** Sends by SMTP, one connection a mail: reminders are few. */
export function createMailer({ url, from, timeoutMs = 15_000 }: MailOptions): Mailer {
  const { username, password, hostname, port, protocol } = url;
  const secure = protocol === 'smtps:';
  const credentials =
    username === '' ? undefined : { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
  const domain = from.slice(from.lastIndexOf('@') + 1);

  return async (mail) => {
    const message = await compose(mail, from, domain);
    const connection = new SMTPConnection({
      host: hostname.replace(/^\[|\]$/g, ''),
      ...(port !== '' && { port: Number(port) }),
      secure,
      requireTLS: !secure && credentials !== undefined,
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
    });
    return new Promise((resolve) => {
      // From the moment that the server asks for the text, silence no longer means that it has nothing.
      let isUnderWay = false;
      const ended = (error: SmtpError | null | undefined): void => {
        connection.close();
        resolve(error ? outcomeOf(error, isUnderWay) : { outcome: 'sent' });
      };
      const body = Readable.from(
        (function* () {
          isUnderWay = true;
          yield message;
        })(),
      );
      const send = (): void => connection.send({ from, to: [mail.to] }, body, ended);
      connection.once('error', ended);
      connection.connect((error) => {
        if (error) return ended(error);
        if (!credentials) return send();
        connection.login({ credentials }, (refused) => (refused ? ended(refused) : send()));
      });
    });
  };
}

interface SmtpError {
  readonly code?: string | undefined;
  readonly command?: string | undefined;
  readonly responseCode?: number | undefined;
}

function outcomeOf({ code, command, responseCode }: SmtpError, isUnderWay: boolean): MailOutcome {
  if (responseCode !== undefined) {
    const error = `mail.status-${responseCode}`;
    // 5xx about this mail is for good; about our login or greeting it is for the operators to mend.
    const isForGood = responseCode >= 500 && (command === 'RCPT TO' || command === 'DATA');
    return { outcome: isForGood ? 'refused' : 'unsent', error };
  }
  if (isUnderWay) return { outcome: 'unknown', error: 'mail.outcome-unknown' };
  return { outcome: 'unsent', error: code === 'EAUTH' ? 'mail.login-refused' : 'mail.unreachable' };
}

function compose({ id, to, subject, text }: Mail, from: string, domain: string): Promise<Buffer> {
  return new MailComposer({
    from,
    to,
    subject,
    text,
    messageId: `<${id}@${domain}>`,
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();
}
