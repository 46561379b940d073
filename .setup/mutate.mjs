// npm run mutate [-- --sample N]: turns lines of the product round, one at a time, and asks whether a test or the storm sees it.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureInstalled } from './install.mjs';
import { ROOT } from './program.mjs';

ensureInstalled();
const { rolldown } = await import('rolldown');
const built = await rolldown({
  input: join(ROOT, 'test', 'mutate', 'main.ts'),
  platform: 'node',
  external: /^(node:|[a-z@][^:]*$)/,
  logLevel: 'silent',
});
const directory = join(ROOT, '.cache', 'mutate');
mkdirSync(directory, { recursive: true });
const file = join(directory, `main-${process.pid}.mjs`);
await built.write({ file, format: 'esm', codeSplitting: false });
await built.close();
const { main } = await import(pathToFileURL(file).href);
rmSync(file);
process.exitCode = await main(process.argv.slice(2));
