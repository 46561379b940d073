import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DeviceFileTransport } from '../../../devices/printer/device-file-transport.js';
import { tools, until } from './rig.js';

type Fs = typeof import('node:fs');

/** Writes that the kernel has not begun yet, and the order in which things happened. */
const kernel = vi.hoisted(() => ({ held: [] as (() => void)[], told: [] as string[] }));

vi.mock('node:fs', async (original) => {
  const fs = await original<Fs>();
  const write = (...args: unknown[]): void => {
    const done = args.pop() as (error: Error | null, written: number) => void;
    kernel.held.push(() =>
      (fs.write as unknown as (...args: unknown[]) => void)(
        ...args,
        (error: Error | null, written: number) => {
          kernel.told.push('written');
          done(error, written);
        },
      ),
    );
  };
  const close = (fd: number, done: (error: Error | null) => void): void => {
    kernel.told.push('closed');
    fs.close(fd, done);
  };
  return { ...fs, write, close };
});

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'printer-close-'));
  kernel.held.length = 0;
  kernel.told.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it.each(['abandon', 'release', 'finish'] as const)(
  'is closed by %s only once a write that is under way has come back: its number would be that of another file',
  async (how) => {
    const path = join(folder, 'slips.bin');
    const { clock, timers } = tools();
    const transport = new DeviceFileTransport({ device: path, regularFile: true, clock, timers });
    const opened = await transport.open();
    if (!opened.ok) throw new Error(opened.error.detail);
    const line = opened.value;
    const writing = line.write(Uint8Array.from({ length: 6_000 }, (_, at) => at & 0xff));
    await until(() => kernel.held.length > 0);
    const closing = line[how](false);
    // `finish` waits for a write of its own first; the others have nothing to wait for but the one under way.
    await new Promise((resolve) => setImmediate(resolve));
    expect(kernel.told).toEqual([]);
    let over = false;
    const ended = Promise.all([writing, closing]).finally(() => {
      over = true;
    });
    await until(() => {
      for (const go of kernel.held.splice(0)) go();
      return over;
    });
    const [fault] = await ended;
    expect(kernel.told.at(-1)).toBe('closed');
    expect(kernel.told.filter((what) => what === 'closed')).toEqual(['closed']);
    // The slice that was under way is where it belongs; what had not begun is refused, not sent elsewhere.
    expect(readFileSync(path).subarray(0, 4_096)).toEqual(
      Buffer.from(Uint8Array.from({ length: 4_096 }, (_, at) => at & 0xff)),
    );
    if (how !== 'finish') expect(fault).toMatchObject({ code: 406 });
  },
);
