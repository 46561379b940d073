import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Brings dist/ up to date before any test runs. Files that run beside each other wait for the one that builds. */
export default function setup(): void {
  const folder = fileURLToPath(new URL('../../.setup', import.meta.url));
  const command = [folder, process.execPath, `${folder}/build.mjs`, '--if-stale'];
  execFileSync('flock', command, { stdio: ['ignore', 2, 2] });
}
