import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const COMPILED = join(ROOT, 'dist/src/host/compiled.js');
const folder = mkdtempSync(join(tmpdir(), 'gopay-pos-compiled-'));
const program = join(folder, 'dist/program');
const START = join(folder, 'dist/gopay-pos.cjs');
/** What the service file gives to Node. */
const [FLAGS = ''] =
  /(?<=^ExecStart=\S*node ).*?(?= \S*gopay-pos\.cjs terminal)/m.exec(
    readFileSync(join(ROOT, 'systemd/gopay-pos.service'), 'utf8'),
  ) ?? [];

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'dist'), { recursive: true });
  cpSync(join(ROOT, 'dist/program'), program, { recursive: true });
  for (const name of ['dist/gopay-pos.cjs', 'package.json']) cpSync(join(ROOT, name), join(folder, name));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The only folder of compiled code: that of this machine. */
function codeFolder(): string {
  const names = readdirSync(program).filter((name) => name.startsWith('code-'));
  expect(names).toHaveLength(1);
  return join(program, names[0] ?? '');
}

function run(...args: readonly string[]) {
  return spawnSync(process.execPath, [...FLAGS.split(' '), START, ...args], { encoding: 'utf8' });
}

/** The chunks of `config example` whose code lay ready and was not taken, and whether any code was taken at all. */
function rejected(): readonly string[] {
  const script = `const { CompiledProgram } = await import(${JSON.stringify(COMPILED)});
    const { existsSync } = await import('node:fs');
    process.argv.splice(1, 0, 'gopay-pos');
    const program = new CompiledProgram(${JSON.stringify(program)});
    program.load('main.cjs');
    const folder = [...program.compiled.keys()][0].replace(/[^/]+$/, '');
    process.on('exit', () => console.error(JSON.stringify([...program.rejected, ...(existsSync(folder) ? [] : ['no folder'])])));`;
  const args = [...FLAGS.split(' '), '--input-type=module', '-e', script, 'config', 'example'];
  const done = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(done.stdout, done.stderr).toContain('[terminal]');
  return JSON.parse(done.stderr) as readonly string[];
}

it('takes what was compiled ahead under the flags of the service file', () => {
  expect(FLAGS).toMatch(/--max-/);
  expect(rejected()).toEqual([]);
});

it('changes V8 for the long run only when all has been loaded', () => {
  const script = `const { cachedDataVersionTag } = await import('node:v8');
    const { keepHeapSmall } = await import(${JSON.stringify(join(ROOT, 'dist/src/host/small-heap.js'))});
    const told = [cachedDataVersionTag()];
    keepHeapSmall({ after: (ms, run) => { told.push(ms, cachedDataVersionTag()); run(); } });
    console.log(JSON.stringify([...told, cachedDataVersionTag()]));`;
  const done = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  const [first, ms, armed, changed] = JSON.parse(done.stdout) as readonly number[];
  expect([armed, ms]).toEqual([first, 10_000]);
  expect(changed).not.toBe(first);
});

it('shows V8 no code that is damaged, cut off, or of another source', () => {
  const code = join(codeFolder(), 'main.cjs');
  const good = readFileSync(code);
  const flipped = Buffer.from(good);
  const middle = Math.floor(flipped.length / 2);
  flipped[middle] = ~(flipped[middle] ?? 0);
  for (const bad of [flipped, good.subarray(0, middle), Buffer.alloc(0)]) {
    writeFileSync(code, bad);
    expect(rejected()).toEqual(['main.cjs']);
  }
  writeFileSync(code, good);
  const source = join(program, 'main.cjs');
  const edited = readFileSync(source, 'latin1').replace('there is no command', 'there is NO command');
  writeFileSync(source, edited, 'latin1');
  const told = run('nonsense');
  expect([told.status, told.stderr]).toEqual([64, expect.stringContaining('there is NO command')]);
});

it('runs without compiled code', () => {
  rmSync(codeFolder(), { recursive: true });
  const told = run('config', 'example');
  expect([told.status, told.stdout]).toEqual([0, expect.stringContaining('[terminal]')]);
});

it('ends by naming the file when one of the program is missing', () => {
  rmSync(join(program, readdirSync(program).find((name) => name.startsWith('rolldown-runtime-')) ?? 'none'));
  const told = run('config', 'example');
  expect([told.status === 0, told.stderr]).toEqual([
    false,
    expect.stringMatching(/ENOENT.*rolldown-runtime-/),
  ]);
});

it('ends by naming the file when it is one that is loaded after READY=1', () => {
  cpSync(join(ROOT, 'dist/devices'), join(folder, 'dist/devices'), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'token'), 'a-token-of-the-terminal', { mode: 0o400 });
  const toml = join(folder, 'terminal.toml');
  writeFileSync(
    toml,
    `[terminal]\nid = "T1"\nshop = "Toko"\nmerchant = "m"\n[gateway]\nmode = "relay"\nurl = "http://127.0.0.1:2"\nsecret = "file:${folder}/token"
[mqtt]\nurl = "mqtt://127.0.0.1:2"\nsecret = "file:${folder}/token"\n[page]\nport = 0\n[journal]\ndirectory = "${folder}/journal"\n[control]\nsocket = "${folder}/s"\n`,
  );
  const mqtt = readdirSync(program).find((name) => name.startsWith('client-')) ?? 'none';
  rmSync(join(program, mqtt));
  const told = run('terminal', '--config', toml);
  expect(told.stderr).toMatch(new RegExp(`started: [^]*fatal: [^]*ENOENT.*${mqtt}`));
  expect(told.status).toBe(70);
});

it('says at each place of a chunk which source it came from, and keeps names and lines', () => {
  const text = readFileSync(join(program, 'main.cjs'), 'latin1');
  expect(text).toMatch(/^\/\/ src\/config\/problem\.js$/m);
  expect(text).toMatch(/^function formatProblem\(.*\{$/m);
});
