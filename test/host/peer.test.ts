import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { userOf } from '../../src/host/peer.js';
import { KeptLog } from '../kit/kept-log.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-peer-'));
  chmodSync(directory, 0o755);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** What the door hears of a caller that is this user. */
async function heardOf(uid: number | undefined): Promise<string> {
  const path = join(directory, 'door');
  const log = new KeptLog();
  let said = (_user: string): void => undefined;
  const user = new Promise<string>((resolve) => {
    said = resolve;
  });
  const server = createServer((socket) => {
    said(userOf(socket, log));
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  chmodSync(path, 0o666);
  const program = `require('node:net').connect(${JSON.stringify(path)}).on('error', () => {})`;
  const child = spawn(process.execPath, ['-e', program], {
    cwd: '/',
    ...(uid === undefined ? {} : { uid }),
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  const heard = await user;
  await ended;
  await new Promise((resolve) => server.close(resolve));
  return heard;
}

it('says which user is at the other end', async () => {
  expect(await heardOf(undefined)).toMatch(new RegExp(`^uid ${process.getuid?.()}( \\(.+\\))?$`));
});

it.runIf(process.getuid?.() === 0)(
  'says of others who they are, with a name where there is one',
  async () => {
    expect(await heardOf(65_534)).toBe('uid 65534 (nobody)');
    expect(await heardOf(54_321)).toBe('uid 54321');
  },
);
