import { type Fault, messageOf, refused, temporary } from '../../../src/base/fault.js';
import { err, ok, type Result } from '../../../src/base/result.js';
import type { Screen } from '../../../src/base/screen.js';
import { FAULT } from '../../../src/core/fault/table.js';
import type { ScreenWords } from '../../kit/device.js';
import type { Tools } from '../../kit/tools.js';
import type { Surface } from '../screen-display.js';
import { Canvas, type Rotation, type Span } from './canvas.js';
import { type Fonts, readFonts } from './fonts.js';
import { Painter, type Stroke } from './painter.js';
import { Panel, type PanelPlace } from './panel.js';
import { rasterOf } from './picture.js';
import { allWords, missingGlyphs, tryToDraw } from './self-test.js';

export interface FramebufferOptions extends ScreenWords, Pick<Tools, 'timers' | 'log'> {
  readonly place: PanelPlace;
  readonly rotation: Rotation;
  /** Red and blue are the other way round in this panel. */
  readonly swapRedBlue: boolean;
}

/** How soon a screen that was plugged in again is used. */
const LOOK_EVERY_MS = 2_000;
/** How soon a screen that is gone, or something that the kernel's console has written over it, is noticed. */
const WATCH_EVERY_MS = 5_000;

interface Open {
  readonly panel: Panel;
  readonly canvas: Canvas;
}

/** A Linux framebuffer as a screen for customers. */
export class FramebufferSurface implements Surface {
  readonly name: string;
  readonly canShowQr = true;
  readonly faces = 'customer';
  readonly #options: FramebufferOptions;
  #painter: Painter | undefined;
  #open: Open | undefined;
  #on: (attached: boolean) => void = () => undefined;
  #cancelWatch: () => void = () => undefined;
  #watching: Promise<void> = Promise.resolve();
  #stopped = false;
  /** Why it is not open. */
  #trouble: Fault | undefined;

  constructor(options: FramebufferOptions) {
    this.#options = options;
    this.name = options.place.device;
  }

  async start(on: (attached: boolean) => void): Promise<void> {
    this.#on = on;
    this.#stopped = false;
    const fonts = await this.#prepare();
    if (fonts === undefined) return;
    const { language, shop, pictures, log } = this.#options;
    const where = pictures === undefined ? {} : { pictures };
    this.#painter = new Painter({ language, shop, fonts, ...where }, ({ code, detail }) => {
      log.warn(`E${code} ${detail}`);
    });
    await this.#look();
  }

  async draw(screen: Screen): Promise<boolean> {
    const open = this.#open;
    const painter = this.#painter;
    if (open === undefined || painter === undefined) return false;
    const stroke = await this.#drawn(() => painter.paint(open.canvas, screen));
    if (stroke === undefined) return false;
    const { wrong } = stroke;
    if (wrong !== undefined) this.#options.log.error(`E${wrong.code} ${wrong.detail}`);
    // Shown, with a number in the code's place; but what was asked for is not seen.
    return (await this.#put(open, stroke.span)) && wrong === undefined;
  }

  async tick(screen: Extract<Screen, { show: 'scan' }>): Promise<void> {
    const open = this.#open;
    const span = open && this.#painter?.tick(open.canvas, screen.leftMs);
    if (open !== undefined && span !== undefined) await this.#put(open, span);
  }

  async test(): Promise<Result<readonly string[], Fault>> {
    const open = this.#open;
    const painter = this.#painter;
    const gone = (detail: string) => err(temporary(FAULT.framebufferMissing, detail));
    if (open === undefined || painter === undefined)
      return this.#trouble === undefined ? gone(`${this.name} is not open`) : err(this.#trouble);
    const { width, height, bitsPerPixel, stride } = open.canvas.geometry;
    const { rotation } = this.#options;
    const facts = [
      this.name,
      `${width}x${height}${rotation === 0 ? '' : `, ${rotation}°`}`,
      `${bitsPerPixel === 16 ? 'RGB565' : 'XRGB8888'}, ${stride} bytes a row`,
    ];
    const stroke = await this.#drawn(() => painter.test(open.canvas, facts));
    if (stroke === undefined || !(await this.#put(open, stroke.span)))
      return gone(`${this.name} took no picture`);
    return ok([
      facts.join(', '),
      'a thin red frame at all four edges; bars red, green, blue, white in this order; greys from black to white',
      'a code that a phone reads as text; both languages upright',
      'colours swapped: framebuffer.swap_red_blue; lying on its side: framebuffer.rotate',
    ]);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelWatch();
    await this.#watching;
    await this.#close();
  }

  /** Fonts and library, tried before the first customer needs them. */
  async #prepare(): Promise<Fonts | undefined> {
    const { log, shop } = this.#options;
    const fonts = await readFonts();
    if (!fonts.ok) {
      this.#say(fonts.error);
      return undefined;
    }
    const missing = missingGlyphs(fonts.value, [...allWords(), shop]);
    if (missing.length > 0)
      log.warn(
        `E${FAULT.framebufferLetters} the font of the screen has no sign for ${missing.join(' ')}: a box is shown instead`,
      );
    try {
      const wrong = await tryToDraw(fonts.value, rasterOf);
      if (wrong === undefined) return fonts.value;
      this.#say(refused(FAULT.framebufferText, wrong));
    } catch (thrown) {
      this.#say(refused(FAULT.framebufferText, `nothing can be drawn: ${messageOf(thrown)}`));
    }
    return undefined;
  }

  async #look(): Promise<void> {
    const opened = await Panel.open(this.#options.place);
    if (this.#stopped && opened.ok) await opened.value.close();
    if (this.#stopped) return;
    if (!opened.ok) {
      this.#say(opened.error);
      this.#again(LOOK_EVERY_MS, () => this.#look());
      return;
    }
    const panel = opened.value;
    const { rotation, swapRedBlue, log } = this.#options;
    this.#open = { panel, canvas: new Canvas(panel.geometry, rotation, swapRedBlue) };
    this.#trouble = undefined;
    const { width, height, bitsPerPixel, stride } = panel.geometry;
    log.info(`${this.name} open, ${width}x${height}, ${bitsPerPixel} bits a pixel, ${stride} bytes a row`);
    this.#again(WATCH_EVERY_MS, () => this.#watch());
    this.#on(true);
  }

  /** Is it still there; and whatever else has been written into it is painted over. */
  async #watch(): Promise<void> {
    const open = this.#open;
    if (open === undefined) return this.#look();
    const fault = (await open.panel.changed()) ?? (await open.panel.write(open.canvas.all));
    if (fault !== undefined) return this.#lose(open, fault);
    this.#again(WATCH_EVERY_MS, () => this.#watch());
  }

  #again(afterMs: number, run: () => Promise<void>): void {
    this.#cancelWatch();
    if (this.#stopped) return;
    this.#cancelWatch = this.#options.timers.after(afterMs, () => {
      this.#watching = run();
    });
  }

  async #drawn(work: () => Promise<Stroke>): Promise<Stroke | undefined> {
    try {
      return await work();
    } catch (thrown) {
      this.#options.log.error(
        `E${FAULT.framebufferText} the screen could not be drawn: ${messageOf(thrown)}`,
      );
      return undefined;
    }
  }

  async #put(open: Open, span: Span): Promise<boolean> {
    const fault = await open.panel.write(span);
    if (fault !== undefined) await this.#lose(open, fault);
    return fault === undefined && this.#open === open;
  }

  /** Two may notice it at the same time. */
  async #lose(open: Open, fault: Fault): Promise<void> {
    if (this.#open !== open) return;
    this.#say(fault);
    await this.#close();
    this.#on(false);
    this.#again(LOOK_EVERY_MS, () => this.#look());
  }

  async #close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    const trouble = await open?.panel.close();
    if (trouble !== undefined) this.#options.log.debug(`${this.name} closed: ${trouble}`);
  }

  /** Each trouble once, until it is another one. */
  #say(fault: Fault): void {
    const { code, detail } = fault;
    if (this.#trouble?.code !== code || this.#trouble.detail !== detail)
      this.#options.log.warn(`E${code} ${detail}`);
    this.#trouble = fault;
  }
}
