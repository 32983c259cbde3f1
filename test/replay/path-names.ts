/** Every way that a close can go; each release leaves a history of each. */
export const pathNames = [
  'normal',
  'reimport',
  'attention',
  'lost-answer',
  'partial-retry',
  'partial-rest',
  'cancel',
  'reopen',
  'continued',
  'watch',
  'sie-file',
  'expiry-connecting',
  'expiry-importing',
  'expiry',
  'expiry-exporting',
  'disconnect',
] as const;
