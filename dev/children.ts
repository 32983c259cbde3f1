import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { noted } from './claim.ts';
import { identify, isRunning } from '../client/cli/process-identity.ts';
import { endProcess } from './processes.ts';

export interface ChildOptions {
  /** For messages: what the program is to a person. */
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  /** Its output, both streams, appended. */
  readonly logFile: string;
  /** Notes the child while it runs, so that a later run can end one that outlived its own: `endLeftOver`. */
  readonly noteFile?: string;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
}

export interface Child {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** Settles when it has ended, however that came about. */
  readonly ended: Promise<string>;
  hasEnded(): boolean;
  /** Asks it to end, by SIGINT (Postgres: sessions end, what is committed stays), and waits; kills it after the grace. */
  stop(graceMs?: number): Promise<void>;
  /** Ends it as a crash would, and waits. */
  kill9(): Promise<void>;
}

/**
 * Starts a program that ends when this process ends, however this process ends: by itself, by Ctrl-C or by kill -9.
 *
 * The child gets its own process group, so that Ctrl-C in the terminal reaches this process alone, which then stops its parts
 * in the right order. A guard (a shell of its own) reads from a pipe whose other end this process holds: when this process is
 * gone, the operating system closes the pipe and the guard ends the child. Neither keeps this process alive.
 *
 * @throws Error when the program cannot be started
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  mkdirSync(path.dirname(options.logFile), { recursive: true });
  const log = openSync(options.logFile, 'a');
  const child = spawn(options.program, options.args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    uid: options.uid,
    gid: options.gid,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const pid = await new Promise<number>((resolve, reject) => {
    child.once('error', (error) => {
      reject(new Error(`${options.name} could not be started: ${error.message}`, { cause: error }));
    });
    child.once('spawn', () => resolve(child.pid ?? 0));
  });
  const guard = startGuard(pid);
  const { noteFile } = options;
  if (noteFile !== undefined) writeFileSync(noteFile, JSON.stringify(identify(pid)));
  let running = true;
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      running = false;
      guard?.kill('SIGKILL');
      if (noteFile !== undefined) rmSync(noteFile, { force: true });
      resolve(signal === null ? `exit code ${code}` : signal);
    });
  });
  child.unref();

  const end = async (signal: NodeJS.Signals, graceMs: number): Promise<void> => {
    if (!running) return;
    child.ref();
    child.kill(signal);
    if ((await Promise.race([ended, sleep(graceMs, 'late', { ref: false })])) === 'late')
      child.kill('SIGKILL');
    await ended;
  };
  return {
    name: options.name,
    pid,
    logFile: options.logFile,
    ended,
    hasEnded: () => !running,
    stop: (graceMs = 10_000) => end('SIGINT', graceMs),
    kill9: () => end('SIGKILL', 10_000),
  };
}

/**
 * Ends the child that a note names, when it still runs: its run was killed together with the guard.
 *
 * @returns the number of the process that was ended
 */
export async function endLeftOver(noteFile: string): Promise<number | undefined> {
  const child = noted(noteFile);
  if (!child || !isRunning(child)) return undefined;
  await endProcess(child);
  rmSync(noteFile, { force: true });
  return child.pid;
}

/** The last lines of a log, for an error message. */
export function lastLines(logFile: string, count = 15): string {
  try {
    return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
  } catch {
    return '';
  }
}

const guardScript = `
read -r _
kill -s INT "$1" 2>/dev/null || exit 0
for _ in 1 2 3 4 5 6 7 8 9 10; do
  sleep 1
  kill -0 "$1" 2>/dev/null || exit 0
done
kill -s KILL "$1"
`;

function startGuard(pid: number): ChildProcess | undefined {
  // Windows has no sh; there a killed run leaves its children, and the next start finds them.
  if (process.platform === 'win32') return undefined;
  const guard = spawn('/bin/sh', ['-c', guardScript, 'guard', String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  if (guard.stdin instanceof Socket) guard.stdin.unref();
  guard.stdin?.on('error', () => undefined);
  return guard;
}
