import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { ClientContext } from '../../client/close/context.ts';
import { closeWorkflowId } from '../../workflows/messages.ts';

/** A close's history in Temporal, as `temporal workflow show --output json` writes it. */
export interface CloseHistory {
  readonly json: string;
  readonly events: number;
  readonly bytes: number;
}

export async function historyOf({ temporal }: ClientContext, engagementId: string): Promise<CloseHistory> {
  const handle = temporal.workflow.getHandle(closeWorkflowId(engagementId));
  const { historySize } = await handle.describe();
  const history = await handle.fetchHistory();
  return {
    json: historyToJSON(history),
    events: history.events?.length ?? 0,
    bytes: historySize ?? 0,
  };
}

/** Everything that can be read in a history, its payloads too: they stand there in base64. */
export const readable = ({ json }: CloseHistory): string =>
  json.replaceAll(/"data":\s*"([^"]*)"/g, (_, data: string) => Buffer.from(data, 'base64').toString());
