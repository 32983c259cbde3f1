import path from 'node:path';

/** The checkout: every path that the local parts use starts here, whatever folder the command was given in. */
export const checkoutFolder = path.resolve(import.meta.dirname, '..');

/** What is kept between runs on this machine and never committed: data, programs that were fetched, logs. */
export const localFolder = path.join(checkoutFolder, '.local');
