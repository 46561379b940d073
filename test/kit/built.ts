import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Brings dist/ up to date before any test runs. */
export default function setup(): void {
  const program = fileURLToPath(new URL('../../.setup/build.mjs', import.meta.url));
  execFileSync(process.execPath, [program, '--if-stale'], { stdio: ['ignore', 2, 2] });
}
