import { Client, Connection } from '@temporalio/client';
import { approveAdjustments } from '../../client/close/approval.ts';
import type { ApprovalToGive } from '../../client/close/approval.ts';
import type { Caller, ClientContext } from '../../client/close/context.ts';
import { openDatabase } from '../../db/database.ts';
import type { ApprovalPoint } from './approval-faults.ts';

/** What the process is told, as JSON in its first argument. */
export interface ApproverInput {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly caller: Caller;
  readonly engagementId: string;
  readonly give: ApprovalToGive;
  readonly killAt: ApprovalPoint;
}

/** A server that is killed while somebody approves. */
async function main(input: ApproverInput): Promise<void> {
  const reached = (point: ApprovalPoint): void => {
    if (point === input.killAt) process.kill(process.pid, 'SIGKILL');
  };
  const database = await openDatabase(input.databaseUrl);
  const temporal = new Client({ connection: await Connection.connect({ address: input.temporalAddress }) });
  const { workflow } = temporal;
  const getHandle = workflow.getHandle.bind(workflow);
  workflow.getHandle = ((id: string) => {
    const handle = getHandle(id);
    return {
      ...handle,
      signal: async (name: string, ...args: unknown[]) => {
        reached('before the signal');
        await handle.signal(name, ...args);
        reached('after the signal');
      },
    };
  }) as typeof workflow.getHandle;
  let transactions = 0;
  const context = {
    database: {
      ...database,
      forFirm: async (firmId, work) => {
        transactions += 1;
        const isFirst = transactions === 1;
        if (isFirst) reached('before storing the approval');
        const result = await database.forFirm(firmId, work);
        reached(isFirst ? 'after storing the approval' : 'after noting the delivery');
        return result;
      },
    } satisfies ClientContext['database'],
    temporal,
    log: () => undefined,
  } as unknown as ClientContext;
  await approveAdjustments(context, input.caller, input.engagementId, input.give);
}

await main(JSON.parse(process.argv[2] ?? '{}') as ApproverInput);
