/** What can be wrong with a virtual printer. `silent` prints and says nothing. */
export type Mishap =
  | 'paperOut'
  | 'nearEnd'
  | 'coverOpen'
  | 'cutterError'
  | 'offline'
  | 'unrecoverable'
  | 'silent';

/** The printer's state as the bytes that it sends (Epson ESC/POS reference: DLE EOT, GS r, GS a). */
export class PrinterState {
  readonly #on = new Set<Mishap>();
  readonly #bit = (mishap: Mishap, mask: number): number => (this.is(mishap) ? mask : 0);
  /** The n of `GS a n`; 0 is off. */
  autoMask = 0;

  set(mishap: Mishap, on: boolean): void {
    if (on) this.#on.add(mishap);
    else this.#on.delete(mishap);
  }

  is(mishap: Mishap): boolean {
    return this.#on.has(mishap);
  }

  get halted(): boolean {
    return (['paperOut', 'coverOpen', 'cutterError', 'offline', 'unrecoverable'] as const).some((m) =>
      this.is(m),
    );
  }

  /** The answer to `DLE EOT n`, n 1 to 4; nothing for others. */
  realTime(n: number): Uint8Array {
    const bit = this.#bit;
    switch (n) {
      case 1:
        return Uint8Array.of(0x12 | (this.halted ? 0x08 : 0));
      case 2:
        return Uint8Array.of(
          0x12 |
            bit('coverOpen', 0x04) |
            bit('paperOut', 0x20) |
            (this.is('cutterError') || this.is('unrecoverable') ? 0x40 : 0),
        );
      case 3:
        return Uint8Array.of(0x12 | bit('cutterError', 0x08) | bit('unrecoverable', 0x20));
      case 4:
        return Uint8Array.of(0x12 | bit('nearEnd', 0x0c) | bit('paperOut', 0x60));
      default:
        return new Uint8Array(0);
    }
  }

  /** The answer to `GS r 1`. */
  paper(): Uint8Array {
    return Uint8Array.of(this.#bit('nearEnd', 0x03) | this.#bit('paperOut', 0x0c));
  }

  /** Four bytes of automatic status. */
  automatic(): Uint8Array {
    const bit = this.#bit;
    return Uint8Array.of(
      0x10 | (this.halted ? 0x08 : 0) | bit('coverOpen', 0x20),
      bit('cutterError', 0x08) | bit('unrecoverable', 0x20),
      bit('nearEnd', 0x03) | bit('paperOut', 0x0c),
      0,
    );
  }
}

/** `DLE EOT n` or `DLE ENQ n`. */
export interface RealTimeRequest {
  readonly kind: 'status' | 'recover';
  readonly n: number;
  /** Index after its last byte, in the bytes that were scanned. */
  readonly end: number;
}

/** Finds real-time commands as they arrive, also inside other commands' data and over split reads. */
export class RealTime {
  #last: readonly number[] = [];

  scan(bytes: Uint8Array): RealTimeRequest[] {
    const found: RealTimeRequest[] = [];
    for (const [index, byte] of bytes.entries()) {
      const end = index + 1;
      const [first, second] = this.#last;
      if (first === 0x10 && second !== undefined) {
        if (second === 0x04 && byte >= 1 && byte <= 4) found.push({ kind: 'status', n: byte, end });
        if (second === 0x05 && (byte === 1 || byte === 2)) found.push({ kind: 'recover', n: byte, end });
        this.#last = byte === 0x10 ? [byte] : [];
      } else if (first === 0x10 && (byte === 0x04 || byte === 0x05)) {
        this.#last = [first, byte];
      } else {
        this.#last = byte === 0x10 ? [byte] : [];
      }
    }
    return found;
  }
}
