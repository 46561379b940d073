// npm run storm [-- --seed N --sales M]: bundles the storm with the sources of the product, and runs it.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureInstalled } from './install.mjs';
import { ROOT } from './program.mjs';

ensureInstalled();
const { rolldown } = await import('rolldown');
const built = await rolldown({
  input: join(ROOT, 'test', 'storm', 'main.ts'),
  platform: 'node',
  external: /^(node:|[a-z@][^:]*$)/,
  logLevel: 'silent',
});
const directory = join(ROOT, '.cache', 'storm');
mkdirSync(directory, { recursive: true });
// One of its own: another storm may be running.
const file = join(directory, `storm-${process.pid}.mjs`);
await built.write({ file, format: 'esm', codeSplitting: false });
await built.close();
const { main } = await import(pathToFileURL(file).href);
rmSync(file);
process.exitCode = await main(process.argv.slice(2));
