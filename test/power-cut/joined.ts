import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import build from '../kit/built.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = join(ROOT, '.cache', 'power-cut', String(process.pid));

/** The built terminal, and fault-point.mjs beside it with the same modules. */
export const TERMINAL = join(FOLDER, 'main.mjs');
export const FAULT_POINT = pathToFileURL(join(FOLDER, 'fault-point.mjs')).href;

/**
 * Builds, and joins both to a few files: a process that loads three hundred takes twice the processor time to start, and there
 * are some hundred starts. Of the program as it is installed no module can be named from outside.
 */
export async function joinTerminal(): Promise<void> {
  build();
  if (existsSync(TERMINAL)) return;
  const built = await rolldown({
    input: {
      main: join(ROOT, 'dist/src/main.js'),
      'fault-point': join(ROOT, 'test/power-cut/fault-point.mjs'),
    },
    platform: 'node',
    external: /^(node:|[a-z@][^:]*$)/,
    logLevel: 'silent',
    plugins: [
      {
        name: 'the built modules',
        resolveId: (id, from) =>
          id.startsWith('../../') && from?.startsWith(join(ROOT, 'test'))
            ? join(ROOT, 'dist', id.slice(6))
            : null,
      },
      {
        name: 'addresses',
        // Files beside a module are beside it still.
        transform: (code, id) =>
          code.includes('import.meta.url')
            ? code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href))
            : null,
      },
    ],
  });
  await built.write({
    dir: FOLDER,
    format: 'esm',
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name]-[hash].mjs',
    codeSplitting: { groups: [{ name: 'start', tags: ['$initial'] }] },
  });
  await built.close();
}

export function removeJoined(): void {
  rmSync(FOLDER, { recursive: true, force: true });
}
