import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeviceFileTransport } from '../../../devices/printer/device-file-transport.js';
import { openPrinter } from '../../../devices/printer/open-printer.js';
import { Paper } from '../../../devices/simulated-printer/paper.js';
import { VirtualPrinter } from '../../../devices/simulated-printer/virtual-printer.js';
import { PtyPrinter } from './pty.js';
import { qrSlip, receiptSlip, tools } from './rig.js';

let folder: string;
const ends: (() => Promise<void>)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'printer-file-'));
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  rmSync(folder, { recursive: true, force: true });
});

function usbPrinter(device: string, changes: object = {}) {
  const made = openPrinter(
    { transport: { transport: 'usb', device }, profile: 'generic-80', ...changes },
    tools(),
  );
  return made;
}

/** A character device with a virtual printer behind it: what usblp offers, less its 8 KiB at a time. */
async function device() {
  const paper = new Paper({ widthDots: 576 });
  const virtual = new VirtualPrinter({ paper, timers: tools().timers });
  const pty = new PtyPrinter(virtual);
  await pty.plug();
  ends.push(
    () => virtual.stop(),
    () => pty.remove(),
  );
  return { paper, virtual, pty };
}

describe('a printer as a USB device file', () => {
  it('prints, answers its status and confirms', async () => {
    const { paper, pty } = await device();
    const printer = usbPrinter(pty.path);
    expect(await printer.status()).toEqual({ state: 'ready', nearEnd: false });
    expect(await printer.print(qrSlip())).toEqual({ kind: 'printed', confirmed: true });
    expect(await printer.print(receiptSlip())).toEqual({ kind: 'printed', confirmed: true });
    expect(paper.slips.length).toBe(2);
    expect(paper.problems).toEqual([]);
  });

  it('that is pulled is absent, and is found again when it is plugged', async () => {
    const { paper, virtual, pty } = await device();
    const printer = usbPrinter(pty.path);
    virtual.closeAfter(4_000);
    expect(await printer.print(qrSlip())).toMatchObject({
      kind: 'failed',
      started: true,
      fault: { code: 406 },
    });
    await pty.unplug();
    expect(await printer.status()).toMatchObject({ state: 'notReady', faults: [{ code: 407 }] });
    await pty.plug();
    expect(await printer.print(receiptSlip())).toEqual({ kind: 'printed', confirmed: true });
    expect(paper.slips.at(-1)?.text).toContain('Terima kasih');
  });

  it('that is missing fails at once, and no regular file appears in its place', async () => {
    const path = join(folder, 'lp9');
    const outcome = await usbPrinter(path).print(qrSlip());
    expect(outcome).toMatchObject({ kind: 'failed', started: false, fault: { code: 407 } });
    expect(existsSync(path)).toBe(false);
  });

  it('that is a regular file or a folder is refused, and the file is left alone', async () => {
    const path = join(folder, 'lp0');
    writeFileSync(path, 'kept');
    expect(await usbPrinter(path).print(qrSlip())).toMatchObject({
      started: false,
      fault: { code: 411, kind: 'refused' },
    });
    expect(await usbPrinter(folder).print(qrSlip())).toMatchObject({ started: false, fault: { code: 411 } });
    expect(readFileSync(path, 'utf8')).toBe('kept');
  });

  it('whose driver reports the end of the paper says so', async () => {
    const outcome = await usbPrinter('/dev/full', { status: 'none' }).print(qrSlip());
    expect(outcome).toMatchObject({ kind: 'failed', started: true, fault: { code: 401 } });
  });

  it('that takes nothing is a stall', async () => {
    const { pty } = await device();
    const { clock, timers } = tools();
    const transport = new DeviceFileTransport({ device: pty.path, clock, timers, stallMs: 300 });
    const opened = await transport.open();
    if (!opened.ok) throw new Error(opened.error.detail);
    pty.freeze();
    expect(await opened.value.write(new Uint8Array(500_000))).toMatchObject({
      code: 409,
      kind: 'unanswered',
    });
    await opened.value.abandon();
  });
});

describe('a file in place of a printer', () => {
  it('keeps the bytes of every slip, and asks nothing', async () => {
    const path = join(folder, 'slips.bin');
    const made = openPrinter(
      { transport: { transport: 'file', device: path }, profile: 'generic-80' },
      tools(),
    );
    expect(await made.status()).toEqual({ state: 'unknown' });
    expect(await made.print(receiptSlip())).toEqual({ kind: 'printed', confirmed: false });
    expect(await made.print(receiptSlip())).toEqual({ kind: 'printed', confirmed: false });
    const paper = new Paper({ widthDots: 576 });
    paper.receive(readFileSync(path));
    expect(paper.slips.length).toBe(2);
  });
});
