import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { check } from '../../../src/config/check.js';
import { terminalSchema } from '../../../src/config/terminal-schema.js';
import { SystemRandom } from '../../../src/host/clock.js';
import { SecretRegistry } from '../../../src/host/secrets.js';
import type { ServedProgram } from '../../../src/programs/service.js';
import { serveTerminal } from '../../../src/programs/terminal-service.js';
import { until } from '../../kit/pty/until.js';
import { TurnedClock } from '../kit/clock.js';

const undo: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const act of undo.splice(0).reverse()) await act();
});

/** A disk of its own, as a till has. */
function disk(): { where: string; remount: (how: 'ro' | 'rw') => void } {
  const where = mkdtempSync(join(tmpdir(), 'gopay-pos-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', where]);
  undo.push(() => {
    execFileSync('umount', ['-l', where]);
    rmSync(where, { recursive: true });
  });
  return { where, remount: (how) => void execFileSync('mount', ['-o', `remount,${how}`, where]) };
}

async function start(
  where: string,
): Promise<{ running: ServedProgram; clock: TurnedClock; log: string[]; fatal: unknown[] }> {
  const clock = new TurnedClock(() => false);
  const log: string[] = [];
  const fatal: unknown[] = [];
  const toml = `
[terminal]
id = "T1"
shop = "Toko"
[terminal.contact]
phone = "022-1234567"
[gateway]
mode = "relay"
url = "http://127.0.0.1:2"
secret = "file:/unused"
[page]
port = 0
[journal]
directory = "${where}"
min_free_mib = 8
[control]
socket = "${where}.sock"
`;
  const config = check(terminalSchema, toml);
  if (!config.ok) throw new Error(JSON.stringify(config.error));
  const write = (text: string | (() => string)) => void log.push(typeof text === 'string' ? text : text());
  const lines = { error: write, warn: write, info: write, debug: write, child: () => lines };
  const environment = {
    ...{ clock, timers: clock, random: new SystemRandom(), log: lines },
    ...{ secrets: new SecretRegistry(), secret: () => 'a-token-of-the-terminal' },
  };
  const running = await serveTerminal({
    config: config.value,
    version: 'test',
    environment,
    fatal: (error) => fatal.push(error),
  });
  undo.push(() => running.stop());
  return { running, clock, log, fatal };
}

/** What the terminal page is told first, as it is sent. */
async function firstScreen(log: readonly string[]): Promise<string> {
  const url = /terminal page at (\S+)/.exec(log.join('\n'))?.[1] ?? '';
  const stream = new AbortController();
  const { body } = await fetch(`${url}events`, { signal: stream.signal });
  let text = '';
  for await (const chunk of body ?? []) {
    text += Buffer.from(chunk as Uint8Array).toString();
    if (text.includes('outOfService')) break;
  }
  stream.abort();
  return text;
}

it('is plainly out of service on a read-only disk, and opens by itself when the disk is good again', async () => {
  const { where, remount } = disk();
  remount('ro');
  const { running, clock, log, fatal } = await start(where);
  expect(running.status()).toContain('not selling: E702');
  expect(running.status()).toContain('read-only');
  // Whom to call is said there as well.
  expect(await firstScreen(log)).toContain('"contact":["Tel. 022-1234567"]');
  await clock.advance(30_000);
  expect(running.status()).toContain('E702');
  remount('rw');
  await clock.advance(30_000);
  await until('the disk to be taken for good', () => !running.status().includes('E702'));
  expect(running.status()).not.toContain('E7');
  expect(fatal).toEqual([]);
});

it('is plainly out of service when the disk is full from the start', async () => {
  const { where } = disk();
  execFileSync('sh', ['-c', `dd if=/dev/zero of=${where}/filler bs=64k status=none || true`]);
  const { running } = await start(where);
  expect(running.status()).toMatch(/not selling: E7(10|01)/);
});

it('does not sell on a disk that is full under an open journal, and ends with the next commit that finds no room, so that the next start reads what is there', async () => {
  const { where, remount } = disk();
  const { running, clock, fatal } = await start(where);
  execFileSync('sh', ['-c', `dd if=/dev/zero of=${where}/filler bs=64k status=none || true`]);
  await clock.advance(20_000);
  expect(running.status()).toContain('not selling: E712');
  // A few proofs of the disk find room in the last block of the WAL; the next ends it.
  for (let i = 0; i < 6 && fatal.length === 0; i += 1) await clock.advance(330_000).catch(String);
  expect(String(fatal[0])).toContain('E710');
  remount('rw');
});
