/** Who did something: a user of the firm, one of its API keys, or the program by itself. */
export type Actor = `user:${string}` | `key:${string}` | 'system';
