import { randomUUID } from 'node:crypto';
import { isoDate } from '../../accounting/dates.ts';
import type { Database } from '../../db/database.ts';
import { saveRevision } from '../../db/stores/adjustments.ts';
import { createApiKey } from '../../db/stores/api-keys.ts';
import { approve } from '../../db/stores/approvals.ts';
import { saveAttachment, signAttachment } from '../../db/stores/attachments.ts';
import { createConnection } from '../../db/stores/connections.ts';
import { moveVoucher } from '../../db/stores/export-vouchers.ts';
import { openOrder } from '../../db/stores/exports.ts';
import { createDeliveries } from '../../db/stores/deliveries.ts';
import { ensureUpload } from '../../db/stores/file-uploads.ts';
import { storeFile } from '../../db/stores/files.ts';
import { answerOnce } from '../../db/stores/idempotency.ts';
import { createLoginAttempt } from '../../db/stores/login-attempts.ts';
import { ensureNotification } from '../../db/stores/notifications.ts';
import { enterRates } from '../../db/stores/rates.ts';
import { createSession } from '../../db/stores/sessions.ts';
import { saveUser } from '../../db/stores/users.ts';
import { createEndpoint } from '../../db/stores/webhook-endpoints.ts';
import { sha256 } from '../../db/hash.ts';
import { adjustment, books, connectionOf, newEngagement, storeBooks, voucher, newUser } from './support.ts';

/** A close that has left a row in every table of its firm. */
export async function wholeClose(database: Database): Promise<{
  firmId: string;
  engagementId: string;
  orderId: string;
}> {
  const { firmId, engagement } = await newEngagement(database);
  const engagementId = engagement.id;
  const orderId = await database.forFirm(firmId, async (tx) => {
    const user = await saveUser(tx, {
      issuer: 'https://login.example',
      subject: firmId,
      name: 'Anna',
      email: 'anna@example.com',
      role: 'preparer',
    });
    await createSession(tx, { userId: user.id, lifetimeMs: 60_000 });
    await createApiKey(tx, { name: 'värd', scopes: ['close'] });
    await answerOnce(tx, 'k', {}, async () => ({ status: 201, body: {} }));
    await createConnection(tx, connectionOf(engagement.companyId));
    await createLoginAttempt(tx, { engagementId, startedBy: `user:${user.id}`, lifetimeMs: 60_000 });
    const snapshot = await storeBooks(tx, engagementId, books([voucher(1)]));
    const attachment = await saveAttachment(tx, {
      engagementId,
      accountGroup: '1510',
      expectedVersion: 0,
      snapshotId: snapshot.id,
      origin: 'generated',
      data: { open: 1 },
      figuresHash: sha256('figures'),
      savedBy: 'system',
    });
    await signAttachment(tx, { attachmentId: attachment.id, role: 'prepared', signedBy: `user:${user.id}` });
    await enterRates(
      tx,
      [{ currency: 'EUR', date: isoDate('2025-12-31'), rate: '11.25', source: 'Riksbanken' }],
      'system',
    );
    const revision = await saveRevision(tx, {
      engagementId,
      expectedRevision: 0,
      snapshotId: snapshot.id,
      adjustments: [adjustment('a1')],
      savedBy: `user:${user.id}`,
    });
    const { approval } = await approve(tx, {
      id: randomUUID(),
      engagementId,
      revision: revision.revision,
      revisionHash: revision.hash,
      snapshotId: snapshot.id,
      snapshotHash: snapshot.hash,
      series: 'B',
      final: true,
      approvedBy: await newUser(tx, 'reviewer'),
      signal: { workflowId: `close/${engagementId}`, signal: 'adjustmentsApproved', args: [] },
    });
    const order = await openOrder(tx, {
      engagementId,
      approvalId: approval.id,
      tenant: firmId,
      yearFrom: engagement.yearFrom,
      vouchers: [{ marker: `m-${firmId}`, adjustment: adjustment('a1'), series: 'B' }],
    });
    const key = { orderId: order.id, position: 1 };
    await moveVoucher(tx, key, 'planned', { to: 'sending' });
    await moveVoucher(tx, key, 'sending', {
      to: 'posted',
      fortnox: { series: 'B', number: 12, yearId: 3 },
    });
    await moveVoucher(tx, key, 'posted', { to: 'confirmed' });
    await ensureUpload(tx, { ...key, sha256: sha256('pdf') }, '1510.pdf');
    await storeFile(tx, {
      engagementId,
      kind: 'attachment',
      name: '1510.pdf',
      mediaType: 'application/pdf',
      bytes: Buffer.from('pdf'),
      storedBy: 'system',
    });
    const notification = await ensureNotification(tx, { kind: 'login.expires', dueKey: 'x', engagementId });
    const endpoint = await createEndpoint(tx, {
      id: randomUUID(),
      url: 'https://host.example/hooks',
      sealedSecret: Buffer.from('sealed'),
      keyId: 'k1',
      createdBy: `user:${user.id}`,
    });
    await createDeliveries(tx, notification.id, [{ userId: user.id }, { endpointId: endpoint.id }]);
    return order.id;
  });
  return { firmId, engagementId, orderId };
}
