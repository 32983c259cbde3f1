import type { Ore } from './money.ts';

/** A difference that is there but too small to matter for the engagement: shown as noise, never hidden. */
export const isNoise = (differenceOre: Ore, materialityOre: Ore): boolean =>
  differenceOre !== 0 && Math.abs(differenceOre) < materialityOre;

/** Nothing is left that matters. */
export const tiesWithin = (differenceOre: Ore, materialityOre: Ore): boolean =>
  differenceOre === 0 || isNoise(differenceOre, materialityOre);
