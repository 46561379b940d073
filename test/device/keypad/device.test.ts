import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DeviceSource } from '../../../devices/keypad/device-source.js';
import { EvdevKeypad } from '../../../devices/keypad/evdev.js';
import type { KeypadEvent } from '../../../src/port/keypad.js';
import { KeptLog } from '../../kit/kept-log.js';
import { Pty } from '../../kit/pty/pty.js';
import { realTimers, until } from '../../kit/pty/until.js';
import { press } from './records.js';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const FIXTURES = join(HERE, '../fixtures/keypad');
const SIZE = process.arch === 'arm' ? 16 : 24;
let folder = '';
let program = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keypad-'));
  program = join(folder, 'program.mjs');
  const koffi = pathToFileURL(join(HERE, '../../../node_modules/koffi/index.js')).href;
  const bundle = await rolldown({
    input: join(HERE, 'program.ts'),
    platform: 'node',
    plugins: [
      { name: 'installed koffi', resolveId: (id) => (id === 'koffi' ? { id: koffi, external: true } : null) },
    ],
  });
  await bundle.write({ file: program, format: 'esm' });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the real keypad source', () => {
  it('reads a keypad of the kernel, grabs it, and lets the process end although no key comes any more', () => {
    const run = spawnSync(
      'umockdev-run',
      [
        '--device',
        join(FIXTURES, 'keypad.umockdev'),
        '--evemu-events',
        `/dev/input/event5=${join(FIXTURES, 'keys-15000.events')}`,
        '--',
        process.execPath,
        program,
        '/dev/input/event5',
        '8',
      ],
      { encoding: 'utf8', timeout: 200_000 },
    );
    expect(run.error, 'umockdev-run runs (apt-get install umockdev)').toBeUndefined();
    const events = run.stdout
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text) as KeypadEvent);
    expect(events[0]).toEqual({ kind: 'present' });
    const keys = events.flatMap((event) => (event.kind === 'key' ? [event.key] : []));
    expect(keys).toEqual(['1', '5', '0', '0', '0', 'back', '0', 'enter']);
    expect(run.stderr).toContain('keys come here only');
    expect(run.status).toBe(0);
  });

  it('does not hold a process on a pipe that never gives a byte', async () => {
    const fifo = join(folder, 'fifo');
    expect(spawnSync('mkfifo', [fifo]).status).toBe(0);
    const child = spawn(process.execPath, [program, fifo, '0'], { stdio: ['ignore', 'pipe', 'ignore'] });
    let said = '';
    child.stdout.on('data', (text: Buffer) => {
      said += text.toString();
    });
    const [code, signal] = await new Promise<readonly [number | null, string | null]>((resolve) =>
      child.on('exit', (exitCode, exitSignal) => resolve([exitCode, exitSignal])),
    );
    expect(said.trim()).toBe('{"kind":"present"}');
    expect([code, signal]).toEqual([0, null]);
  });

  it('parks no thread: with many pads waiting, files can still be read', async () => {
    const pads = Array.from({ length: 8 }, (_, i) => {
      const fifo = join(folder, `pad-${i}`);
      expect(spawnSync('mkfifo', [fifo]).status).toBe(0);
      return new EvdevKeypad({
        source: new DeviceSource({ path: fifo }),
        timers: realTimers,
        log: new KeptLog(),
        arch: process.arch,
      });
    });
    let present = 0;
    for (const pad of pads)
      pad.start((event) => {
        if (event.kind === 'present') present += 1;
      });
    await until('eight pads', () => present === 8);
    // The pool has four threads unless somebody changed it: eight parked ones would leave none for this.
    expect((await stat(folder)).isDirectory()).toBe(true);
    for (const pad of pads) await pad.stop();
  });

  it('says gone at an unplug, and reads again after the replug', async () => {
    const pty = new Pty();
    const events: KeypadEvent[] = [];
    const keypad = new EvdevKeypad({
      source: new DeviceSource({ path: pty.path }),
      timers: realTimers,
      log: new KeptLog(),
      arch: process.arch,
      reopen: { firstMs: 5, mostMs: 20 },
    });
    const count = (kind: KeypadEvent['kind']): number => events.filter((event) => event.kind === kind).length;
    try {
      await pty.plug();
      keypad.start((event) => events.push(event));
      await until('present', () => count('present') === 1);
      pty.send(press(SIZE, 79, 80));
      await until('two keys', () => count('key') === 2);
      pty.send(press(SIZE, 81).subarray(0, 50));
      await pty.unplug();
      await until('gone', () => count('gone') === 1);
      await pty.plug();
      await until('present again', () => count('present') === 2);
      pty.send(press(SIZE, 76));
      await until('a key', () => events.at(-1)?.kind === 'key');
      expect(events.at(-1)).toEqual({ kind: 'key', key: '5' });
    } finally {
      await keypad.stop();
      await pty.remove();
    }
  });

  it('says in a number what is wrong with a path', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, 'no device');
    for (const [path, number] of [
      [join(folder, 'nothing'), 'E101'],
      [file, 'E106'],
      [folder, 'E106'],
      ['/dev/null', 'E106'],
    ] as const) {
      const events: KeypadEvent[] = [];
      const keypad = new EvdevKeypad({
        source: new DeviceSource({ path }),
        timers: realTimers,
        log: new KeptLog(),
        arch: process.arch,
      });
      keypad.start((event) => events.push(event));
      await until(`a word about ${path}`, () => events.length > 0);
      await keypad.stop();
      expect(events[0]?.kind === 'gone' && events[0].why.slice(0, 4)).toBe(number);
    }
  });
});
