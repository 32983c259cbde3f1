import type { closeActivities } from './activity-proxies.ts';
import { tellLoginExpiry } from './login-watch.ts';
import type { CloseState, ImportRequested } from './messages.ts';
import { isLoginProblem, problemOf } from './problems.ts';

/** The connection that a watch may import by: its login is known to be good. */
const liveConnection = ({ connectionId, loginEnd, loginExpiresAtMs }: CloseState): string | undefined =>
  loginEnd === undefined && loginExpiresAtMs !== undefined ? connectionId : undefined;

/** A watch asks for nothing that a person would have to wait for, or log in for. */
export const isWelcome = ({ requestedBy }: ImportRequested, state: CloseState): boolean =>
  requestedBy === 'person' || (state.phase === 'adjusting' && liveConnection(state) !== undefined);

/**
 * A nightly look at the books while the accountant works. Nobody waits for it, so nobody is asked to mend it: what fails
 * is left to the next night. It does not renew the login.
 */
export async function watchImport(
  act: ReturnType<typeof closeActivities>,
  ids: { readonly firmId: string; readonly engagementId: string },
  state: CloseState,
  request: ImportRequested,
): Promise<void> {
  const connectionId = liveConnection(state);
  if (connectionId === undefined) return;
  try {
    const { snapshotId, snapshotHash } = await act.importBooks({ ...ids, ...request, connectionId });
    state.snapshot = { id: snapshotId, hash: snapshotHash };
    await act.generateAttachments({ ...ids, snapshotId });
    await act.reportMoves({ ...ids, snapshotId });
  } catch (error) {
    if (!isLoginProblem(problemOf(error)) || connectionId !== state.connectionId) return;
    state.loginEnd ??= 'revoked';
    await tellLoginExpiry(connectionId);
  }
}
