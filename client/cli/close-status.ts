import type { Action, CloseStatus } from '../../workflows/messages.ts';
import type { CloseView } from '../close/overview.ts';

/** One thing that may be done next, and how. */
export interface NextStep {
  readonly action: string;
  readonly how: string;
}

/** Where a close stands, as the command line tells it to programs; people read `describe`. */
export const standing = (view: CloseView, publicUrl: URL) => ({
  id: view.engagement.id,
  company: view.company.name,
  balanceDate: view.engagement.yearTo,
  run: view.engagement.run,
  ...view.status,
  revision: view.revision,
  approval: view.approval && {
    revision: view.approval.revision,
    series: view.approval.series,
    stale: view.approval.stale,
  },
  lastImportAt: view.lastImport?.fetchedAt.toISOString() ?? null,
  next: nextSteps(view, publicUrl),
});

export function describe(view: CloseView, publicUrl: URL): string {
  const { status, engagement, company, lastImport, approval } = view;
  const { phase, doing, attention } = status;
  const lines = [
    ['close', `${company.name}, balance date ${engagement.yearTo}, run ${engagement.run}`],
    ['phase', `${phase}: ${doing}`],
    ['login', loginOf(status)],
    [
      'import',
      lastImport ? `${lastImport.fetchedAt.toISOString()} (${lastImport.findings} findings)` : 'none',
    ],
    ['revision', view.revision === 0 ? 'none' : String(view.revision)],
    ...(approval
      ? [
          [
            'approval',
            `revision ${approval.revision} into series ${approval.series}${approval.stale ? ', stale' : ''}`,
          ],
        ]
      : []),
    ...(status.export ? [['export', `${status.export.confirmed} of ${status.export.total} confirmed`]] : []),
    ...(attention
      ? [['needs', `${attention.what} ${attention.advice} [${attention.code}] in ${attention.step}`]]
      : []),
    ...nextSteps(view, publicUrl).map(({ action, how }, index) => [
      index === 0 ? 'next' : '',
      `${action}: ${how}`,
    ]),
  ];
  return lines.map(([name = '', text = '']) => `${name.padEnd(10)}${text}`.trimEnd()).join('\n');
}

const loginOf = ({ login }: CloseStatus): string =>
  login.state === 'valid' ? `until ${new Date(login.expiresAtMs).toISOString()}` : login.state;

function nextSteps(
  { status, engagement: { id, settings }, revision }: CloseView,
  publicUrl: URL,
): NextStep[] {
  const command = (rest: string): string => `npm run bokslut -- ${rest}`;
  const page = new URL(`bokslut/${id}`, publicUrl).href;
  const how: Record<Action, string> = {
    connect: `a person logs in at Fortnox: ${page}/datakalla`,
    import: command(`close import ${id}`),
    approve:
      revision === 0
        ? `a person saves adjustments first: ${page}/justeringar`
        : command(`close approve ${id} --revision ${revision} --series CODE`),
    retry: command(`close retry ${id}`),
    cancel: command(`close cancel ${id}`),
  };
  if (status.phase === 'completed') {
    return [
      { action: 'binder', how: command(`binder fetch ${id}`) },
      { action: 'reopen', how: command(`close reopen ${id}`) },
    ];
  }
  if (status.phase === 'cancelled') return [{ action: 'reopen', how: command(`close reopen ${id}`) }];
  const steps: NextStep[] = status.allowed.map((action) => ({ action, how: how[action] }));
  if (status.phase === 'awaitingConnection' && settings.source === 'sie')
    steps.unshift({ action: 'upload', how: `a person uploads the SIE file: ${page}/datakalla` });
  const goesOn = status.attention === null && steps.every(({ action }) => action === 'cancel');
  return goesOn ? [{ action: 'wait', how: command(`close follow ${id}`) }, ...steps] : steps;
}
