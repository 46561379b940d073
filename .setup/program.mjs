// Running other programs, loudly: what they print goes through, and the first that fails ends us with its code.
import { spawn, spawnSync } from 'node:child_process';
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

/** Side by side in the checkout: what each prints comes in one piece when it has ended. Ends us with the first code that is not 0. */
export async function runAll(commands) {
  // They write to us, and would not know that somebody looks.
  const env = { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}) };
  const codes = commands.map(
    ([command, ...args]) =>
      new Promise((resolve) => {
        const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], env });
        const said = [];
        for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => said.push(bytes));
        child.on('error', (error) => fail(`${command}: ${error.message}`));
        child.on('close', (code) => {
          process.stdout.write(Buffer.concat(said));
          resolve(code ?? 1);
        });
      }),
  );
  const failed = (await Promise.all(codes)).find((code) => code !== 0);
  if (failed !== undefined) process.exit(failed);
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
