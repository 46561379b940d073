import { describe, expect, it } from 'vitest';
import { findProfile } from '../../../devices/printer/profiles.js';
import { hex } from '../../../src/base/bytes.js';
import { codeOf, memoryPrinter, ORDER, QRIS, qrSlip, receiptSlip, until } from './rig.js';

describe('a printer that is well', () => {
  it('prints a slip and confirms it by its fence', async () => {
    const { printer, paper } = memoryPrinter('generic-80');
    expect(await printer.print(qrSlip())).toEqual({ kind: 'printed', confirmed: true });
    expect(paper.slips.length).toBe(1);
    expect(paper.slips[0]?.text).toContain(`${ORDER}`);
    expect(paper.problems).toEqual([]);
  });

  it('prints a native QR with the very payload', async () => {
    const { printer, paper } = memoryPrinter('epson-80');
    expect(await printer.print(qrSlip())).toEqual({ kind: 'printed', confirmed: true });
    expect(paper.slips[0]?.text).toContain(`[qr ${QRIS}]`);
    expect(paper.problems).toEqual([]);
  });

  it('prints queued slips one at a time, in the order of the calls', async () => {
    const { printer, paper, transport } = memoryPrinter('generic-80');
    const outcomes = await Promise.all([
      printer.print(qrSlip()),
      printer.print(receiptSlip()),
      printer.print(qrSlip()),
    ]);
    expect(outcomes.every(({ kind }) => kind === 'printed')).toBe(true);
    expect(paper.slips.map(({ text }) => text.includes('LUNAS'))).toEqual([false, true, false]);
    expect(transport.ends).toEqual(['finished', 'finished', 'finished']);
  });

  it('tells its status, also that the paper is near its end', async () => {
    const { printer, paper } = memoryPrinter('generic-58');
    expect(await printer.status()).toEqual({ state: 'ready', nearEnd: false });
    paper.set('nearEnd', true);
    expect(await printer.status()).toEqual({ state: 'ready', nearEnd: true });
  });

  it('is asked between slips only: during one, the status is what was known before', async () => {
    const { printer, transport } = memoryPrinter('generic-80');
    const printing = printer.print(qrSlip());
    expect(await printer.status()).toEqual({ state: 'unknown' });
    await printing;
    expect(transport.opened).toBe(1);
    expect(await printer.status()).toEqual({ state: 'ready', nearEnd: false });
  });

  it('refuses a slip whose QR does not fit, before anything is sent', async () => {
    const { printer, transport } = memoryPrinter('generic-58', { changes: { widthDots: 128, columns: 16 } });
    const outcome = await printer.print(qrSlip());
    expect(outcome).toMatchObject({ kind: 'failed', started: false, fault: { code: 410, kind: 'refused' } });
    expect(transport.opened).toBe(0);
  });

  it('that answers DLE EOT but not GS r has printed, without confirmation, and the log says so', async () => {
    const { printer, paper, transport, log } = memoryPrinter('generic-58', { fenceMs: 1 });
    const receive = paper.receive.bind(paper);
    paper.receive = (bytes) => receive(hex(bytes).includes('1d7201') ? bytes.subarray(0, -3) : bytes);
    expect(await printer.print(receiptSlip())).toEqual({ kind: 'printed', confirmed: false });
    expect(transport.ends).toEqual(['finished']);
    expect(log.lines.join('\n')).toContain('does not answer GS r');
  });

  it('whose fence comes with its answer to the last question is believed, however late that is', async () => {
    let now = 0;
    const clock = { wallMs: () => now, monoMs: () => now };
    const { printer, paper } = memoryPrinter('generic-58', { clock });
    const receive = paper.receive.bind(paper);
    let owed = false;
    let say: (bytes: Uint8Array) => void = () => undefined;
    const listen = paper.onAnswer.bind(paper);
    paper.onAnswer = (send) => {
      say = send;
      listen(send);
    };
    paper.receive = (bytes) => {
      const fenced = bytes.length > 3 && bytes.at(-3) === 0x1d;
      if (owed) {
        // The box was held up for longer than the bound.
        now += 1_000_000;
        owed = false;
        say(Uint8Array.of(0));
      }
      owed ||= fenced;
      receive(fenced ? bytes.subarray(0, -3) : bytes);
    };
    expect(await printer.print(receiptSlip())).toEqual({ kind: 'printed', confirmed: true });
  });

  it('that was heard at the end of slips, and is well but says nothing of this one, was switched off in it', async () => {
    const { printer, paper } = memoryPrinter('generic-58', { fenceMs: 1 });
    expect(await printer.print(receiptSlip())).toEqual({ kind: 'printed', confirmed: true });
    const receive = paper.receive.bind(paper);
    paper.receive = (bytes) => {
      receive(bytes.length > 8 && bytes.at(-3) === 0x1d ? new Uint8Array(0) : bytes);
    };
    expect(await printer.print(receiptSlip())).toMatchObject({
      kind: 'failed',
      started: true,
      fault: { code: 408 },
    });
    paper.receive = receive;
    expect(await printer.print(receiptSlip())).toEqual({ kind: 'printed', confirmed: true });
  });
});

describe('before a slip', () => {
  it.each([
    ['paperOut', 401],
    ['coverOpen', 402],
    ['cutterError', 403],
    ['unrecoverable', 404],
    ['offline', 405],
  ] as const)('%s is a fault of its own, and nothing is sent', async (mishap, code) => {
    const { printer, paper, transport } = memoryPrinter('generic-80');
    paper.set(mishap, true);
    const outcome = await printer.print(qrSlip());
    expect(outcome).toMatchObject({ kind: 'failed', started: false });
    expect(codeOf(outcome)).toBe(code);
    expect(transport.sent.length).toBeLessThanOrEqual(12);
    expect(await printer.status()).toMatchObject({ state: 'notReady', faults: [{ code }] });
    paper.set(mishap, false);
    expect(await printer.print(qrSlip())).toMatchObject({ kind: 'printed', confirmed: true });
    expect(paper.slips.length).toBe(1);
  });

  it('a silent printer is believed gone after three misses', async () => {
    const { printer, paper, transport } = memoryPrinter('generic-58', { answerMs: 400 });
    paper.set('silent', true);
    const outcome = await printer.print(qrSlip());
    expect(outcome).toMatchObject({ kind: 'failed', started: false, fault: { code: 408 } });
    expect(transport.opened).toBe(3);
  });

  it('a printer that was ready is believed until its third miss', async () => {
    const { printer, paper } = memoryPrinter('generic-58', { answerMs: 20_000 });
    expect(await printer.status()).toMatchObject({ state: 'ready' });
    paper.set('silent', true);
    expect(await printer.status()).toMatchObject({ state: 'ready' });
    expect(await printer.status()).toMatchObject({ state: 'ready' });
    expect(await printer.status()).toMatchObject({ state: 'notReady', faults: [{ code: 408 }] });
    paper.set('silent', false);
    expect(await printer.status()).toMatchObject({ state: 'ready' });
  });

  it('a printer that cannot be opened is absent after three tries', async () => {
    const { printer, transport } = memoryPrinter('generic-58');
    transport.refusal = { kind: 'temporary', code: 407, detail: 'no such device' };
    expect(await printer.status()).toMatchObject({ state: 'notReady', faults: [{ code: 407 }] });
    expect(await printer.print(qrSlip())).toMatchObject({
      kind: 'failed',
      started: false,
      fault: { code: 407 },
    });
    expect(transport.opened).toBe(6);
  });
});

describe('during a slip', () => {
  it.each(['generic-58', 'epson-80'])('the end of the paper fails it as begun on %s', async (name) => {
    const { printer, paper } = memoryPrinter(name, { changes: { qr: 'raster' } });
    paper.endPaperAfter(200);
    const outcome = await printer.print(qrSlip());
    expect(outcome).toMatchObject({ kind: 'failed', started: true, fault: { code: 401 } });
    expect(await printer.status()).toMatchObject({ state: 'notReady', faults: [{ code: 401 }] });
  });

  it('an Epson says so by itself, while it takes no more bytes', async () => {
    const { printer, paper, transport } = memoryPrinter('epson-80', {
      changes: { qr: 'raster' },
      answerMs: 60_000,
    });
    paper.endPaperAfter(100);
    expect(await printer.print(qrSlip())).toMatchObject({
      kind: 'failed',
      started: true,
      fault: { code: 401 },
    });
    expect(transport.ends.at(-1)).toBe('abandoned');
  });

  it('an opened cover fails it as begun', async () => {
    const { printer, paper } = memoryPrinter('epson-80');
    const receive = paper.receive.bind(paper);
    paper.receive = (bytes) => {
      receive(bytes);
      if (hex(bytes).includes(hex(new TextEncoder().encode('WARUNG')))) paper.set('coverOpen', true);
    };
    expect(await printer.print(qrSlip())).toMatchObject({
      kind: 'failed',
      started: true,
      fault: { code: 402 },
    });
  });

  it('paper that ends exactly with the slip is not called printed', async () => {
    const { printer, paper } = memoryPrinter('generic-58');
    paper.set('nearEnd', true);
    expect(await printer.print(receiptSlip())).toEqual({ kind: 'printed', confirmed: true });
    const rows = paper.hanging?.rows ?? 0;
    paper.endPaperAfter(rows - 1);
    expect(await printer.print(receiptSlip())).toMatchObject({
      kind: 'failed',
      started: true,
      fault: { code: 401 },
    });
  });

  it('a line that is pulled fails it as begun and unanswered', async () => {
    const { printer, transport } = memoryPrinter('generic-58');
    transport.pullAfter = 3000;
    const outcome = await printer.print(qrSlip());
    expect(outcome).toMatchObject({
      kind: 'failed',
      started: true,
      fault: { code: 406, kind: 'unanswered' },
    });
  });

  it('a printer that falls silent before its fence fails it as unanswered', async () => {
    const { printer, paper } = memoryPrinter('generic-58', { answerMs: 20_000 });
    const receive = paper.receive.bind(paper);
    paper.receive = (bytes) => {
      if (bytes.length > 3) paper.set('silent', true);
      receive(bytes);
    };
    expect(await printer.print(qrSlip())).toMatchObject({
      kind: 'failed',
      started: true,
      fault: { code: 408, kind: 'unanswered' },
    });
  });

  it.each([
    ['then says nothing more, on a serial line, where that is a break, fails it', true, 'silent', 408],
    ['then says nothing more, on a line that knows no breaks, is its answer', false, 'silent', undefined],
    ['then goes away with its serial line fails it', true, 'gone', 406],
    ['then reports its open cover, on a serial line, is its answer', true, 'open', undefined],
  ] as const)('a zero of a printer that %s', async (_, hearsBreaks, then, code) => {
    const { printer, paper, transport } = memoryPrinter('generic-58', { answerMs: 20_000 });
    transport.hearsBreaks = hearsBreaks;
    let say: (bytes: Uint8Array) => void = () => undefined;
    const listen = paper.onAnswer.bind(paper);
    paper.onAnswer = (send) => {
      say = send;
      listen(send);
    };
    const receive = paper.receive.bind(paper);
    let ended = false;
    paper.receive = (bytes) => {
      // Its power goes with the end of the slip in its buffer; the line with the first byte after it.
      if (ended && then === 'gone') transport.pullAfter = 0;
      if (bytes.length > 3 && bytes.at(-3) === 0x1d) {
        ended = true;
        paper.set('silent', true);
        say(Uint8Array.of(0));
        if (then === 'open') say(Uint8Array.of(0x38, 0, 0, 0));
      }
      receive(bytes);
    };
    const outcome = await printer.print(qrSlip());
    if (code === undefined) expect(outcome).toEqual({ kind: 'printed', confirmed: true });
    else expect(outcome).toMatchObject({ kind: 'failed', started: true, fault: { code } });
  });

  it('the bound on the whole ends a slip that a halted printer would never end', async () => {
    const { printer, paper, transport } = memoryPrinter('generic-58', {
      wholeMs: 2_000,
      changes: { status: 'none' },
    });
    transport.stalls = false;
    paper.set('paperOut', true);
    expect(await printer.print(qrSlip())).toMatchObject({
      kind: 'failed',
      started: true,
      fault: { code: 409 },
    });
  });

  it('stop fails it and begins none of those that wait', async () => {
    const { printer, paper, transport } = memoryPrinter('generic-58', { changes: { status: 'none' } });
    transport.stalls = false;
    paper.set('paperOut', true);
    const first = printer.print(qrSlip());
    const second = printer.print(receiptSlip());
    await until(() => transport.sent.length > 4096);
    await printer.stop();
    expect(await first).toMatchObject({ kind: 'failed', started: true, fault: { code: 412 } });
    expect(await second).toMatchObject({ kind: 'failed', started: false, fault: { code: 412 } });
    expect(transport.ends.at(-1)).toBe('stopped');
    expect(await printer.status()).toMatchObject({ state: 'notReady', faults: [{ code: 412 }] });
  });
});

describe('after an interrupted slip', () => {
  it.each([
    ['generic-58', 'raster'],
    ['generic-80', 'raster-double'],
    ['epson-80', 'raster'],
    ['epson-80', 'native'],
  ] as const)('an open raster swallows nothing of the next one on %s with %s', async (name, qr) => {
    const size = memoryPrinter(name, { changes: { qr } });
    await size.printer.print(qrSlip());
    const whole = size.transport.sent.length;
    for (let cut = 20; cut < whole - 10; cut += Math.ceil(whole / 29)) {
      const { printer, paper, transport } = memoryPrinter(name, { changes: { qr } });
      transport.pullAfter = cut;
      expect(await printer.print(qrSlip())).toMatchObject({ kind: 'failed', started: true });
      transport.pullAfter = Number.POSITIVE_INFINITY;
      expect(await printer.print(receiptSlip())).toEqual({ kind: 'printed', confirmed: true });
      const last = paper.slips.at(-1) ?? paper.hanging;
      const text = (paper.hanging ?? last)?.text ?? '';
      expect(text).toContain('SALINAN / COPY\nWARUNG BU SITI');
      expect(text).toContain('Jumlah / Amount');
    }
  });

  it('the zeros are sent once, and no more after a slip went well', async () => {
    const { printer, transport } = memoryPrinter('generic-58');
    transport.pullAfter = 3000;
    await printer.print(qrSlip());
    transport.pullAfter = Number.POSITIVE_INFINITY;
    await printer.print(receiptSlip());
    const before = transport.sent.length;
    await printer.print(receiptSlip());
    expect(transport.sent.length - before).toBeLessThan(400);
  });

  it('a printer that went on by itself after new paper prints the rest before the copy', async () => {
    const { printer, paper } = memoryPrinter('generic-80');
    paper.endPaperAfter(300);
    expect(codeOf(await printer.print(qrSlip()))).toBe(401);
    paper.set('paperOut', false);
    expect(await printer.print(receiptSlip())).toEqual({ kind: 'printed', confirmed: true });
    expect(paper.slips.at(-1)?.text).toContain('SALINAN / COPY');
  });
});

describe('a printer without a status channel', () => {
  it('prints without confirmation, and its status is unknown', async () => {
    const { printer, paper } = memoryPrinter('generic-58', { changes: { status: 'none' } });
    expect(await printer.status()).toEqual({ state: 'unknown' });
    expect(await printer.print(qrSlip())).toEqual({ kind: 'printed', confirmed: false });
    expect(paper.hanging?.text).toContain('Rp15.000');
  });
});

it('a profile takes the changes of a shop and leaves the rest', () => {
  expect(findProfile('generic-58', { cutter: true, columns: undefined })).toMatchObject({
    cutter: true,
    columns: 32,
  });
  expect(findProfile('none')).toBeUndefined();
});
