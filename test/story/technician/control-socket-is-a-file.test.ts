import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Failure } from '../../../src/base/fault.js';
import type { Subject } from '../../../src/control/answer.js';
import { ControlServer } from '../../../src/control/server.js';
import { KeptLog } from '../../kit/kept-log.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-door-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** @returns the number of its fault; 0 when the door is open */
async function opened(path: string): Promise<number> {
  const door = new ControlServer(path, {} as Subject, new KeptLog());
  try {
    await door.start();
    await door.stop();
    return 0;
  } catch (error) {
    if (error instanceof Failure) return error.fault.code;
    throw error;
  }
}

it('leaves what is no socket as it is, and says so', async () => {
  const key = join(directory, 'server-key');
  writeFileSync(key, 'SB-Mid-server-x\n');
  mkdirSync(join(directory, 'folder'));
  symlinkSync(key, join(directory, 'link'));
  for (const name of ['server-key', 'folder', 'link'])
    expect([name, await opened(join(directory, name))]).toEqual([name, 833]);
  expect(readFileSync(key, 'utf8')).toBe('SB-Mid-server-x\n');
  expect(existsSync(join(directory, 'folder'))).toBe(true);
});

it('takes a free place, and one where a socket was left behind, but not where another terminal answers', async () => {
  const path = join(directory, 'control.sock');
  expect(await opened(path)).toBe(0);
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(path, resolve));
  expect(await opened(path)).toBe(830);
  await new Promise((resolve) => other.close(resolve));
});
