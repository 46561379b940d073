import { Buffer } from 'node:buffer';
import escpos from 'escpos';
import { assert } from '../../src/base/assert.js';
import type { Band } from '../kit/raster.js';

/**
 * Commands and rasters in ESC/POS, encoded by escpos 3.0.0-alpha.6 into memory; its adapters are not used. Its
 * `cashdraw()` writes a stray byte and its `qrcode()` a command that few printers know: neither is used.
 */
export class CommandEncoder {
  readonly #chunks: Buffer[] = [];
  readonly #printer: InstanceType<typeof escpos.Printer>;

  constructor() {
    const sink = {
      write: (bytes: Buffer, done?: (error?: Error) => void): void => {
        this.#chunks.push(Buffer.from(bytes));
        done?.();
      },
      close: (done?: () => void): void => done?.(),
    };
    this.#printer = new escpos.Printer(sink, { encoding: 'ascii' });
  }

  raw(...bytes: readonly number[]): this {
    this.#printer.raw(Buffer.from(bytes));
    return this;
  }

  /** `GS v 0` with m=0 or m=3. */
  band(band: Band): this {
    this.#printer.raster(new PackedImage(band), band.mode === 3 ? 'dwdh' : 'normal');
    return this;
  }

  take(): Uint8Array {
    this.#printer.flush();
    const bytes = Buffer.concat(this.#chunks);
    this.#chunks.length = 0;
    return Uint8Array.from(bytes);
  }
}

/**
 * A raster that is packed already. The library's own image holds an object for each pixel and packs bit by bit, which
 * takes 40 ms for a QR; only this last step of it is replaced, the command itself stays the library's.
 */
class PackedImage extends escpos.Image {
  readonly #band: Band;

  constructor(band: Band) {
    super({ data: [], shape: [0, 0, 4] });
    assert(band.bits.length === band.bytesPerRow * band.rows, 'a band is bytesPerRow times rows long');
    this.#band = band;
  }

  override toRaster(): { data: Buffer; width: number; height: number } {
    const { bits, bytesPerRow, rows } = this.#band;
    return { data: Buffer.from(bits), width: bytesPerRow, height: rows };
  }
}
