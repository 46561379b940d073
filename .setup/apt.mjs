// Debian packages: installed as root or through sudo without a password; otherwise named, so that a person can do it.
import { spawnSync } from 'node:child_process';
import { fail, has } from './program.mjs';

/** @param optional go on without them when they cannot be installed: a later step says what it misses. */
export function aptInstall(packages, why, { optional = false } = {}) {
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const words = `Debian packages needed ${why}: ${packages.join(' ')}`;
  if (
    !has('apt-get') ||
    (asRoot.length > 0 && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status !== 0)
  ) {
    if (optional) return void process.stderr.write(`gopay-pos: ${words} (not root: going on without)\n`);
    fail(`${words}\n  run: sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`);
  }
  process.stderr.write(`gopay-pos: ${words}\n`);
  const apt = (...args) =>
    spawnSync([...asRoot, 'apt-get'][0], [...asRoot, 'apt-get'].slice(1).concat(args), {
      stdio: ['ignore', 2, 2],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0;
  const install = () => apt('install', '-y', '-qq', '--no-install-recommends', ...packages);
  if (install() || (apt('update', '-qq') && install())) return;
  if (!optional) fail(`apt-get could not install: ${packages.join(' ')}`);
}
