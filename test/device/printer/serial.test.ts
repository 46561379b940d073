import { afterEach, describe, expect, it } from 'vitest';
import { openPrinter } from '../../../devices/printer/open-printer.js';
import { type FlowControl, SerialTransport } from '../../../devices/printer/serial-transport.js';
import { Paper } from '../../../devices/simulated-printer/paper.js';
import { VirtualPrinter } from '../../../devices/simulated-printer/virtual-printer.js';
import { PtyPrinter } from './pty.js';
import { qrSlip, receiptSlip, tools, until } from './rig.js';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function rig(flow: FlowControl = 'rtscts', profile = 'generic-58') {
  const paper = new Paper({ widthDots: profile === 'generic-58' ? 384 : 576 });
  const virtual = new VirtualPrinter({ paper, timers: tools().timers });
  const pty = new PtyPrinter(virtual);
  await pty.plug();
  const transport = { transport: 'serial', device: pty.path, baud: 115_200, flow } as const;
  const kept = tools();
  const printer = openPrinter({ transport, profile }, kept);
  ends.push(
    () => virtual.stop(),
    () => pty.remove(),
    () => printer.stop(),
  );
  return { paper, virtual, pty, printer, log: kept.log };
}

describe('a printer on a serial line', () => {
  it.each(['rtscts', 'xonxoff', 'none'] as const)(
    'prints and confirms with flow control %s',
    async (flow) => {
      const { printer, paper } = await rig(flow);
      expect(await printer.status()).toEqual({ state: 'ready', nearEnd: false });
      expect(await printer.print(qrSlip())).toEqual({ kind: 'printed', confirmed: true });
      expect(paper.hanging?.text).toContain('Rp15.000');
      expect(paper.problems).toEqual([]);
    },
  );

  it('keeps its port open between slips', async () => {
    const { printer, paper } = await rig('rtscts', 'generic-80');
    for (let i = 0; i < 3; i += 1)
      expect(await printer.print(receiptSlip())).toMatchObject({ confirmed: true });
    expect(paper.slips.length).toBe(3);
  });

  it('is not confused by XON and XOFF between its answers', async () => {
    const { printer, virtual } = await rig('rtscts');
    virtual.say(Uint8Array.of(0x13, 0x11, 0x13, 0x11));
    expect(await printer.print(receiptSlip())).toEqual({ kind: 'printed', confirmed: true });
  });

  it('that is pulled in the middle of a slip fails it as begun, is absent, and prints when it is plugged again', async () => {
    const { printer, pty, virtual, paper } = await rig('rtscts', 'generic-80');
    virtual.closeAfter(4_000);
    expect(await printer.print(qrSlip())).toMatchObject({
      kind: 'failed',
      started: true,
      fault: { code: 406 },
    });
    await pty.unplug();
    expect(await printer.status()).toMatchObject({ state: 'notReady', faults: [{ code: 407 }] });
    await pty.plug();
    expect(await printer.status()).toMatchObject({ state: 'ready' });
    expect(await printer.print(receiptSlip())).toEqual({ kind: 'printed', confirmed: true });
    expect(paper.slips.at(-1)?.text).toContain('Terima kasih');
    expect(paper.problems).toEqual([]);
  });

  it('that is pulled and plugged between slips is found again', async () => {
    const { printer, pty, paper } = await rig('rtscts', 'generic-80');
    expect(await printer.print(receiptSlip())).toMatchObject({ confirmed: true });
    await pty.unplug();
    await pty.plug();
    expect(await printer.print(receiptSlip())).toMatchObject({ confirmed: true });
    expect(paper.slips.length).toBe(2);
  });

  it('that is not there cannot be opened, and says so by number', async () => {
    const { printer, pty } = await rig();
    await pty.unplug();
    expect(await printer.print(qrSlip())).toMatchObject({
      kind: 'failed',
      started: false,
      fault: { code: 407 },
    });
  });

  it('can be stopped with a write under way that nobody takes', async () => {
    const { printer, pty, virtual } = await rig('rtscts', 'generic-80');
    expect(await printer.status()).toMatchObject({ state: 'ready' });
    const printing = printer.print(qrSlip());
    await until(() => virtual.received > 1_000);
    pty.freeze();
    await printer.stop();
    const outcome = await printing;
    expect(outcome.kind === 'printed' || outcome.started).toBe(true);
  });

  it('that takes nothing is a stall', async () => {
    const { pty } = await rig();
    const { timers, log } = tools();
    const transport = new SerialTransport({
      device: pty.path,
      baud: 115_200,
      flow: 'none',
      timers,
      log,
      stallMs: 300,
    });
    ends.push(() => transport.stop());
    const opened = await transport.open();
    if (!opened.ok) throw new Error(opened.error.detail);
    pty.freeze();
    let fault: unknown;
    for (let i = 0; i < 100 && fault === undefined; i += 1)
      fault = await opened.value.write(new Uint8Array(512));
    expect(fault).toMatchObject({ code: 409, kind: 'unanswered' });
  });

  it('without flow control is paced by its baud rate', async () => {
    const { pty } = await rig();
    const paced: number[] = [];
    const { timers, log } = tools();
    const recording = {
      after(ms: number, run: () => void): () => void {
        if (ms < 1_000) {
          paced.push(ms);
          return timers.after(0, run);
        }
        return timers.after(ms, run);
      },
    };
    const transport = new SerialTransport({
      device: pty.path,
      baud: 9_600,
      flow: 'none',
      timers: recording,
      log,
    });
    ends.push(() => transport.stop());
    const opened = await transport.open();
    if (!opened.ok) throw new Error(opened.error.detail);
    expect(await opened.value.write(new Uint8Array(1_500))).toBeUndefined();
    const wireMs = (1_500 * 10_000) / 9_600;
    expect(paced.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(wireMs);
  });
});
