import { createInterface } from 'node:readline/promises';
import { Problem } from '../../accounting/problem.ts';

/** The option of every command that asks first. */
export const yesFlag = ['--yes', 'does what it says without asking'] as const;

/**
 * Says what a command is about to do, and goes on when the person says yes or `--yes` was given. Without a person to ask,
 * it is refused. @throws Problem `cli.not-confirmed`
 */
export async function confirm(what: string, yes: boolean | undefined): Promise<void> {
  console.error(what);
  if (yes === true) return;
  if (process.stdin.isTTY && process.stderr.isTTY) {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    const answer = await terminal.question('Go on? (yes/no) ');
    terminal.close();
    if (/^y(es)?$/i.test(answer.trim())) return;
  }
  throw new Problem({
    code: 'cli.not-confirmed',
    what: 'Ingenting är gjort.',
    advice: 'Lägg till --yes för att göra det som står ovan.',
  });
}
