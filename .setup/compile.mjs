// One sale of the demo, and what V8 has compiled for it by then is kept beside the chunks: node .setup/compile.mjs FOLDER
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = resolve(process.argv[2]);
const { CompiledProgram } = await import(pathToFileURL(join(folder, 'src/host/compiled.js')).href);
const chunks = join(folder, 'program');
const program = new CompiledProgram(chunks);
const place = mkdtempSync(join(tmpdir(), 'gopay-pos-compile-'));

process.on('exit', (code) => {
  rmSync(place, { recursive: true, force: true });
  if (code !== 0) return;
  for (const [file, compiled] of program.compiled) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, compiled);
  }
});
process.argv.splice(2, 1, 'demo', '--once', '15000', '--directory', place, '--log-level', 'error');
program.load('main.cjs');
