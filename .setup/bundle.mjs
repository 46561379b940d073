// Joins what the compiler made in FOLDER (dist/) to the program that is installed: FOLDER/gopay-pos.cjs, which starts it, and
// its chunks in FOLDER/program, with what V8 makes of them. node .setup/bundle.mjs FOLDER
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { rolldown } from 'rolldown';

const folder = resolve(process.argv[2]);
/** Native code, and what asks for it: loaded from where npm put it. ws asks for the last two, which nobody has. */
const APART =
  /^(better-sqlite3\/build\/.*|koffi|sharp|serialport|aedes|aedes-persistence-level|level|bufferutil|utf-8-validate)$/;

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

/**
 * What the printer libraries load and never use for us: nothing but ASCII and pixels of our own is given to them (the
 * encoders of devices/printer see to it). Together they are more than half of the program's text.
 */
const unused = {
  name: 'unused',
  resolveId: (id) => (/^(iconv-lite|pngjs|unorm|write-file-queue)$/.test(id) ? `\0${id}` : null),
  load(id) {
    if (!id.startsWith('\0') || id.startsWith('\0rolldown')) return null;
    const told = JSON.stringify(`${id.slice(1)} is not part of gopay-pos`);
    return `module.exports = new Proxy(class {}, { get() { return () => { throw new Error(${told}); }; } });`;
  },
};

/** better-sqlite3 has its binary found by looking into a dozen folders; npm put it into this one. */
const bindings = {
  name: 'bindings',
  resolveId: (id) => (id === 'bindings' ? '\0bindings' : null),
  load: (id) =>
    id === '\0bindings'
      ? "module.exports = () => require('better-sqlite3/build/Release/better_sqlite3.node');"
      : null,
};

async function joined(input, output, plugins = []) {
  const built = await rolldown({ input, plugins, cwd: folder, platform: 'node', external: APART });
  const made = await built.generate({
    ...output,
    format: 'cjs',
    // Lines and names stay, for who reads a stack trace.
    comments: { legal: true, annotation: false, jsdoc: false },
    // require() takes a fifth of the time of import().
    dynamicImportInCjs: false,
  });
  await built.close();
  return made.output;
}

/**
 * What a start calls nothing of is loaded by its first use: each of these takes it half a millisecond and more. The decoder
 * of `qr` has its tables in its inner loop, and keeps them.
 */
const LATER =
  /^(?:let|const) (\w+) = require\("(node:(?:https|zlib|child_process)|\.\/qr-[\w-]+\.cjs)"\);\n/gm;

function later(code, fileName) {
  let made = code;
  for (const [line, name, id] of code.matchAll(LATER))
    if (id.startsWith('node:') || fileName.startsWith('qr-matrix'))
      made = made.replace(line, '').replaceAll(`${name}.`, `(require("${id}")).`);
  return made;
}

/** In the function that src/host/compiled.ts calls. V8 keeps the text of what it runs: one letter beyond Latin-1, and each takes two bytes. */
function wrapped(code) {
  const plain = code.replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `(function (exports, require, module, __dirname) {${plain.replace(/^#!.*/, '')}\n})`;
}

mkdirSync(join(folder, 'program'));
for (const { fileName, code } of await joined(
  { main: join(folder, 'src/main.js') },
  {
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name]-[hash].cjs',
    // What each start needs is one file: opening, checking and taking a small one takes a tenth of a millisecond.
    codeSplitting: { groups: [{ name: 'start', tags: ['$initial'] }] },
  },
  [addresses, bindings, unused],
))
  writeFileSync(join(folder, 'program', fileName), wrapped(later(code, fileName)));
const [start] = await joined(join(folder, 'src/launch.js'), { codeSplitting: false });
writeFileSync(join(folder, 'gopay-pos.cjs'), start.code, { mode: 0o755 });

const compiler = new URL('compile.mjs', import.meta.url).pathname;
const compiled = spawnSync(process.execPath, [compiler, folder], { encoding: 'utf8', timeout: 120_000 });
// Without it everything works, and starts slower.
if (compiled.status !== 0)
  process.stderr.write(
    `gopay-pos: nothing is compiled ahead: ${compiled.error?.message ?? compiled.stderr}\n`,
  );
