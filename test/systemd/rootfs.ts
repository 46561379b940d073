import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const CACHE = join(ROOT, '.cache', 'systemd');
const SUITE = 'trixie';
/** What a terminal's Debian has, and nothing that only a developer's has. */
const PACKAGES = ['systemd', 'systemd-sysv', 'dbus', 'udev', 'nodejs'];

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

/** The directory of a Debian with systemd and Node; made once (half a minute), then kept in .cache. */
export function rootfs(): string {
  const name = createHash('sha256')
    .update(JSON.stringify([SUITE, PACKAGES]))
    .digest('hex')
    .slice(0, 12);
  const directory = join(CACHE, `${SUITE}-${name}`);
  if (existsSync(directory)) return directory;
  mkdirSync(CACHE, { recursive: true });
  const partial = `${directory}.${process.pid}`;
  const made = spawnSync(
    'mmdebstrap',
    ['--variant=minbase', `--include=${PACKAGES.join(',')}`, SUITE, partial, `deb ${mirror()} ${SUITE} main`],
    { encoding: 'utf8', timeout: 600_000 },
  );
  if (made.status !== 0) {
    rmSync(partial, { recursive: true, force: true });
    throw new Error(
      `mmdebstrap failed (${made.error?.message ?? made.status}):\n${made.stderr.slice(-2_000)}`,
    );
  }
  renameSync(partial, directory);
  return directory;
}

/** Where this machine gets its own Debian packages. */
function mirror(): string {
  const listed = spawnSync(
    'apt-get',
    ['indextargets', '--format', '$(REPO_URI) $(RELEASE) $(ORIGIN)', 'Created-By: Packages'],
    { encoding: 'utf8' },
  );
  // Suites with a dash are updates and security, which have no whole system.
  const found = listed.stdout.split('\n').find((line) => /^\S+ [a-z]+ Debian$/.test(line));
  if (!found) throw new Error('apt-get knows no Debian archive here: run apt-get update');
  return found.split(' ')[0] ?? '';
}
