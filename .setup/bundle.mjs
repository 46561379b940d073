// Joins what the compiler made in FOLDER (dist/) to the program that is installed: FOLDER/gopay-pos.cjs, which starts it, and
// its chunks in FOLDER/program, with what V8 makes of them. node .setup/bundle.mjs FOLDER
import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { rolldown } from 'rolldown';

const folder = resolve(process.argv[2]);
/** Native code, files of their own beside it, or the relay's server, which starts once in months: loaded from where npm put them. */
const APART =
  /^(better-sqlite3|koffi|sharp|serialport|fastify|light-my-request|aedes|aedes-persistence-level|level|bufferutil|utf-8-validate)$/;

/** Files beside a module are beside it still: its address stays what it was. */
const addresses = {
  name: 'addresses',
  transform(code, id) {
    if (!id.startsWith(folder) || !code.includes('import.meta.url')) return null;
    const there = JSON.stringify(`/../${relative(folder, id)}`);
    return code.replaceAll(
      'import.meta.url',
      `require('node:url').pathToFileURL(require('node:path').join(__dirname, ${there})).href`,
    );
  },
};

/** V8 keeps the text of what it runs; one letter beyond Latin-1 in it, and each takes two bytes. */
const plain = {
  name: 'plain',
  renderChunk: (code) => ({
    code: code.replace(/^#!.*/, '').replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  }),
};

async function joined(input, output, plugins = []) {
  const built = await rolldown({ input, plugins, platform: 'node', external: APART });
  await built.write({
    ...output,
    format: 'cjs',
    // Lines and names stay, for who reads a stack trace.
    comments: { legal: true, annotation: false, jsdoc: false },
    // require() takes a fifth of the time of import().
    dynamicImportInCjs: false,
  });
  await built.close();
}

await joined(
  { main: join(folder, 'src/main.js') },
  { dir: join(folder, 'program'), entryFileNames: '[name].cjs', chunkFileNames: '[name]-[hash].cjs' },
  [addresses, plain],
);
const start = join(folder, 'gopay-pos.cjs');
await joined(join(folder, 'src/launch.js'), { file: start, codeSplitting: false });
chmodSync(start, 0o755);

const compiler = new URL('compile.mjs', import.meta.url).pathname;
const compiled = spawnSync(process.execPath, [compiler, folder], { encoding: 'utf8' });
// Without it everything works, and starts slower.
if (compiled.status !== 0)
  process.stderr.write(`gopay-pos: nothing is compiled ahead: ${compiled.stderr}\n`);
