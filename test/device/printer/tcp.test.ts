import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openPrinter } from '../../../devices/printer/open-printer.js';
import { TcpTransport } from '../../../devices/printer/tcp-transport.js';
import type { PrinterLine } from '../../../devices/printer/transport.js';
import { Paper } from '../../../devices/simulated-printer/paper.js';
import { VirtualPrinter } from '../../../devices/simulated-printer/virtual-printer.js';
import type { Timers } from '../../../src/port/clock.js';
import { freePort } from '../../kit/net/free-port.js';
import { qrSlip, receiptSlip, tools, until } from './rig.js';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function virtual(widthDots = 576): Promise<{ printer: VirtualPrinter; paper: Paper; port: number }> {
  const paper = new Paper({ widthDots });
  const printer = new VirtualPrinter({ paper, timers: tools().timers });
  ends.push(() => printer.stop());
  return { printer, paper, port: await printer.listen() };
}

async function rawServer(serve: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    serve(socket);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  ends.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function tcpPrinter(port: number, profile = 'generic-80', changes: object = {}) {
  const made = openPrinter(
    { transport: { transport: 'tcp', host: '127.0.0.1', port }, profile, ...changes },
    tools(),
  );
  return made;
}

async function openLine(port: number, bounds: object = {}): Promise<PrinterLine> {
  const transport = new TcpTransport({ host: '127.0.0.1', port, timers: breathless(), ...bounds });
  const opened = await transport.open();
  if (!opened.ok) throw new Error(opened.error.detail);
  return opened.value;
}

/** Zeros, which a printer passes over: this is about the line, not about paper. */
const MUCH = new Uint8Array(400_000);

/** The breath between two slices is left out: here nothing has to be printed meanwhile. */
function breathless(): Timers {
  const { timers } = tools();
  return { after: (ms, run) => timers.after(ms < 50 ? 0 : ms, run) };
}

describe('a printer on TCP 9100', () => {
  it('prints, confirms and gives the connection back for the next slip', async () => {
    const { paper, port } = await virtual();
    const printer = tcpPrinter(port);
    expect(await printer.status()).toEqual({ state: 'ready', nearEnd: false });
    expect(await printer.print(qrSlip())).toEqual({ kind: 'printed', confirmed: true });
    expect(await printer.print(receiptSlip())).toEqual({ kind: 'printed', confirmed: true });
    expect(paper.slips.map(({ cut }) => cut)).toEqual([true, true]);
    expect(paper.problems).toEqual([]);
    await printer.stop();
  });

  it('takes all 400,000 bytes of a slow printer that says something meanwhile', async () => {
    const { printer, port } = await virtual();
    printer.slow(8192, 1);
    const line = await openLine(port);
    line.onBytes(() => undefined);
    const writing = line.write(MUCH);
    await until(() => printer.received > 10_000);
    printer.say(Uint8Array.of(0x10, 0, 0, 0));
    expect(await writing).toBeUndefined();
    expect(await line.finish(false)).toEqual({ kind: 'taken' });
    expect(printer.received).toBe(400_000);
  });

  it('that closes early fails the slip as begun', async () => {
    const { printer, port } = await virtual();
    printer.closeAfter(5_000);
    const outcome = await tcpPrinter(port).print(qrSlip());
    expect(outcome).toMatchObject({
      kind: 'failed',
      started: true,
      fault: { code: 406, kind: 'unanswered' },
    });
  });

  it('that ends the connection without an answer has not printed, even if it took every byte', async () => {
    const port = await rawServer((socket) => {
      socket.once('data', () => socket.end());
      socket.resume();
    });
    const outcome = await tcpPrinter(port, 'generic-80', { status: 'none' }).print(qrSlip());
    expect(outcome).toMatchObject({ kind: 'failed', started: true, fault: { code: 406 } });
  });

  it('that never closes, and never says a word, leaves the slip unanswered', async () => {
    const port = await rawServer((socket) => socket.resume());
    const line = await openLine(port, { closeMs: 50 });
    expect(await line.write(MUCH.subarray(0, 1000))).toBeUndefined();
    expect(await line.finish(false)).toMatchObject({ kind: 'unsure' });
  });

  it('that confirms the slip and never closes does not hold up the next one', async () => {
    const paper = new Paper({ widthDots: 576 });
    let open: Socket | undefined;
    const port = await rawServer((socket) => {
      open = socket;
      socket.on('data', (bytes) => paper.receive(bytes));
      socket.resume();
    });
    paper.onAnswer((bytes) => open?.write(bytes));
    const { clock, timers, log } = tools();
    // The bounds of a slip and of an unconfirmed close never come.
    const soon: Timers = { after: (ms, run) => (ms < 5_000 ? timers.after(ms, run) : () => undefined) };
    const made = openPrinter(
      { transport: { transport: 'tcp', host: '127.0.0.1', port }, profile: 'generic-80' },
      { clock, timers: soon, log },
    );
    expect(await made.print(receiptSlip())).toEqual({ kind: 'printed', confirmed: true });
    expect(await made.print(receiptSlip())).toEqual({ kind: 'printed', confirmed: true });
    expect(paper.slips).toHaveLength(2);
    await made.stop();
  });

  it('that reads nothing is a stall, with its own number', async () => {
    const port = await rawServer(() => undefined);
    const line = await openLine(port, { stallMs: 300 });
    let fault: unknown;
    for (let i = 0; i < 200 && fault === undefined; i += 1) fault = await line.write(MUCH);
    expect(fault).toMatchObject({ code: 409 });
    await line.abandon();
  });

  it('that is not there cannot be opened', async () => {
    const outcome = await tcpPrinter(await freePort()).print(qrSlip());
    expect(outcome).toMatchObject({ kind: 'failed', started: false, fault: { code: 407 } });
  });

  it('serves two tills one after the other', async () => {
    const { paper, port } = await virtual();
    const outcomes = await Promise.all([
      tcpPrinter(port).print(qrSlip()),
      tcpPrinter(port).print(receiptSlip()),
    ]);
    expect(outcomes).toEqual([
      { kind: 'printed', confirmed: true },
      { kind: 'printed', confirmed: true },
    ]);
    expect(paper.slips.length).toBe(2);
    expect(paper.problems).toEqual([]);
  });

  it('without paper says so before a slip, and after new paper prints', async () => {
    const { paper, port } = await virtual();
    const printer = tcpPrinter(port);
    paper.set('paperOut', true);
    expect(await printer.print(qrSlip())).toMatchObject({
      kind: 'failed',
      started: false,
      fault: { code: 401 },
    });
    paper.set('paperOut', false);
    expect(await printer.print(qrSlip())).toEqual({ kind: 'printed', confirmed: true });
    expect(paper.slips.length).toBe(1);
  });

  it('whose paper ends in the middle of a slip prints a whole copy afterwards', async () => {
    const { paper, port } = await virtual(576);
    const printer = tcpPrinter(port, 'epson-80', { qr: 'raster' });
    paper.endPaperAfter(250);
    expect(await printer.print(qrSlip())).toMatchObject({
      kind: 'failed',
      started: true,
      fault: { code: 401 },
    });
    paper.set('paperOut', false);
    expect(await printer.print(receiptSlip())).toEqual({ kind: 'printed', confirmed: true });
    expect(paper.slips.at(-1)?.text).toContain('SALINAN / COPY');
    expect(paper.slips.at(-1)?.text).toContain('Terima kasih');
  });
});
