/** The program as its documents and files name it; the version is package.json's. */
export const program = { name: 'Bokslut', version: '0.1.0' } as const;
