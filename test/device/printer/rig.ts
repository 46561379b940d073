import { EscPosPrinter } from '../../../devices/printer/escpos-printer.js';
import { findProfile, type ProfileChanges } from '../../../devices/printer/profiles.js';
import type { Finish, PrinterLine, PrinterTransport } from '../../../devices/printer/transport.js';
import { Paper } from '../../../devices/simulated-printer/paper.js';
import type { Fault } from '../../../src/base/fault.js';
import { err, ok, type Result } from '../../../src/base/result.js';
import type { Slip } from '../../../src/base/slip.js';
import { SystemClock } from '../../../src/host/clock.js';
import type { Clock, Timers } from '../../../src/port/clock.js';
import type { PrintOutcome } from '../../../src/port/printer.js';
import { KeptLog } from '../../kit/kept-log.js';
import { realTimers } from '../../kit/pty/until.js';

/** A 250-character QRIS payload of the shape that Midtrans sends: version 9 at ECC M. */
export const QRIS =
  '00020101021226620014COM.GO-JEK.WWW01199360091434905263034020' +
  '2G49052630303UKE51440014ID.CO.QRIS.WWW0215AID0607336128660303UKE' +
  '5204341453033605802ID5904Test6007BANDUNG61054028454091500' +
  '0.0062475036c032f87c-f773-4619-aefa-675e1f06f9210703A0163040000';

export const ORDER = 'KASIR01-01JD8XKQ3V7M2N4P5R6S8T9WYZ';

export function qrSlip(payload: string = QRIS): Slip {
  return {
    kind: 'qr',
    copy: false,
    orderId: ORDER,
    lines: [
      { put: 'text', text: 'WARUNG BU SITI', align: 'centre', bold: true },
      { put: 'text', text: 'Jl. Braga 12, Bandung', align: 'centre' },
      { put: 'rule' },
      { put: 'text', text: 'Rp15.000', align: 'centre', size: 'big', bold: true },
      { put: 'qr', payload },
      { put: 'text', text: 'Pindai dengan GoPay atau aplikasi QRIS lain', align: 'centre', bold: true },
      { put: 'text', text: 'Scan with GoPay or any QRIS app', align: 'centre' },
      { put: 'feed', lines: 1 },
      { put: 'pair', left: 'Bayar sebelum / Pay before', right: '19:19:05' },
      { put: 'pair', left: 'Kasir / Terminal', right: 'KASIR01' },
      { put: 'text', text: ORDER },
      { put: 'rule' },
      { put: 'text', text: 'Simpan slip ini sampai lunas.', align: 'centre' },
    ],
  };
}

export function receiptSlip(): Slip {
  return {
    kind: 'receipt',
    copy: true,
    orderId: ORDER,
    lines: [
      { put: 'text', text: 'SALINAN / COPY', align: 'centre', bold: true },
      { put: 'text', text: 'WARUNG BU SITI', align: 'centre', bold: true },
      { put: 'rule' },
      { put: 'text', text: 'LUNAS / PAID', align: 'centre', size: 'big', bold: true },
      { put: 'pair', left: 'Jumlah / Amount', right: 'Rp15.000', bold: true },
      { put: 'pair', left: 'Waktu / Time', right: '2026-11-22 19:04:05' },
      { put: 'text', text: ORDER },
      { put: 'rule' },
      { put: 'text', text: 'Terima kasih', align: 'right' },
    ],
  };
}

export function tools(): { clock: SystemClock; timers: Timers; log: KeptLog } {
  return { clock: new SystemClock(), timers: realTimers, log: new KeptLog() };
}

/** Waits for something that an event loop brings about; gives up after minutes, far beyond what it takes. */
export async function until(what: () => boolean): Promise<void> {
  const since = performance.now();
  while (!what()) {
    if (performance.now() - since > 150_000) throw new Error(`never came true: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/**
 * A line to a virtual printer without any system in between: bytes are taken as long as the printer has room, and
 * answers come back at the next turn.
 */
export class MemoryTransport implements PrinterTransport {
  readonly name = 'memory';
  readonly twoWay = true;
  readonly paper: Paper;
  /** While set, opening fails with it. */
  refusal: Fault | undefined;
  /** Bytes after which the line is pulled. */
  pullAfter = Number.POSITIVE_INFINITY;
  opened = 0;
  hearsBreaks = false;
  /** Whether a write that finds no room gives up, as real lines do after some seconds. */
  stalls = true;
  /** Everything that was sent, over all lines. */
  sent: number[] = [];
  /** What became of each line. */
  readonly ends: string[] = [];

  constructor(paper: Paper) {
    this.paper = paper;
  }

  open(): Promise<Result<PrinterLine, Fault>> {
    this.opened += 1;
    if (this.refusal !== undefined) return Promise.resolve(err(this.refusal));
    return Promise.resolve(ok(new MemoryLine(this)));
  }

  stop(): Promise<void> {
    this.ends.push('stopped');
    return Promise.resolve();
  }
}

/** A printer's input buffer. */
const ROOM = 4096;
const STALL_MS = 300;

/** Time at twenty times its speed: what waits for a silent printer is soon over, and answers still come first. */
function hurried(timers: Timers): Timers {
  return { after: (ms, run) => timers.after(ms / 20, run) };
}

class MemoryLine implements PrinterLine {
  readonly #transport: MemoryTransport;
  #lost: (fault: Fault) => void = () => undefined;
  #fault: Fault | undefined;
  #freed: () => void = () => undefined;

  constructor(transport: MemoryTransport) {
    this.#transport = transport;
  }

  async write(bytes: Uint8Array): Promise<Fault | undefined> {
    const transport = this.#transport;
    for (let at = 0; at < bytes.length && this.#fault === undefined; at += 256) {
      const slice = bytes.subarray(at, Math.min(bytes.length, at + 256, at + transport.pullAfter));
      transport.sent.push(...slice);
      transport.paper.receive(slice);
      transport.pullAfter -= slice.length;
      if (transport.pullAfter <= 0) this.#fail('pulled');
      while (transport.paper.halted && transport.paper.held >= ROOM && this.#fault === undefined) {
        const stalled = await new Promise<boolean>((resolve) => {
          const timer = setTimeout(() => resolve(true), STALL_MS);
          this.#freed = () => {
            clearTimeout(timer);
            resolve(false);
          };
        });
        if (stalled && transport.stalls) return { kind: 'unanswered', code: 409, detail: 'memory: no room' };
      }
    }
    return this.#fault;
  }

  onBytes(listener: (bytes: Uint8Array) => void): void {
    this.#transport.paper.onAnswer((bytes) => setImmediate(() => listener(bytes)));
    this.#transport.paper.onChange(() => this.#freed());
  }

  onLost(listener: (fault: Fault) => void): void {
    this.#lost = listener;
  }

  async finish(): Promise<Finish> {
    this.#transport.ends.push('finished');
    return this.#fault === undefined ? { kind: 'taken' } : { kind: 'lost', fault: this.#fault };
  }

  async release(): Promise<void> {
    this.#transport.ends.push('released');
  }

  async abandon(): Promise<void> {
    this.#transport.ends.push('abandoned');
    this.#fail('abandoned');
  }

  #fail(why: string): void {
    if (this.#fault !== undefined) return;
    this.#fault = { kind: 'unanswered', code: 406, detail: `memory: ${why}` };
    this.#freed();
    this.#lost(this.#fault);
  }
}

/** A printer of `profileName` over memory, with bounds that a test can wait for. */
export function memoryPrinter(
  profileName: string,
  options: {
    paper?: Paper;
    answerMs?: number;
    fenceMs?: number;
    wholeMs?: number;
    changes?: ProfileChanges;
    clock?: Clock;
  } = {},
): { printer: EscPosPrinter; paper: Paper; transport: MemoryTransport; log: KeptLog } {
  const profile = findProfile(profileName, options.changes);
  if (profile === undefined) throw new Error(`no profile ${profileName}`);
  const paper = options.paper ?? new Paper({ widthDots: profile.widthDots });
  const transport = new MemoryTransport(paper);
  const { timers, log } = tools();
  const clock = options.clock ?? new SystemClock();
  const { answerMs = 200_000, fenceMs = 10_000, wholeMs = 1_200_000 } = options;
  const printer = new EscPosPrinter({
    transport,
    profile,
    clock,
    timers: hurried(timers),
    log,
    answerMs,
    fenceMs,
    wholeMs,
  });
  return { printer, paper, transport, log };
}

/** The code of a failed slip; undefined when it was printed. */
export function codeOf(outcome: PrintOutcome): number | undefined {
  return outcome.kind === 'failed' ? outcome.fault.code : undefined;
}
