import { CELL_HEIGHT, CELL_WIDTH, rowOf } from './font.js';

/** One dot row across the head, one byte a dot, 1 is black. */
export type DotRow = Uint8Array;

interface Cell {
  readonly code: number;
  readonly wide: number;
  readonly high: number;
  readonly bold: boolean;
}

/** `align`: 0 left, 1 centre, 2 right. */
const PLAIN = { wide: 1, high: 1, bold: false, align: 0, lineSpacing: 30 };

/** Sets type and rasters into dot rows, as a print head would. Knows no commands. */
export class TypeSetter {
  readonly #widthDots: number;
  #cells: Cell[] = [];
  style = { ...PLAIN };
  readonly #ownUnits: number;
  #unitsADot: number;

  /** @param unitsADot vertical motion units until others are set: 2 on an Epson */
  constructor(widthDots: number, unitsADot: 1 | 2) {
    this.#widthDots = widthDots;
    this.#ownUnits = unitsADot;
    this.#unitsADot = unitsADot;
  }

  reset(): void {
    this.#cells = [];
    this.style = { ...PLAIN };
    this.#unitsADot = this.#ownUnits;
  }

  /** @param anInch vertical motion units; 0 for those of the printer */
  setUnits(anInch: number): void {
    const dpi = this.#widthDots === 512 ? 180 : 203;
    this.#unitsADot = anInch === 0 ? this.#ownUnits : anInch / dpi;
  }

  get lineIsEmpty(): boolean {
    return this.#cells.length === 0;
  }

  /** The text of the line that is being set. */
  get lineText(): string {
    return this.#cells.map(({ code }) => (code < 0x7f ? String.fromCharCode(code) : '?')).join('');
  }

  /** Whether one more character of the present size still fits the line. */
  get lineIsFull(): boolean {
    return this.#width() + this.style.wide * CELL_WIDTH > this.#widthDots;
  }

  put(code: number): void {
    const { wide, high, bold } = this.style;
    this.#cells.push({ code, wide, high, bold });
  }

  /** Ends the line and gives its rows: at least the line spacing, more where the type is higher. */
  endLine(): DotRow[] {
    const height = Math.max(0, ...this.#cells.map(({ high }) => high * CELL_HEIGHT));
    const rows = this.blank(Math.max(height, this.style.lineSpacing));
    let left = this.#leftOf(this.#width());
    for (const cell of this.#cells) {
      this.#ink(rows, cell, left, height);
      left += cell.wide * CELL_WIDTH;
    }
    this.#cells = [];
    return rows;
  }

  /** What `units` move, in whole dots. */
  feed(units: number): DotRow[] {
    return this.blank(Math.floor(units / this.#unitsADot));
  }

  blank(rows: number): DotRow[] {
    return Array.from({ length: rows }, () => new Uint8Array(this.#widthDots));
  }

  /** Rows of a raster with each dot `wide` by `high`; what is wider than the head is cut off on the right. */
  raster(bits: Uint8Array, bytesPerRow: number, wide: number, high: number): DotRow[] {
    if (bytesPerRow === 0) return [];
    const left = this.#leftOf(Math.min(this.#widthDots, bytesPerRow * 8 * wide));
    const rows: DotRow[] = [];
    for (let at = 0; at < bits.length; at += bytesPerRow) {
      const row = new Uint8Array(this.#widthDots);
      const end = Math.min(this.#widthDots, left + bytesPerRow * 8 * wide);
      for (let x = left; x < end; x += 1) {
        const dot = Math.floor((x - left) / wide);
        if ((bits[at + (dot >> 3)] ?? 0) & (0x80 >> (dot & 7))) row[x] = 1;
      }
      for (let i = 0; i < high; i += 1) rows.push(row);
    }
    return rows;
  }

  /** A square of modules, `scale` dots each; undefined when it is wider than the head. */
  square(modules: readonly (readonly boolean[])[], scale: number): DotRow[] | undefined {
    const width = modules.length * scale;
    if (width > this.#widthDots) return undefined;
    const left = this.#leftOf(width);
    return modules.flatMap((line) => {
      const row = new Uint8Array(this.#widthDots);
      line.forEach((dark, x) => {
        if (dark) row.fill(1, left + x * scale, left + (x + 1) * scale);
      });
      return Array.from({ length: scale }, () => row);
    });
  }

  #width(): number {
    return this.#cells.reduce((sum, { wide }) => sum + wide * CELL_WIDTH, 0);
  }

  #leftOf(width: number): number {
    const spare = Math.max(0, this.#widthDots - width);
    const { align } = this.style;
    return align === 1 ? Math.floor(spare / 2) : align === 2 ? spare : 0;
  }

  /** Characters stand on a common base line. */
  #ink(rows: DotRow[], cell: Cell, left: number, height: number): void {
    const { code, wide, high, bold } = cell;
    const top = height - high * CELL_HEIGHT;
    for (let y = 0; y < CELL_HEIGHT; y += 1) {
      const bits = rowOf(code, y, bold);
      if (bits === 0) continue;
      for (const row of rows.slice(top + y * high, top + (y + 1) * high))
        for (let x = 0; x < CELL_WIDTH; x += 1)
          if (bits & (1 << (CELL_WIDTH - 1 - x))) row.fill(1, left + x * wide, left + (x + 1) * wide);
    }
  }
}
