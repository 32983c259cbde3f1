// The only file that is not TypeScript: Node 20 does not apply a loader given by `--import` to a thread's first file.
import { register } from 'tsx/esm/api';

register();
await import('./render-thread.ts');
