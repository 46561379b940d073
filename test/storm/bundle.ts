import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import type { Patch } from './planted/patches.js';
import type { RunOptions, RunResult } from './world.js';

// The same depth as a source and as a bundle.
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Storm {
  readonly runSeed: (options: RunOptions) => Promise<RunResult>;
}

/**
 * The storm and the whole product in one module, with `patch` in place of the text that it names. A patch that fits
 * nowhere, or in two places, is an error: the product has moved on, and so must the patch.
 */
export async function bundle(patch: Patch): Promise<Storm> {
  let applied = 0;
  const built = await rolldown({
    input: join(ROOT, 'test/storm/world.ts'),
    platform: 'node',
    external: /^(node:|[a-z@][^:]*$)/,
    logLevel: 'silent',
    // What nothing uses costs nothing there, and a quarter of the time to find.
    treeshake: false,
    plugins: [
      {
        name: 'plant',
        transform(code, id) {
          if (!id.endsWith(patch.file)) return null;
          let text = code;
          for (const { find, put } of patch.changes) {
            if (text.split(find).length !== 2)
              throw new Error(`${patch.name}: this is not in ${patch.file} exactly once: ${find}`);
            text = text.replace(find, () => put);
          }
          applied += 1;
          return text;
        },
      },
    ],
  });
  const directory = join(ROOT, '.cache', 'storm', String(process.pid));
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `${patch.name.replace(/\W+/g, '-')}.mjs`);
  await built.write({ file, format: 'esm', codeSplitting: false });
  await built.close();
  if (applied !== 1) throw new Error(`${patch.name}: ${patch.file} is not part of the storm`);
  const storm = (await import(pathToFileURL(file).href)) as Storm;
  rmSync(directory, { recursive: true });
  return storm;
}
