// Running other programs, loudly: what they print goes through, and the first that fails ends us with its code.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Runs to the end in the checkout. `quiet` sends its standard output to our standard error. */
export function run(command, args, { env = {}, quiet = false } = {}) {
  const done = spawnSync(command, args, {
    cwd: ROOT,
    stdio: ['ignore', quiet ? 2 : 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  if (done.error) fail(`${command}: ${done.error.message}`);
  if (done.status !== 0) process.exit(done.status ?? 1);
}

export function has(command) {
  return spawnSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' }).status === 0;
}

/** With the modules that node-gyp needs: python3-minimal has the command and not these. */
export function hasPython(command = 'python3') {
  const modules = 'import json, multiprocessing, shlex, xml.dom.minidom';
  return spawnSync(command, ['-c', modules], { stdio: 'ignore' }).status === 0;
}

export function fail(message) {
  process.stderr.write(`gopay-pos: ${message}\n`);
  process.exit(1);
}
