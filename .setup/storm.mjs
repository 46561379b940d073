// npm run storm [-- --seed N --sales M]: bundles the storm with the sources of the product, and runs it. Called again by
// itself as `storm.mjs --worker BUNDLE`, once for each core.
import { fork } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureInstalled } from './install.mjs';
import { ROOT } from './program.mjs';

const [first, given] = process.argv.slice(2);
if (first === '--worker') (await import(given)).serve();
else process.exitCode = await storm();

async function storm() {
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
  const remove = () => [file, `${file}.map`].forEach((one) => void rmSync(one, { force: true }));
  process.once('exit', remove);
  // Those of a terminal end the workers as well; whoever is told by hand takes them along, since their channel closes.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  await built.write({ file, format: 'esm', codeSplitting: false, sourcemap: measures });
  await built.close();
  const { href: url } = pathToFileURL(file);
  const bundle = measures && {
    url,
    text: readFileSync(file, 'utf8'),
    map: readFileSync(`${file}.map`, 'utf8'),
  };
  // Counted is from the first function on, so the counting begins before the storm is loaded.
  const counted = measures && (await (await import('./counting.mjs')).count());
  const { main } = await import(url);
  const hire = () => fork(fileURLToPath(import.meta.url), ['--worker', url], { serialization: 'advanced' });
  const measured = measures ? { ...bundle, counted } : undefined;
  return await main(process.argv.slice(2), { measured, hire });
}
