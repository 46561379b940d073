// npm run bench [-- NAME... --check --json FILE]: installs and builds what is missing, then measures.
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { aptInstall } from './apt.mjs';
import { build } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { has, ROOT, run } from './program.mjs';

const args = process.argv.slice(2);
const names = args.filter((word, at) => !word.startsWith('--') && args[at - 1] !== '--json');
const wants = (name) => names.length === 0 || names.includes(name);

ensureInstalled();
build();

// What a bench misses makes that bench fail by name; the others go on.
const missing = [];
if (wants('disk') && !has('strace')) missing.push('strace');
if ((wants('start') || wants('history') || wants('memory')) && !has('python3')) missing.push('python3');
if (wants('relay') && !has('mosquitto')) missing.push('mosquitto');
if ((wants('qr') || wants('picture')) && !has('zbarimg')) missing.push('zbar-tools');
if (missing.length > 0)
  aptInstall(missing, 'to count writes and syncs, to receive READY=1, and to read codes on paper', {
    optional: true,
  });

// The benches are TypeScript like everything else. What they import of the product is the product that was built: the
// compiler's second copy of it makes room for links to dist/.
const out = join(ROOT, '.cache', 'bench');
for (const top of ['src', 'devices', 'test']) rmSync(join(out, top), { recursive: true, force: true });
run('npx', ['--no-install', 'tsc', '-p', 'test/bench/tsconfig.json'], { quiet: true });
for (const top of ['src', 'devices']) {
  rmSync(join(out, top), { recursive: true, force: true });
  if (!existsSync(out)) mkdirSync(out, { recursive: true });
  symlinkSync(join('..', '..', 'dist', top), join(out, top));
}
// The settings of brokers, which the test kit reads from where they lie.
rmSync(join(out, 'systemd'), { force: true });
symlinkSync(join('..', '..', 'systemd'), join(out, 'systemd'));
run(process.execPath, ['--enable-source-maps', join(out, 'test', 'bench', 'main.js'), ...args]);
