import { printableText } from './fields.js';

/** What our printer takes at once. */
const MOST_LINES = 200;
const MOST_COLUMNS = 80;

/** An attribute that says "so many empty lines", and one bit that says "the last line". */
const FEED = 0xff;
const LAST = 0x80;

/** Lines for our printer as a register sends them: one a command (06 D1), the last of which cuts. */
export class ZvtPrintJob {
  #lines: string[] = [];

  /**
   * @param data an attribute and the text
   * @returns the whole slip, once its last line is there; undefined while more is to come
   */
  add(data: Uint8Array): readonly string[] | undefined {
    const attribute = data[0] ?? 0;
    const text = printableText(data.subarray(1)).slice(0, MOST_COLUMNS);
    const last = attribute > LAST && attribute !== FEED;
    if (attribute === FEED) this.#lines.push(...Array.from({ length: Math.min(data[1] ?? 0, 20) }, () => ''));
    else if (!last || text !== '') this.#lines.push(text);
    if (!last && this.#lines.length < MOST_LINES) return undefined;
    const slip = this.#lines.slice(0, MOST_LINES);
    this.drop();
    return slip;
  }

  /** Half a slip goes with the line that brought it. */
  drop(): void {
    this.#lines = [];
  }
}
