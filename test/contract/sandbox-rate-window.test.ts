import { array, assert, nat, property } from 'fast-check';
import { expect, test } from 'vitest';
import { RateWindow, WINDOW_MS, WINDOW_REQUESTS } from '../../sandbox/rate-window.ts';

test('no five seconds ever hold more than 25 passed requests, and none is refused without need', () => {
  assert(
    property(array(nat({ max: 600 }), { maxLength: 400 }), (pauses) => {
      const window = new RateWindow();
      const passed: number[] = [];
      let now = 0;
      for (const pause of pauses) {
        now += pause;
        const inWindow = passed.filter((at) => at > now - WINDOW_MS).length;
        const waitMs = window.take('client/1', now);
        expect(waitMs === 0).toBe(inWindow < WINDOW_REQUESTS);
        // The wait that is answered is long enough, and is 0 when the request passed.
        const then = passed.filter((at) => at > now + waitMs - WINDOW_MS).length;
        expect(then).toBeLessThan(WINDOW_REQUESTS);
        if (waitMs === 0) passed.push(now);
      }
    }),
  );
});

test('tenants have a window each', () => {
  const window = new RateWindow();
  for (let count = 0; count < WINDOW_REQUESTS; count++) window.take('client/1', 0);
  expect(window.take('client/1', 0)).toBe(WINDOW_MS);
  expect(window.take('client/2', 0)).toBe(0);
});
