import encodeQR from 'qr';
import { hex } from '../../src/base/bytes.js';
import { type PaperCommand, readCommand } from './command.js';
import { Mechanism } from './mechanism.js';
import { TypeSetter } from './sheet.js';
import type { PaperSlip } from './slip.js';
import { type Mishap, PrinterState, RealTime } from './status.js';

const DLE = 0x10;
const EOT = 0x04;

export interface PaperOptions {
  /** 384 for 58 mm, 576 or 512 for 80 mm. Default 384. */
  readonly widthDots?: number;
  /** What it calls itself; it says nothing when this is left out. */
  readonly model?: string;
  /** What `ESC J` counts in until `GS P` says otherwise: 2 for half dots, as Epson's do. Default 1. */
  readonly unitsADot?: 1 | 2;
}

/**
 * A printer in memory: takes ESC/POS bytes, answers status, and keeps what a person would hold in the hand, as dots
 * and as text. An honest one: a command that it does not know is written down in `problems`, and a raster that was
 * cut off swallows what comes next, as on real hardware. Faults can be set at any time.
 */
export class Paper {
  readonly widthDots: number;
  /** Commands that were not understood, and codes that did not fit, in plain words. */
  readonly problems: string[] = [];
  readonly #status = new PrinterState();
  readonly #realTime = new RealTime();
  readonly #model: string | undefined;
  readonly #setter: TypeSetter;
  readonly #mechanism: Mechanism;
  #queue: Uint8Array = new Uint8Array(0);
  #qr = { moduleDots: 3, correction: 48, data: new Uint8Array(0) };
  #send: (bytes: Uint8Array) => void = () => undefined;
  #changed: () => void = () => undefined;

  constructor(options: PaperOptions = {}) {
    this.widthDots = options.widthDots ?? 384;
    this.#model = options.model;
    this.#setter = new TypeSetter(this.widthDots, options.unitsADot ?? 1);
    this.#mechanism = new Mechanism(this.widthDots, () => {
      this.#status.set('paperOut', true);
      this.#reportChange();
    });
  }

  /** Finished slips, the oldest first. A slip is finished by a cut, or by the `ESC @` of the next one. */
  get slips(): readonly PaperSlip[] {
    return this.#mechanism.slips;
  }

  /** What hangs out of the printer now; undefined when nothing was printed since the last cut. */
  get hanging(): PaperSlip | undefined {
    return this.#mechanism.hanging;
  }

  /** Bytes received and not yet printed. */
  get held(): number {
    return this.#queue.length;
  }

  /** Whether nothing that came is still to be printed. Status questions, answered when they came, are no print. */
  get idle(): boolean {
    let at = 0;
    while (this.#queue[at] === DLE && this.#queue[at + 1] === EOT) at += 3;
    return at >= this.#queue.length && this.#mechanism.idle;
  }

  /** Whether it cannot print now. */
  get halted(): boolean {
    return this.#status.halted;
  }

  /** Where answers go; the printer may also speak unasked. */
  onAnswer(send: (bytes: Uint8Array) => void): void {
    this.#send = send;
  }

  /** Called when a slip is finished or the printer goes on after a halt. */
  onChange(changed: () => void): void {
    this.#changed = changed;
  }

  /** Takes bytes off the line. Never throws, whatever they are. */
  receive(bytes: Uint8Array): void {
    this.#queue = new Uint8Array(Buffer.concat([this.#queue, bytes]));
    for (const asked of this.#realTime.scan(bytes)) {
      if (asked.kind === 'status') this.#answer(this.#status.realTime(asked.n));
      else this.#recoverFromError(asked.n, bytes.subarray(asked.end));
    }
    this.#run();
  }

  /** Sets or ends a mishap. Paper that is loaded again, or a closed cover, lets the printer go on by itself. */
  set(mishap: Mishap, on: boolean): void {
    if (mishap === 'paperOut') this.#mechanism.paperFor(Number.POSITIVE_INFINITY);
    this.#status.set(mishap, on);
    this.#reportChange();
    this.#run();
  }

  /** The paper ends after `rows` more dot rows: in the middle of a raster, if that is where they end. */
  endPaperAfter(rows: number): void {
    this.#mechanism.paperFor(rows);
    this.#run();
  }

  /** Switched off and on: everything that was not printed is forgotten, and so are modes and half commands. */
  powerCycle(): void {
    this.#forget();
    this.#setter.reset();
    this.#status.autoMask = 0;
  }

  #forget(): void {
    this.#queue = new Uint8Array(0);
    this.#mechanism.forget();
    this.#setter.endLine();
  }

  #run(): void {
    const halted = (): boolean => this.halted;
    const before = this.slips.at(-1)?.id;
    this.#mechanism.work(halted);
    while (!this.halted && this.#mechanism.idle) {
      const read = readCommand(this.#queue);
      if (read === undefined) break;
      this.#queue = this.#queue.subarray(read.used);
      this.#obey(read.command);
      this.#mechanism.work(halted);
    }
    if (this.slips.at(-1)?.id !== before) this.#changed();
  }

  #obey(command: PaperCommand): void {
    const setter = this.#setter;
    const { style } = setter;
    switch (command.do) {
      case 'text':
        if (setter.lineIsFull) this.#endLine();
        setter.put(command.code);
        return;
      case 'lineFeed':
        return this.#endLine();
      case 'nothing':
        return;
      case 'initialise':
        setter.reset();
        this.#mechanism.tear();
        return;
      case 'style':
        style.wide = command.wide ?? style.wide;
        style.high = command.high ?? style.high;
        style.bold = command.bold ?? style.bold;
        return;
      case 'align':
        style.align = command.to <= 2 ? command.to : style.align;
        return;
      case 'lineSpacing':
        style.lineSpacing = command.dots;
        return;
      case 'feedLines':
        if (!setter.lineIsEmpty) this.#endLine();
        this.#mechanism.print(setter.blank(command.lines * style.lineSpacing));
        return;
      case 'feedUnits':
        if (!setter.lineIsEmpty) this.#endLine();
        this.#mechanism.print(setter.feed(command.units));
        return;
      case 'motionUnits':
        return setter.setUnits(command.anInch);
      default:
        this.#obeyRest(command);
    }
  }

  #obeyRest(command: PaperCommand): void {
    switch (command.do) {
      case 'raster': {
        const { mode, bits, bytesPerRow } = command;
        const rows = this.#setter.raster(bits, bytesPerRow, mode & 1 ? 2 : 1, mode & 2 ? 2 : 1);
        if (bytesPerRow * 8 * (mode & 1 ? 2 : 1) > this.widthDots)
          this.#problem('a raster wider than the head');
        this.#mechanism.text(`[raster ${bytesPerRow * 8}x${rows.length}]`);
        this.#mechanism.print(rows);
        return;
      }
      case 'qr':
        this.#obeyQr(command.fn, command.data);
        return;
      case 'cut':
        if (!this.#setter.lineIsEmpty) this.#endLine();
        this.#mechanism.print(this.#setter.blank(command.feedDots));
        this.#mechanism.cut();
        return;
      case 'autoStatus':
        this.#status.autoMask = command.mask;
        if (command.mask !== 0) this.#mechanism.later(() => this.#answer(this.#status.automatic()));
        return;
      case 'transmitStatus':
        if (command.what % 48 === 1) this.#mechanism.later(() => this.#answer(this.#status.paper()));
        else this.#problem(`GS r ${command.what}`);
        return;
      case 'identify': {
        const model = this.#model;
        if (command.what === 67 && model !== undefined)
          this.#mechanism.later(() =>
            this.#answer(Uint8Array.from([0x5f, ...Buffer.from(model, 'latin1'), 0])),
          );
        return;
      }
      case 'unknown':
        this.#problem(`unknown command ${hex(command.bytes)}`);
    }
  }

  #obeyQr(fn: number, data: Uint8Array): void {
    const n = data[0] ?? 0;
    if (fn === 67) this.#qr.moduleDots = n;
    else if (fn === 69) this.#qr.correction = n;
    else if (fn === 80) this.#qr.data = data.slice(1);
    else if (fn === 81) this.#drawQr();
    else if (fn !== 65) this.#problem(`unknown QR function ${fn}`);
  }

  #drawQr(): void {
    const text = String.fromCharCode(...this.#qr.data);
    const levels = ['low', 'medium', 'quartile', 'high'] as const;
    const ecc = levels[this.#qr.correction - 48];
    const { moduleDots } = this.#qr;
    if (ecc === undefined || moduleDots < 1 || moduleDots > 16 || !/^[\x20-\x7e]{1,1200}$/.test(text)) {
      this.#problem('a QR that this printer cannot draw');
      return;
    }
    // Printers encode bytes, whatever the text is.
    const bordered = encodeQR(text, 'raw', { ecc, encoding: 'byte', border: 1 });
    const modules = bordered.slice(1, -1).map((row) => row.slice(1, -1));
    const rows = this.#setter.square(modules, moduleDots);
    if (rows === undefined) {
      this.#problem(`a QR of ${modules.length * moduleDots} dots, wider than the head`);
      return;
    }
    this.#mechanism.text(`[qr ${text}]`);
    this.#mechanism.print(rows);
  }

  #endLine(): void {
    this.#mechanism.text(this.#setter.lineText);
    this.#mechanism.print(this.#setter.endLine());
  }

  /** `DLE ENQ 1` goes on after a recoverable error, `DLE ENQ 2` also throws away what was not printed. */
  #recoverFromError(n: number, after: Uint8Array): void {
    if (n === 2) {
      this.#forget();
      this.#queue = after.slice();
    }
    this.#status.set('cutterError', false);
    this.#reportChange();
  }

  #reportChange(): void {
    if (this.#status.autoMask !== 0) this.#answer(this.#status.automatic());
    this.#changed();
  }

  #answer(bytes: Uint8Array): void {
    if (!this.#status.is('silent')) this.#send(bytes);
  }

  #problem(text: string): void {
    if (this.problems.length < 100) this.problems.push(text);
  }
}
