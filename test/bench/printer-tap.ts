import { Paper } from '../../devices/simulated-printer/paper.js';
import { VirtualPrinter } from '../../devices/simulated-printer/virtual-printer.js';
import type { Timers } from '../../src/port/clock.js';
import type { Marks } from './marks.js';

/** `GS v 0`: a band of dots. The first one of a slip is the first byte of its QR. */
const RASTER = Buffer.from([0x1d, 0x76, 0x30]);
/** `GS r 1`: the question at the end of each slip. */
const END = Buffer.from([0x1d, 0x72, 0x01]);

/** A network printer whose wire is listened in on. */
export class PrinterTap {
  readonly #printer: VirtualPrinter;

  /** Sets the mark `raster` for each band, `slip` at the end of each slip. */
  constructor(marks: Marks, timers: Timers) {
    const paper = new Paper();
    const print = paper.receive.bind(paper);
    let rest = Buffer.alloc(0);
    paper.receive = (bytes) => {
      const heard = Buffer.concat([rest, bytes]);
      if (heard.includes(RASTER)) marks.set('raster');
      if (heard.includes(END)) marks.set('slip');
      // A command that is cut in two by the line; two bytes are never a whole one, so nothing is heard twice.
      rest = heard.subarray(Math.max(0, heard.length - 2));
      print(bytes);
    };
    this.#printer = new VirtualPrinter({ paper, timers });
  }

  listen(): Promise<number> {
    return this.#printer.listen();
  }
}
