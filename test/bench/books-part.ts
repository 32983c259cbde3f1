import { booksSuite } from './books.ts';

/** One part of the books' suite as a process: `PART [--peers]`; its figures go to the process that started it. */
const [part, peers] = process.argv.slice(2);
const results = await booksSuite((line) => console.error(line), {
  quick: false,
  part,
  peers: peers === '--peers',
});
process.send?.(results);
process.disconnect?.();
