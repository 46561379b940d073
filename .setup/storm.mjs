// npm run storm [-- --seed N --sales M]: bundles the storm with the sources of the product, and runs it.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureInstalled } from './install.mjs';
import { ROOT } from './program.mjs';

ensureInstalled();
const { rolldown } = await import('rolldown');
const measures = process.argv.includes('--missing');
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
await built.write({ file, format: 'esm', codeSplitting: false, sourcemap: measures });
await built.close();
const bundle = measures
  ? {
      url: pathToFileURL(file).href,
      text: readFileSync(file, 'utf8'),
      map: readFileSync(`${file}.map`, 'utf8'),
    }
  : undefined;
// Counted is from the first function on, so the counting begins before the storm is loaded.
const counting = measures ? await (await import('./counting.mjs')).count() : undefined;
const { main } = await import(pathToFileURL(file).href);
rmSync(file);
if (measures) rmSync(`${file}.map`);
process.exitCode = await main(process.argv.slice(2), bundle && { ...bundle, counted: counting });
