import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * For the end of work that is done once and leaves much behind. V8 collects by itself when somebody allocates, and a terminal
 * that waits for a customer does not: warming up the decoder of pictures left five megabytes for as long as that takes.
 */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // Compiled code fits the flags it was compiled under (src/host/compiled.ts).
  setFlagsFromString('--no-expose-gc');
  collect();
}
