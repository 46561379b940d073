// npm start and npm run gopay-pos: installs and builds what is missing, then becomes the program.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build } from './build.mjs';
import { ROOT } from './program.mjs';

build();
const child = spawn(
  process.execPath,
  ['--enable-source-maps', join(ROOT, 'dist', 'src', 'main.js'), ...process.argv.slice(2)],
  {
    stdio: 'inherit',
  },
);
// The terminal sends Ctrl-C to the whole group; a signal meant for us alone is passed on. Either way the child decides.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
