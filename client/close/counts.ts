import { needsAttentionKey } from '../../workflows/search-attributes.ts';
import type { Phase } from '../../workflows/messages.ts';
import type { ClientContext } from './context.ts';

const running = ({ taskQueue }: ClientContext): string =>
  `TaskQueue = "${taskQueue}" and WorkflowType = "yearEndClose" and ExecutionStatus = "Running"`;

/** Phases that a running close can stand in. */
const phases: readonly Phase[] = [
  'awaitingConnection',
  'importing',
  'generatingAttachments',
  'adjusting',
  'exporting',
  'completing',
];

/**
 * How many closes stand in each phase, over all firms, from the search attributes that the closes keep. One count a phase:
 * Temporal groups by the state of execution alone.
 */
export async function closesByPhase(context: ClientContext): Promise<{ phase: Phase; count: number }[]> {
  const counted = [];
  for (const phase of phases) {
    counted.push({
      phase,
      count: (await context.temporal.workflow.count(`${running(context)} and Phase = "${phase}"`)).count,
    });
  }
  return counted;
}

/** More kinds of trouble at one time than this are not told apart. */
const mostCodes = 20;

/** Which problems wait for a person, and in how many closes: finds one of each code by leaving out those already found. */
export async function attentionCodes(context: ClientContext): Promise<{ code: string; count: number }[]> {
  const { temporal } = context;
  const found: { code: string; count: number }[] = [];
  for (;;) {
    const others = found.map(({ code }) => ` and NeedsAttention != "${code}"`).join('');
    const query = `${running(context)} and NeedsAttention is not null${others}`;
    if (found.length === mostCodes) {
      const { count } = await temporal.workflow.count(query);
      return count > 0 ? [...found, { code: 'other', count }] : found;
    }
    const code = await codeOfOne(temporal, query);
    if (code === undefined) return found;
    const { count } = await temporal.workflow.count(`${running(context)} and NeedsAttention = "${code}"`);
    found.push({ code, count });
  }
}

async function codeOfOne(temporal: ClientContext['temporal'], query: string): Promise<string | undefined> {
  for await (const { typedSearchAttributes } of temporal.workflow.list({ query, pageSize: 1 })) {
    return typedSearchAttributes.get(needsAttentionKey);
  }
  return undefined;
}
