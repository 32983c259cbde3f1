import { afterAll, expect, test } from 'vitest';
import { attachmentPdf } from '../../documents/pdf/attachment.ts';
import { closeRenderThreads, renderInThread } from '../../documents/render.ts';
import { verifyBinder } from '../../documents/verify-binder.ts';
import { attachmentDocument, binderIndexDocument, frame, orderDocument } from '../parts/documents.ts';

afterAll(closeRenderThreads);

test('a thread gives the same bytes as the renderer itself', async () => {
  const document = attachmentDocument(30);
  const [here, there] = [await attachmentPdf(document), await renderInThread('attachmentPdf', document)];
  expect(Buffer.from(here).equals(there)).toBe(true);
});

test('many jobs at once, each with its own answer', async () => {
  const counts = [1, 2, 3, 4, 5, 6];
  const rendered = await Promise.all(
    counts.map((count) => renderInThread('attachmentPdf', attachmentDocument(count))),
  );
  const expected = await Promise.all(counts.map((count) => attachmentPdf(attachmentDocument(count))));
  expect(rendered.map((bytes, index) => Buffer.from(bytes).equals(expected[index] ?? Buffer.of()))).toEqual(
    counts.map(() => true),
  );
});

test('a renderer that throws rejects its own job and leaves the thread fit for the next', async () => {
  const files = [{ name: '../up.pdf', title: 'x', bytes: new Uint8Array() }];
  await expect(renderInThread('binder', { ...frame, keptUntilYear: 2032, files })).rejects.toThrow(
    'not a name inside',
  );
  const order = await renderInThread('bokforingsorderPdf', orderDocument);
  const name = 'order.pdf';
  const { bytes } = await renderInThread('binder', {
    ...binderIndexDocument,
    files: [{ name, title: 'x', bytes: order }],
  });
  expect(verifyBinder(bytes).ok).toBe(true);
});

test('what cannot be sent to a thread is rejected, not lost', async () => {
  const unsendable = { ...orderDocument, series: (() => 'A') as unknown as string };
  await expect(renderInThread('bokforingsorderPdf', unsendable)).rejects.toThrow('could not be cloned');
});

test('after a close the next job starts a new thread', async () => {
  await closeRenderThreads();
  expect((await renderInThread('bokforingsorderPdf', orderDocument)).length).toBeGreaterThan(1_000);
});
