// The directory of a Debian with systemd and Node, for the tests of the units: made once (half a minute), then kept in
// .cache; its path is printed. Two at once wait for each other: flock .setup/rootfs.mjs node .setup/rootfs.mjs [bookworm]
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fail, ROOT } from './program.mjs';

const CACHE = join(ROOT, '.cache', 'systemd');
const SUITE = process.argv[2] ?? 'trixie';
/** What a terminal's Debian has, and nothing that only a developer's has. Node of Debian 12 is too old for anything. */
const PACKAGES = ['systemd', 'systemd-sysv', 'dbus', 'udev', SUITE === 'bookworm' ? 'libstdc++6' : 'nodejs'];

/** Where this machine gets its own Debian packages. */
function mirror() {
  const listed = spawnSync(
    'apt-get',
    ['indextargets', '--format', '$(REPO_URI) $(RELEASE) $(ORIGIN)', 'Created-By: Packages'],
    { encoding: 'utf8' },
  );
  // Suites with a dash are updates and security, which have no whole system.
  const found = listed.stdout.split('\n').find((line) => /^\S+ [a-z]+ Debian$/.test(line));
  if (!found) fail('apt-get knows no Debian archive here: run apt-get update');
  return found.split(' ')[0];
}

function make(directory) {
  mkdirSync(CACHE, { recursive: true });
  const partial = `${directory}.${process.pid}`;
  const made = spawnSync(
    'mmdebstrap',
    ['--variant=minbase', `--include=${PACKAGES.join(',')}`, SUITE, partial, `deb ${mirror()} ${SUITE} main`],
    { encoding: 'utf8', timeout: 600_000 },
  );
  if (made.status !== 0) {
    rmSync(partial, { recursive: true, force: true });
    fail(`mmdebstrap failed (${made.error?.message ?? made.status}):\n${(made.stderr ?? '').slice(-2_000)}`);
  }
  renameSync(partial, directory);
}

const name = createHash('sha256')
  .update(JSON.stringify([SUITE, PACKAGES]))
  .digest('hex')
  .slice(0, 12);
const directory = join(CACHE, `${SUITE}-${name}`);
if (!existsSync(directory)) make(directory);
process.stdout.write(directory);
