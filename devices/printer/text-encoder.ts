import ntp, { type ThermalPrinter } from 'node-thermal-printer';
import { assert } from '../../src/base/assert.js';
import type { PaperLine } from './slip-layout.js';

const ALIGNED = { left: 'alignLeft', centre: 'alignCenter', right: 'alignRight' } as const;

/**
 * Lines of text in ESC/POS, composed by node-thermal-printer without an interface: a byte encoder, nothing else.
 * What 4.6.1 does shaped this class, and test/device/printer/golden.test.ts pins it:
 * - `println()` folds by itself and drops blank lines, so folding is off and blank lines are `newLine()`;
 * - `setTextNormal()` and `setTextQuadArea()` are `ESC !`, which also ends bold, so size comes before bold;
 * - `setTextSize()` has height and width swapped, `cut()` feeds eight lines and resets the printer: neither is used;
 * - text outside ASCII switches the printer's code page silently, so only ASCII is given to it;
 * - the buffer outlives what is done with it, so it is cleared when its bytes are taken.
 */
export class TextEncoder {
  readonly #composer: ThermalPrinter;

  constructor(columns: number) {
    // Its types demand an interface; the code does not, and without one the library can send nothing by itself.
    const config = {
      type: ntp.types.EPSON,
      width: columns,
      lineCharacter: '-',
      breakLine: ntp.breakLine.NONE,
    };
    this.#composer = new ntp.ThermalPrinter(config as ConstructorParameters<typeof ThermalPrinter>[0]);
  }

  /** A line of the layout; its text is ASCII already (slip-layout.ts). */
  text(line: Extract<PaperLine, { put: 'text' }>): this {
    assert(/^[\x20-\x7e]*$/.test(line.text), 'only ASCII is sent to a printer');
    const composer = this.#composer;
    composer[ALIGNED[line.align]]();
    if (line.big) composer.setTextQuadArea();
    else composer.setTextNormal();
    if (line.bold) composer.bold(true);
    if (line.text === '') composer.newLine();
    else composer.println(line.text);
    return this;
  }

  /** A line of dashes over the whole width. */
  rule(): this {
    this.#composer.alignLeft();
    this.#composer.setTextNormal();
    this.#composer.drawLine();
    return this;
  }

  feed(lines: number): this {
    this.#composer.setTextNormal();
    for (let i = 0; i < lines; i += 1) this.#composer.newLine();
    return this;
  }

  /** `GS ( k`: model 2, error correction M, `moduleDots` 1 to 8, centred. Its length field counts ASCII correctly. */
  nativeQr(payload: string, moduleDots: number): this {
    assert(moduleDots >= 1 && moduleDots <= 8, `a native QR has modules of 1 to 8 dots, not ${moduleDots}`);
    this.#composer.alignCenter();
    this.#composer.printQR(payload, { model: 2, cellSize: moduleDots, correction: 'M' });
    this.#composer.alignLeft();
    return this;
  }

  /** The bytes so far; the next ones begin anew. */
  take(): Uint8Array {
    const bytes = this.#composer.getBuffer() as Uint8Array | null;
    this.#composer.clear();
    return bytes === null ? new Uint8Array(0) : Uint8Array.from(bytes);
  }
}
