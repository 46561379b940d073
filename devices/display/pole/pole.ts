import { type Fault, temporary } from '../../../src/base/fault.js';
import { err, ok, type Result } from '../../../src/base/result.js';
import type { Screen } from '../../../src/base/screen.js';
import { FAULT } from '../../../src/core/fault/table.js';
import type { Line } from '../../kit/line.js';
import type { Tools } from '../../kit/tools.js';
import type { Surface } from '../screen-display.js';
import type { Brightness, Dialect, TwoLines } from './dialect.js';
import { type PoleStyle, pagesOf } from './pages.js';

export interface PoleOptions extends Pick<Tools, 'timers' | 'log'> {
  readonly line: Line;
  readonly dialect: Dialect;
  readonly brightness: Brightness;
  readonly style: PoleStyle;
}

/** Twenty characters twice are read in less; a slow reader gets the page again. */
const PAGE_MS = 2_500;

const TEST_PAGES: readonly TwoLines[] = [
  { upper: '12345678901234567890', lower: 'GOPAY-POS TEST PAGE ' },
  { upper: 'ABCDEFGHIJKLMNOPQRST', lower: 'UVWXYZ abcdefghijklm' },
  { upper: 'nopqrstuvwxyz 012345', lower: '6789 .,:;!?/-+*()#&%' },
  { upper: 'BUKAN PEMBAYARAN    ', lower: 'NOT A PAYMENT       ' },
];

/**
 * A pole of two lines on a serial line. It never answers: bytes that have left are all that anybody knows. It shows no
 * QR, so what it says of a sale that is to be paid is a note beside the paper or the screen that has the code.
 */
export class PoleSurface implements Surface {
  readonly name: string;
  readonly canShowQr = false;
  readonly faces = 'customer';
  readonly #options: PoleOptions;
  #open = false;
  #cancelPage: () => void = () => undefined;

  constructor(options: PoleOptions) {
    this.#options = options;
    this.name = `pole ${options.line.name}`;
  }

  async start(on: (attached: boolean) => void): Promise<void> {
    const { line, dialect, brightness, log } = this.#options;
    line.start((event) => {
      if (event.kind === 'open') {
        this.#open = true;
        // The writes of a line keep their order: what is drawn now comes after it.
        void line.write(dialect.start(brightness)).then((sent) => {
          if (!sent) log.warn(`E${FAULT.poleMissing} ${this.name}: it took no bytes`);
        });
        on(true);
      } else if (event.kind === 'gone') {
        this.#open = false;
        this.#cancelPage();
        log.warn(`E${FAULT.poleMissing} ${this.name} (${event.cause}): ${event.why}`);
        on(false);
      }
    });
  }

  async draw(screen: Screen): Promise<boolean> {
    return this.#turn(pagesOf(screen, this.#options.style), 0);
  }

  async tick(screen: Extract<Screen, { show: 'scan' }>): Promise<void> {
    if (this.#options.style.countdown) await this.draw(screen);
  }

  async test(): Promise<Result<readonly string[], Fault>> {
    const { dialect } = this.#options;
    if (await this.#turn(TEST_PAGES, 0))
      return ok([
        `${this.name}, ${dialect.name}, ${TEST_PAGES.length} pages in turn`,
        'both lines full from the first place to the twentieth; every letter as a letter',
        'nothing, or signs like [QA: the other pole.dialect, or its DIP switches',
      ]);
    return err(temporary(FAULT.poleMissing, `${this.name} is not open, or takes no bytes`));
  }

  async stop(): Promise<void> {
    this.#cancelPage();
    this.#open = false;
    await this.#options.line.stop();
  }

  /** Shows one page, and the others after it for as long as nothing else is drawn. */
  async #turn(pages: readonly TwoLines[], index: number): Promise<boolean> {
    const { line, dialect, timers } = this.#options;
    this.#cancelPage();
    const page = pages[index];
    if (!this.#open || page === undefined) return false;
    if (pages.length > 1)
      this.#cancelPage = timers.after(PAGE_MS, () => {
        void this.#turn(pages, (index + 1) % pages.length);
      });
    return line.write(dialect.show(page));
  }
}
