import { createRequire } from 'node:module';

export type Sharp = typeof import('sharp').default;

let loaded: Sharp | undefined;

/**
 * sharp, for who needs it first: a terminal without pictures does not carry it. By `require`, because `import()` of this
 * CommonJS holds five megabytes more for as long as the process lives (`npm run bench -- memory`).
 * @throws Error when it cannot be loaded: the installation is broken
 */
export function loadSharp(): Sharp {
  if (loaded !== undefined) return loaded;
  const sharp = createRequire(import.meta.url)('sharp') as Sharp;
  // No picture comes twice, and one thread is enough: both would only keep memory.
  sharp.cache(false);
  sharp.concurrency(1);
  loaded = sharp;
  return sharp;
}
