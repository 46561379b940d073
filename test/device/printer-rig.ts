import { SystemClock, SystemTimers } from '../../src/host/clock.js';
import type { Slip } from '../../src/base/slip.js';
import type { Log, LogText } from '../../src/port/log.js';

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

/** Keeps what was logged, as `level text`. */
export class KeptLog implements Log {
  readonly lines: string[] = [];
  error(text: LogText): void {
    this.#keep('error', text);
  }
  warn(text: LogText): void {
    this.#keep('warn', text);
  }
  info(text: LogText): void {
    this.#keep('info', text);
  }
  debug(text: LogText): void {
    this.#keep('debug', text);
  }
  child(): Log {
    return this;
  }
  #keep(level: string, text: LogText): void {
    this.lines.push(`${level} ${typeof text === 'string' ? text : text()}`);
  }
}

export function tools(): { clock: SystemClock; timers: SystemTimers; log: KeptLog } {
  return { clock: new SystemClock(), timers: new SystemTimers(), log: new KeptLog() };
}

/** Waits for something that an event loop brings about; gives up after 20 s, far beyond what it takes. */
export async function until(what: () => boolean): Promise<void> {
  const since = performance.now();
  while (!what()) {
    if (performance.now() - since > 20_000) throw new Error(`never came true: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
