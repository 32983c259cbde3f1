import { parseOre } from '../../accounting/money.ts';
import type { Ore } from '../../accounting/money.ts';

/** An amount as people type and paste it: "1 234,50", "1234.5", "−12". Undefined when it is none. */
export const readAmount = (text: string): Ore | undefined =>
  parseOre(
    text
      .replaceAll(/[\s\u00a0\u202f]|kr$/g, '')
      .replace('−', '-')
      .replace(',', '.'),
  );
