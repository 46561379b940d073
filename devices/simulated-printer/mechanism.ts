import type { DotRow } from './sheet.js';
import { type PaperSlip, paperSlip } from './slip.js';

/** A slip that never ends is ended here: 2.5 m of paper. */
const MAX_ROWS = 20_000;
/** How many slips are remembered. */
const KEPT = 20;

/** Head, paper roll and knife of the virtual printer. */
export class Mechanism {
  readonly #widthDots: number;
  readonly #paperEnded: () => void;
  /** What there is to do, in order; it waits here while the printer cannot print. A row is printed. */
  #acts: (DotRow | (() => void))[] = [];
  #rows: DotRow[] = [];
  #text: string[] = [];
  #slips: PaperSlip[] = [];
  #nextId = 1;
  #rowsLeft = Number.POSITIVE_INFINITY;

  constructor(widthDots: number, paperEnded: () => void) {
    this.#widthDots = widthDots;
    this.#paperEnded = paperEnded;
  }

  get slips(): readonly PaperSlip[] {
    return this.#slips;
  }

  get hanging(): PaperSlip | undefined {
    return this.#hasInk() ? this.#slip(0, false) : undefined;
  }

  get idle(): boolean {
    return this.#acts.length === 0;
  }

  print(rows: readonly DotRow[]): void {
    for (const row of rows) this.#acts.push(row);
  }

  text(text: string): void {
    this.later(() => this.#text.push(text));
  }

  cut(): void {
    this.later(() => this.#endSlip(true));
  }

  /** The next slip begins: what hangs out is torn off. */
  tear(): void {
    this.later(() => {
      if (this.#hasInk()) this.#endSlip(false);
    });
  }

  /** Does something else in its turn, such as an answer. */
  later(act: () => void): void {
    this.#acts.push(act);
  }

  forget(): void {
    this.#acts = [];
  }

  /** @param rows until the paper ends; infinite after loading a new roll. */
  paperFor(rows: number): void {
    this.#rowsLeft = rows;
  }

  /** Does what there is to do until `halted`. */
  work(halted: () => boolean): void {
    let done = 0;
    while (!halted() && done < this.#acts.length) {
      const act = this.#acts[done];
      if (act === undefined) break;
      if (typeof act !== 'function' && this.#rowsLeft <= 0) {
        this.#paperEnded();
        break;
      }
      done += 1;
      if (typeof act === 'function') act();
      else this.#printRow(act);
    }
    this.#acts.splice(0, done);
  }

  #printRow(row: DotRow): void {
    this.#rows.push(row);
    this.#rowsLeft -= 1;
    if (this.#rows.length >= MAX_ROWS) this.#endSlip(false);
  }

  #hasInk(): boolean {
    return this.#rows.some((row) => row.includes(1));
  }

  #endSlip(cut: boolean): void {
    this.#slips = [...this.#slips, this.#slip(this.#nextId, cut)].slice(-KEPT);
    this.#nextId += 1;
    this.#rows = [];
    this.#text = [];
  }

  #slip(id: number, cut: boolean): PaperSlip {
    return paperSlip({ id, cut, text: this.#text.join('\n'), widthDots: this.#widthDots }, this.#rows);
  }
}
