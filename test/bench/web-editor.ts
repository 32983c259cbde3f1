import type { Page } from 'playwright-core';
import { isoDate } from '../../accounting/dates.ts';
import { ore } from '../../accounting/money.ts';
import { saveAdjustments } from '../../client/close/adjustments.ts';
import { startBrowser } from '../e2e/browser.ts';
import { aside, figure, p95 } from './measure.ts';
import type { BenchResult } from './sie-read.ts';
import type { WebWorld } from './web-world.ts';

export const editorRows = 500;
/** What a person takes for at once. */
const mostMs = 100;
const keys = 200;

/** Saves one voucher of so many rows in the large company's close. */
export async function saveManyRows({ house, caller, large }: WebWorld): Promise<void> {
  await saveAdjustments(house.client, caller, large, {
    expectedRevision: 0,
    adjustments: [
      {
        id: 'bench',
        date: isoDate('2024-12-31'),
        text: 'Många rader',
        transfer: true,
        rows: Array.from({ length: editorRows }, (_, index) => ({
          account: index % 2 === 0 ? '5010' : '1930',
          amountOre: ore(index % 2 === 0 ? 100_00 : -100_00),
          text: `Rad ${index + 1}`,
        })),
      },
    ],
  });
}

/**
 * Typing amounts and account names in the middle of the rows in a real browser: from the key to the frame that shows what it
 * did, sums, account search and all. The first keys warm up.
 */
export async function editorBench({ url, cookie, large }: WebWorld): Promise<BenchResult[]> {
  const browser = await startBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const [name = '', value = ''] = cookie.split('=');
    await page.context().addCookies([{ name, value, url }]);
    await page.goto(`${url}/bokslut/${large}/justeringar`);
    await page.evaluate(`
      window.painted = [];
      addEventListener('keydown', () => {
        const pressed = performance.now();
        requestAnimationFrame(() => {
          const channel = new MessageChannel();
          channel.port1.onmessage = () => painted.push(performance.now() - pressed);
          channel.port2.postMessage('');
        });
      }, { capture: true });
    `);
    const busyMs = await watchWork(page);
    const before = await busyMs();
    for (const [field, text] of [
      ['debet', '1234,50'],
      ['konto', 'konto för'],
    ] as const) {
      for (let typed = 0; typed < keys / 2; typed += text.length) {
        await page.locator(`input[name="v0.r${200 + typed}.${field}"]`).fill('');
        await page.keyboard.type(text, { delay: 30 });
      }
    }
    const painted = await page.evaluate<number[]>('painted');
    if (painted.length < keys) throw new Error('the browser did not paint');
    const busy = (await busyMs()) - before;
    return [
      figure(
        `editor of ${editorRows} rows, key to frame, p95`,
        p95(painted.slice(20)),
        'ms',
        'lower',
        mostMs,
      ),
      aside(`editor of ${editorRows} rows, work of the page's thread a key`, busy / painted.length, 'ms'),
    ];
  } finally {
    await browser.close();
  }
}

/** Asks what the page's main thread has worked so far, in time of its own: others on the machine do not count. */
async function watchWork(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1_000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0);
  };
}
