// Installs what package.json names, once for each state of the lock file. Needs nothing but Node and npm itself, and a
// C++ compiler where no ready-made binary of better-sqlite3 can be downloaded.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { aptInstall } from './apt.mjs';
import { fail, has, hasPython, ROOT, run } from './program.mjs';

const STAMP = join(ROOT, 'node_modules', '.gopay-pos-installed');

export function ensureInstalled() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    fail(
      `this is Node ${process.versions.node}; gopay-pos needs Node 20.19 or newer (Debian 13 has it: apt install nodejs npm)`,
    );
  const wanted = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .update(`${process.versions.modules} ${process.arch}`)
    .digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return;
  const compile = [];
  if (!has('make') || !has('g++')) compile.push('build-essential');
  if (!hasPython()) compile.push('python3');
  const headers = join(dirname(dirname(process.execPath)), 'include', 'node', 'node.h');
  if (!existsSync(headers)) compile.push('libnode-dev');
  if (compile.length > 0)
    aptInstall(compile, 'to compile better-sqlite3 where no binary can be downloaded', { optional: true });
  process.stderr.write(
    'gopay-pos: installing packages (better-sqlite3 may be compiled: two minutes, once)\n',
  );
  // node-gyp would download Node's headers; those beside the running Node are the right ones and are already here.
  const nodedir = existsSync(headers) ? { npm_config_nodedir: dirname(dirname(process.execPath)) } : {};
  // SQLite as better-sqlite3 compiles it (-O3) takes thrice the time, and is 5% to 10% faster: not to be felt in a sale.
  const env = { CFLAGS: '-O1', ...process.env, ...nodedir };
  // Not `npm ci`: it refuses a lock file in which a package for another system (a darwin binary, say) is missing, as it
  // is when the registry that made the lock does not carry it. `install --no-save` takes the locked versions all the same.
  run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], { env, quiet: true });
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, wanted);
}
