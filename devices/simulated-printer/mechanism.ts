import type { DotRow } from './sheet.js';
import { PaperSlip } from './slip.js';

/** What the mechanism does, in order; it waits here while the printer cannot print. */
export type Act =
  | { readonly act: 'row'; readonly row: DotRow }
  | { readonly act: 'text'; readonly text: string }
  | { readonly act: 'cut' }
  /** The next slip begins: what hangs out is torn off. */
  | { readonly act: 'tear' }
  | { readonly act: 'answer'; readonly bytes: () => Uint8Array };

/** A slip that never ends is ended here: 2.5 m of paper. */
const MAX_ROWS = 20_000;

/** Head, paper roll and knife of the virtual printer. */
export class Mechanism {
  readonly #widthDots: number;
  readonly #keep: number;
  readonly #answer: (bytes: Uint8Array) => void;
  readonly #paperEnded: () => void;
  #acts: Act[] = [];
  #rows: DotRow[] = [];
  #text: string[] = [];
  #slips: PaperSlip[] = [];
  #nextId = 1;
  #rowsLeft = Number.POSITIVE_INFINITY;

  constructor(options: {
    readonly widthDots: number;
    readonly keep: number;
    readonly answer: (bytes: Uint8Array) => void;
    readonly paperEnded: () => void;
  }) {
    this.#widthDots = options.widthDots;
    this.#keep = options.keep;
    this.#answer = options.answer;
    this.#paperEnded = options.paperEnded;
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

  add(act: Act): void {
    this.#acts.push(act);
  }

  print(rows: readonly DotRow[]): void {
    for (const row of rows) this.#acts.push({ act: 'row', row });
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
      if (act.act === 'row' && this.#rowsLeft <= 0) {
        this.#paperEnded();
        break;
      }
      done += 1;
      this.#perform(act);
    }
    this.#acts.splice(0, done);
  }

  #perform(act: Act): void {
    switch (act.act) {
      case 'row':
        this.#rows.push(act.row);
        this.#rowsLeft -= 1;
        if (this.#rows.length >= MAX_ROWS) this.#endSlip(false);
        return;
      case 'text':
        this.#text.push(act.text);
        return;
      case 'cut':
        this.#endSlip(true);
        return;
      case 'tear':
        if (this.#hasInk()) this.#endSlip(false);
        return;
      case 'answer':
        this.#answer(act.bytes());
    }
  }

  #hasInk(): boolean {
    return this.#rows.some((row) => row.includes(1));
  }

  #endSlip(cut: boolean): void {
    this.#slips = [...this.#slips, this.#slip(this.#nextId, cut)].slice(-this.#keep);
    this.#nextId += 1;
    this.#rows = [];
    this.#text = [];
  }

  #slip(id: number, cut: boolean): PaperSlip {
    return new PaperSlip({
      id,
      cut,
      text: this.#text.join('\n'),
      widthDots: this.#widthDots,
      rows: this.#rows,
    });
  }
}
