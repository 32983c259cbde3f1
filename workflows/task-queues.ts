/**
 * Work that differs in kind waits in queues of its own, so that none holds up another, and so that each can have machines of
 * its own: `steps` are the workflows themselves and what takes a moment (requests to Fortnox, rows), on the queue that the
 * closes were started on; `imports` read a year's books, `documents` render.
 */
export const queueKinds = ['steps', 'imports', 'documents'] as const;
export type QueueKind = (typeof queueKinds)[number];

export const queueOf = (taskQueue: string, kind: QueueKind): string =>
  kind === 'steps' ? taskQueue : `${taskQueue}-${kind}`;
