import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8 from compiling WebAssembly a second time, for speed. There is one such module, the HTTP parser behind `fetch`,
 * and its second compilation takes 29 MB for a fifth of a second: the highest that a terminal ever needs, for a few
 * answers a minute. Before the first request. A V8 that does not know the flag goes on without it.
 */
export function compileWasmOnce(): void {
  setFlagsFromString('--liftoff-only');
}
