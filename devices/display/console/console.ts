import { type Fault, temporary } from '../../../src/base/fault.js';
import { err, ok, type Result } from '../../../src/base/result.js';
import type { Screen } from '../../../src/base/screen.js';
import { FAULT } from '../../../src/core/fault/table.js';
import type { ScreenWords } from '../../kit/device.js';
import type { Tools } from '../../kit/tools.js';
import type { Surface } from '../screen-display.js';
import { type ConsolePage, consoleTestPage, countdownLine, pageOf } from './page.js';
import { TerminalFile } from './terminal-file.js';

export interface ConsoleOptions extends Pick<Tools, 'timers' | 'log'> {
  /** `/dev/pts/0`, `/dev/tty1` */
  readonly device: string;
  readonly faces: 'customer' | 'technician';
  readonly style: ScreenWords;
}

const LOOK_EVERY_MS = 2_000;

/** Home, clear, no cursor. */
const CLEAR = '\x1b[?25l\x1b[0m\x1b[2J\x1b[H';
/** The last lines stay; the user who logs in next has a cursor. */
const LEAVE = '\x1b[0m\x1b[?25h\r\n';
const REST_OF_LINE = '\x1b[K';

/** A text terminal as a screen: words in both languages, and the code out of half blocks. */
export class ConsoleSurface implements Surface {
  readonly name: string;
  readonly canShowQr = true;
  readonly faces: 'customer' | 'technician';
  readonly #options: ConsoleOptions;
  #file: TerminalFile | undefined;
  #countdownAt: number | undefined;
  #on: (attached: boolean) => void = () => undefined;
  #cancelLook: () => void = () => undefined;
  /** Why it is not open. */
  #trouble: Fault | undefined;

  constructor(options: ConsoleOptions) {
    this.#options = options;
    this.name = `console ${options.device}`;
    this.faces = options.faces;
  }

  async start(on: (attached: boolean) => void): Promise<void> {
    this.#on = on;
    this.#look();
  }

  async draw(screen: Screen): Promise<boolean> {
    const page = pageOf(screen, this.#options.style);
    if (page.wrong !== undefined) this.#options.log.error(`E${FAULT.qrNotDrawable} ${page.wrong}`);
    const drawn = await this.#put(page);
    return drawn && page.wrong === undefined && !this.#tooSmall(page);
  }

  async tick(screen: Extract<Screen, { show: 'scan' }>): Promise<void> {
    if (this.#countdownAt === undefined) return;
    await this.#write(`\x1b[${this.#countdownAt + 1};1H${countdownLine(screen)}${REST_OF_LINE}`);
  }

  async test(): Promise<Result<readonly string[], Fault>> {
    const page = consoleTestPage();
    if (!(await this.#put(page)))
      return err(this.#trouble ?? temporary(FAULT.consoleMissing, `${this.name} is not open`));
    const size = this.#file?.size();
    const { columns = 0, rows = 0 } = page.needs ?? {};
    const is = size === undefined ? 'does not say its size' : `${size.columns}x${size.rows}`;
    return ok([
      `${this.name}, ${is}; this code takes ${columns}x${rows}, that of a sale about 65x35`,
      'no gaps between the lines of the code; a phone reads it as text',
    ]);
  }

  async stop(): Promise<void> {
    this.#cancelLook();
    await this.#file?.write(LEAVE);
    this.#close();
  }

  async #put(page: ConsolePage): Promise<boolean> {
    this.#countdownAt = page.countdownAt;
    const drawn = await this.#write(`${CLEAR}${page.lines.join('\r\n')}\r\n`);
    if (drawn && this.#tooSmall(page)) {
      const { columns, rows } = page.needs ?? { columns: 0, rows: 0 };
      this.#options.log.warn(
        `E${FAULT.qrNotDrawable} ${this.name} is too small: the code takes ${columns} columns, ${rows} rows`,
      );
    }
    return drawn;
  }

  #tooSmall({ needs }: ConsolePage): boolean {
    const size = needs === undefined ? undefined : this.#file?.size();
    return (
      size !== undefined && needs !== undefined && (size.columns < needs.columns || size.rows <= needs.rows)
    );
  }

  async #write(text: string): Promise<boolean> {
    const file = this.#file;
    const fault = await file?.write(text);
    if (fault !== undefined) this.#lose(fault);
    return file !== undefined && fault === undefined;
  }

  #look(): void {
    const { device, timers, log } = this.#options;
    this.#cancelLook = timers.after(LOOK_EVERY_MS, () => this.#look());
    if (this.#file !== undefined) {
      const fault = this.#file.changed();
      if (fault !== undefined) this.#lose(fault);
      return;
    }
    const opened = TerminalFile.open(device, timers);
    if (!opened.ok) return this.#say(opened.error);
    this.#file = opened.value;
    this.#trouble = undefined;
    log.info(`${this.name} open`);
    this.#on(true);
  }

  #lose(fault: Fault): void {
    if (this.#file === undefined) return;
    this.#say(fault);
    this.#close();
    this.#on(false);
  }

  #close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  /** Each trouble once, until it is another one. */
  #say(fault: Fault): void {
    const { code, detail } = fault;
    if (this.#trouble?.code !== code || this.#trouble.detail !== detail)
      this.#options.log.warn(`E${code} ${detail}`);
    this.#trouble = fault;
  }
}
