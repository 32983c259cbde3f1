import { spawn } from 'node:child_process';
import { appendFileSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { Context } from '@temporalio/activity';
import type { Database } from '../../db/database.ts';
import type { FortnoxClient } from '../../fortnox/client.ts';
import type { FortnoxLogin } from '../../fortnox/login.ts';
import type { OpenFortnox } from '../../fortnox/open.ts';

/** What is to happen at a point, once, to the process that reaches it first. */
export type PointPlan =
  | { readonly act: 'kill'; readonly point: string }
  | { readonly act: 'freeze'; readonly point: string; readonly forMs: number }
  /** Nothing happens: the points that are reached are written down, for a plan to name. */
  | { readonly act: 'record' };

export const planFile = (folder: string, firmId: string): string => path.join(folder, `${firmId}.plan`);
export const struckFile = (folder: string, firmId: string): string => path.join(folder, `${firmId}.struck`);
export const recordFile = (folder: string, firmId: string): string => path.join(folder, `${firmId}.points`);

/**
 * The points of a worker: around every transaction of an activity, around every call that changes something at Fortnox,
 * around the refresh of a login and the storing of what it brought, and the product's own named ones. Points are told
 * apart by activity, and found by a run that records them: a side effect that is added later is met without being listed.
 */
export function createPoints(folder: string) {
  /** Of each running activity: whose it is, and how many transactions it has begun. */
  const running = new WeakMap<Context, { firmId: string; transactions: number }>();

  function reached(point: string): void {
    const context = Context.current();
    const firmId = running.get(context)?.firmId;
    if (firmId === undefined) return;
    const plan = planOf(folder, firmId);
    if (plan === undefined) return;
    if (plan.act === 'record') return appendFileSync(recordFile(folder, firmId), `${point}\n`);
    if (plan.point !== point || !isFirst(folder, firmId)) return;
    if (plan.act === 'freeze') {
      const wake = `sleep ${plan.forMs / 1_000}; kill -CONT ${process.pid}`;
      spawn('/bin/sh', ['-c', wake], { detached: true, stdio: 'ignore' }).unref();
    }
    process.kill(process.pid, plan.act === 'freeze' ? 'SIGSTOP' : 'SIGKILL');
  }

  const here = (what: string): void => reached(`${Context.current().info.activityType}: ${what}`);

  async function around<T>(what: string, work: () => Promise<T>): Promise<T> {
    here(`before ${what}`);
    const result = await work();
    here(`after ${what}`);
    return result;
  }

  function watchDatabase(database: Database): Database {
    return {
      ...database,
      forFirm: (firmId, work) => {
        const context = Context.current();
        const activity = running.get(context) ?? { firmId, transactions: 0 };
        running.set(context, activity);
        activity.transactions += 1;
        return around(`transaction ${activity.transactions}`, () => database.forFirm(firmId, work));
      },
    };
  }

  const watchFortnox =
    (open: OpenFortnox): OpenFortnox =>
    (connection, options) => {
      const client = open(connection, options);
      const watched: FortnoxClient = {
        ...client,
        createVoucher: (...args) => around('posting a voucher', () => client.createVoucher(...args)),
        uploadToInbox: (...args) => around('uploading a file', () => client.uploadToInbox(...args)),
        connectFile: (...args) => around('connecting a file', () => client.connectFile(...args)),
      };
      return watched;
    };

  /** A login and a database for token custody, which knows nothing of it. */
  function watchCustody(
    login: FortnoxLogin,
    database: Database,
  ): { login: FortnoxLogin; database: Database } {
    const answered = new WeakSet<Context>();
    return {
      login: {
        ...login,
        refresh: async (token) => {
          reached('refresh: before the request');
          const result = await login.refresh(token);
          answered.add(Context.current());
          reached('refresh: after the answer');
          return result;
        },
        revoke: (token) => around('revoking', () => login.revoke(token)),
      },
      database: {
        ...database,
        forFirm: async (firmId, work) => {
          const result = await database.forFirm(firmId, work);
          if (answered.delete(Context.current())) reached('refresh: after storing');
          return result;
        },
      },
    };
  }

  return {
    watchDatabase,
    watchFortnox,
    watchCustody,
    crashPoint: (point: string) => reached(`point ${point}`),
  };
}

function planOf(folder: string, firmId: string): PointPlan | undefined {
  try {
    return JSON.parse(readFileSync(planFile(folder, firmId), 'utf8')) as PointPlan;
  } catch {
    return undefined;
  }
}

/** Of all processes one gets to carry the plan out: the renaming says which. */
function isFirst(folder: string, firmId: string): boolean {
  try {
    renameSync(planFile(folder, firmId), struckFile(folder, firmId));
    return true;
  } catch {
    return false;
  }
}
