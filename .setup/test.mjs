// npm test: installs what the tests need, builds, and runs every layer. `npm test -- story` runs one; any other
// argument goes to vitest (a file name, -t "a title").

import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { aptInstall } from './apt.mjs';
import { build } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { fail, has, ROOT, run } from './program.mjs';

/** A program that a test calls, and the Debian package that it comes in. */
const PROGRAMS = {
  amtool: 'prometheus-alertmanager',
  caddy: 'caddy',
  // With the headers of the C library, which a compiler alone does not bring.
  cc: 'build-essential',
  chromium: 'chromium',
  'espeak-ng': 'espeak-ng',
  ip: 'iproute2',
  mmdebstrap: 'mmdebstrap',
  mosquitto: 'mosquitto',
  mosquitto_pub: 'mosquitto-clients',
  'nats-server': 'nats-server',
  nginx: 'nginx-light',
  openssl: 'openssl',
  promtool: 'prometheus',
  python3: 'python3',
  'rabbitmq-server': 'rabbitmq-server',
  socat: 'socat',
  strace: 'strace',
  udevadm: 'udev',
  'systemd-nspawn': 'systemd-container',
  'umockdev-run': 'umockdev',
  zbarimg: 'zbar-tools',
  zsh: 'zsh',
};

/** A module of Debian's own Python that a test calls, and its package. */
const MODULES = { jsonschema: 'python3-jsonschema' };

const LAYERS = [
  'house',
  'core',
  'config',
  'host',
  'journal',
  'gateway',
  'broker',
  'device',
  'story',
  'browser',
  'power-cut',
  'storm',
  'systemd',
  'package',
];

const hasModule = (module) =>
  spawnSync('/usr/bin/python3', ['-c', `import ${module}`], { stdio: 'ignore' }).status === 0;
const missing = Object.keys(PROGRAMS).filter((program) => !has(program));
const modules = Object.keys(MODULES).filter((module) => !hasModule(module));
if (missing.length + modules.length > 0) {
  const packages = [
    ...missing.map((program) => PROGRAMS[program]),
    ...modules.map((module) => MODULES[module]),
  ];
  if (missing.includes('mmdebstrap')) packages.push('debian-archive-keyring');
  aptInstall([...new Set(packages)], 'by the tests');
}
const still = [
  ...missing.filter((program) => !has(program)),
  ...modules.filter((module) => !hasModule(module)),
];
if (still.length > 0) fail(`the tests need ${still.join(', ')}; no test was run`);

const args = process.argv.slice(2).map((arg) => (LAYERS.includes(arg) ? `test/${arg}/` : arg));
// The container's Debian is made meanwhile: compiling keeps one core only. What goes wrong with it, its test says.
if (process.getuid?.() === 0 && (args.length === 0 || args.includes('test/systemd/'))) {
  const maker = join(ROOT, '.setup', 'rootfs.mjs');
  spawn('flock', [maker, process.execPath, maker], { stdio: 'ignore' }).unref();
}
ensureInstalled();
build();
run('npx', ['--no-install', 'vitest', 'run', '--config', 'test/vitest.config.ts', ...args]);
