import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { hex } from '../../../src/base/bytes.js';

const SCRIPT = fileURLToPath(new URL('decode.py', import.meta.url));

export interface ToDecode {
  readonly profile: 'bca' | 'mandiri' | 'bri' | 'cimb';
  readonly way: 'question' | 'answer';
  readonly frame: Uint8Array;
}

/** What an independent decoder reads in each frame; `error` names what is wrong with one. */
export function decoded(frames: readonly ToDecode[]): Record<string, string>[] {
  const input = frames.map(({ profile, way, frame }) => `${profile} ${way} ${hex(frame)}\n`).join('');
  const python = spawnSync('python3', [SCRIPT], { input, encoding: 'utf8' });
  if (python.error !== undefined)
    throw new Error(`python3 does not run (apt-get install python3): ${python.error.message}`);
  if (python.stderr !== '') throw new Error(python.stderr);
  return python.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
