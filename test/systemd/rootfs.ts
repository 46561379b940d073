import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const NEEDED = [
  ['systemd-nspawn', 'systemd-container'],
  ['mmdebstrap', 'mmdebstrap'],
  ['nsenter', 'util-linux'],
  ['setpriv', 'util-linux'],
] as const;

/** Fails loudly where these tests cannot run: a test of the units that is skipped says nothing about them. */
export function demandTools(): void {
  if (process.getuid?.() !== 0) throw new Error('the tests of the units boot a container: run them as root');
  const has = (command: string): boolean => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
  const missing = NEEDED.filter(([command]) => !has(command)).map(([, debian]) => debian);
  if (missing.length > 0) throw new Error(`Debian packages are missing: ${[...new Set(missing)].join(' ')}`);
}

/** The directory of a Debian with systemd and Node; `npm test` has begun to make it while it installed. */
export function rootfs(suite: 'bookworm' | 'trixie' = 'trixie'): string {
  const maker = join(ROOT, '.setup', 'rootfs.mjs');
  return execFileSync('flock', [maker, process.execPath, maker, suite], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
