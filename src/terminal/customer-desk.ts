import type { Key } from '../base/key.js';
import type { Screen } from '../base/screen.js';
import type { SoldItem } from '../base/sold-item.js';
import { minuteOfDay } from '../base/time.js';
import type { Wish } from '../base/wish.js';
import type { Catalogue } from '../core/catalogue/catalogue.js';
import {
  type ChooseHint,
  type ChooseOutcome,
  type ChooseView,
  type Choosing,
  isEmpty,
  pressToChoose,
  wishToChoose,
} from '../core/catalogue/choosing.js';
import type { Shelf } from '../core/catalogue/wanted.js';
import type { Sale } from '../core/sale/sale.js';
import { type Entry, type EntryHint, press } from '../core/source/entry.js';
import { chooseFace } from '../core/text/choose-face.js';
import { contactLines } from '../core/text/contact.js';
import { type EndNotice, type FaceState, faceOf } from '../core/text/face.js';
import { PHRASES } from '../core/text/phrases.js';
import type { Display } from '../port/display.js';
import type { CatalogueKeeper } from './catalogue-keeper.js';
import type { TerminalContext } from './context.js';
import type { ReadinessKeeper } from './readiness-keeper.js';
import { receiptOf } from './receipt-of.js';
import type { SaleProcessor, ToPay } from './sale-processor.js';

/** Browsers dial again within 2.5 s of our start; the machine that starts with us may be a slow one. */
const SCREEN_BACK_MS = 10_000;

/** Half an amount that is not gone on with is discarded: the next person's digits would be added to it. */
const ENTRY_MS = 60_000;

/** That there is no amount yet is said so long. */
const HINT_MS = 5_000;

/** An end that says whom to call stays at least so long; any key takes it away. */
const CONTACT_MS = 30_000;

/** Who has not pressed a key for this long has looked up from the pad. */
const LOOKED_UP_MS = 3_000;

/** The side that faces the customer: typing in, screens out. Nothing here is money; all of it may be forgotten. */
export class CustomerDesk {
  readonly #context: TerminalContext;
  readonly #sales: Pick<SaleProcessor, 'open'>;
  readonly #keeper: Pick<ReadinessKeeper, 'judge' | 'paperNote' | 'paperless'>;
  readonly #catalogue: CatalogueKeeper;
  /** Every pad that was ever heard of, and whether keys can come from it now. */
  readonly pads = new Map<string, boolean>();
  #entry: Entry | undefined;
  #hint: EntryHint | undefined;
  /** In the place of an entry, where there is a catalogue. */
  #choosing: Choosing | undefined;
  #chooseHint: ChooseHint | undefined;
  /** Revision of the cart on the face that a screen confirmed last; none where that face had no cart. */
  #seenCart = '';
  #ending: EndNotice | undefined;
  #lines: readonly string[] = [];
  readonly #slideOf: (quietMs: number) => string | undefined;
  /** When somebody was before the screen last. */
  #touchedAtMs = Number.NEGATIVE_INFINITY;
  #stopRest: (() => void) | undefined;
  #stopEntry: (() => void) | undefined;
  /** The pad on which keys of an amount were lost to another sale or a closed shop, and when its last key was pressed. */
  #cut: { readonly pad: string; readonly atMs: number } | undefined;
  /** With what it was made of, or something later that looked the same. */
  #shown:
    | { readonly key: string; readonly confirmed: Promise<boolean>; readonly state: FaceState }
    | undefined;
  readonly #awaiting = new Set<(attached: boolean) => void>();
  readonly #receiptOf = (sale: Sale) => receiptOf(this.#context, sale);

  constructor(
    context: TerminalContext,
    sales: Pick<SaleProcessor, 'open'>,
    keeper: Pick<ReadinessKeeper, 'judge' | 'paperNote' | 'paperless'>,
    catalogue: CatalogueKeeper,
    slideOf: (quietMs: number) => string | undefined = () => undefined,
  ) {
    this.#slideOf = slideOf;
    this.#context = context;
    this.#sales = sales;
    this.#keeper = keeper;
    this.#catalogue = catalogue;
  }

  /** @returns what was typed or chosen, and is confirmed with this key */
  key(pad: string, key: Key): ToPay | undefined {
    this.#touched();
    const { open } = this.#sales;
    if (open !== undefined) {
      const event = { type: 'cancelAsked', by: pad } as const;
      if (key === 'cancel') this.#context.post({ on: 'sale', orderId: open.orderId, event });
      else if (/^\d+$/.test(key)) this.#cutOff(pad);
      return undefined;
    }
    if (this.#isRest(pad, key)) return undefined;
    if (this.#ending !== undefined) {
      this.rest();
      // The key that wakes the screen from an ending may begin an amount, or take back what an ending of another sale has
      // come over; it confirms nothing, because what it would confirm is not to be seen.
      const nothing = this.#entry === undefined && this.#choosing === undefined;
      if (key === 'enter' || (nothing && !/^\d+$/.test(key))) return undefined;
    }
    const { offered } = this.#catalogue;
    if (this.#isShut) {
      // It may open in the middle of an amount, and the rest of it would be another one.
      if (/^\d+$/.test(key)) this.#cutOff(pad);
      return undefined;
    }
    if (offered !== undefined)
      return this.#choose(pad, offered, (view) => pressToChoose(this.#choosing, pad, key, view));
    // Where nothing is typed, there is no entry.
    if (this.#entry !== undefined && this.#entry.amount > 0 && this.#entry.pad !== pad) return undefined;
    const outcome = press(this.#entry, pad, key, this.#context.settings.limits);
    this.#entry = outcome.kind === 'typing' ? outcome.entry : undefined;
    this.#hint = outcome.kind === 'typing' ? outcome.hint : undefined;
    this.#dropAfter(this.#entry === undefined ? undefined : this.#entry.amount === 0 ? HINT_MS : ENTRY_MS);
    return outcome.kind === 'entered' ? { amount: outcome.amount } : undefined;
  }

  /** @returns what was chosen, and is paid with this touch */
  wish(pad: string, wish: Wish): ToPay | undefined {
    this.#touched();
    const { offered } = this.#catalogue;
    // Who touched did not see this sale, or its ending.
    if (offered === undefined || this.#sales.open !== undefined || this.#ending !== undefined || this.#isShut)
      return undefined;
    return this.#choose(pad, offered, (view) => wishToChoose(this.#choosing, pad, wish, view));
  }

  /** Nobody chooses under a sign that says "closed". */
  get #isShut(): boolean {
    const readiness = this.#keeper.judge('keypad');
    return !readiness.ready && readiness.closed !== undefined;
  }

  /** Nobody has paid for what is typed or chosen when it closes: it is forgotten, and the sign is there at once. */
  #leaveWhenShut(): void {
    const begun = this.#entry ?? this.#choosing;
    if (begun !== undefined && this.#sales.open === undefined && this.#isShut) this.#cutOff(begun.pad);
  }

  #choose(pad: string, catalogue: Catalogue, choose: (view: ChooseView) => ChooseOutcome): ToPay | undefined {
    const before = this.#choosing;
    if (before !== undefined && !isEmpty(before) && before.pad !== pad) return undefined;
    const { settings, adapters } = this.#context;
    const refuses = (items: readonly SoldItem[]): string | undefined => {
      const why = this.#catalogue.refuses(items);
      if (why !== undefined) adapters.log.info(`${pad}: not for sale, ${why}`);
      return why;
    };
    const faced = adapters.displays.some((display) => display.attached());
    const seen = faced ? { seen: this.#seenCart } : {};
    const outcome = choose({ catalogue, limits: settings.limits, minute: this.#minute(), refuses, ...seen });
    this.#choosing = outcome.kind === 'choosing' ? { ...outcome.choosing, pad } : undefined;
    this.#chooseHint = outcome.kind === 'chosen' ? undefined : outcome.hint;
    const stays = this.#choosing === undefined ? this.#chooseHint && HINT_MS : ENTRY_MS;
    this.#dropAfter(stays);
    return outcome.kind === 'chosen' ? outcome : undefined;
  }

  #touched(): void {
    this.#touchedAtMs = this.#context.adapters.clock.monoMs();
  }

  /** What can be sold now, and the time of the day. */
  get shelf(): Shelf {
    return { catalogue: this.#catalogue.now, minute: this.#minute() };
  }

  #minute(): number {
    const { adapters, settings } = this.#context;
    return minuteOfDay(adapters.clock.wallMs(), settings.head.zone ?? 'WIB');
  }

  #dropAfter(ms: number | undefined): void {
    this.#stopEntry?.();
    this.#stopEntry =
      ms === undefined
        ? undefined
        : this.#context.adapters.timers.after(ms, () =>
            this.#context.post({ on: 'command', run: () => this.#dropEntry() }),
          );
  }

  /**
   * Law 13: the rest of an amount whose other keys another sale or a closed shop has swallowed is no amount either, and a
   * cashier who does not look at the screen types it to the end. It is over with its last key, or when nothing is pressed
   * for a while.
   */
  #isRest(pad: string, key: Key): boolean {
    if (this.#cut?.pad !== pad) return false;
    const atMs = this.#context.adapters.clock.monoMs();
    const goesOn = atMs - this.#cut.atMs < LOOKED_UP_MS;
    const ends = key === 'enter' || key === 'clear' || key === 'cancel';
    this.#cut = goesOn && !ends ? { pad, atMs } : undefined;
    return goesOn;
  }

  #cutOff(pad: string): void {
    this.#cut = { pad, atMs: this.#context.adapters.clock.monoMs() };
    this.#dropEntry();
  }

  #dropEntry(): void {
    this.#entry = undefined;
    this.#hint = undefined;
    this.#choosing = undefined;
    this.#chooseHint = undefined;
  }

  /** Nobody is in the middle of choosing: what is shown to the next customer may change. */
  get idle(): boolean {
    return this.#choosing === undefined;
  }

  /** Law 13: a pad that goes away takes its half amount with it. */
  pad(pad: string, present: boolean): void {
    this.pads.set(pad, present);
    if (present || (this.#entry ?? this.#choosing)?.pad !== pad) return;
    const what = this.#entry === undefined ? 'what was chosen' : 'the amount';
    this.#context.adapters.log.info(`${pad} went away in mid-entry: ${what} is discarded`);
    this.#dropEntry();
  }

  /** What a register wants shown while no sale is open; none takes it away. */
  setLines(lines: readonly string[]): void {
    this.#lines = lines;
  }

  /** Another sale occupies the terminal. */
  forgetEntry(): void {
    const begun = this.#entry ?? this.#choosing;
    if (begun !== undefined) this.#cutOff(begun.pad);
    this.#dropEntry();
    this.#ending = undefined;
  }

  end(ending: EndNotice): void {
    this.#touched();
    this.#ending = ending;
    this.#stopRest?.();
    const { paidMs, head } = this.#context.settings;
    // Whom to call is written down, or scanned.
    const toldMs = Math.max(2 * paidMs, contactLines(head.contact ?? {}).length > 0 ? CONTACT_MS : 0);
    const stayMs = ending.end === 'paid' ? this.#paidMs() : ending.end === 'owed' ? 60_000 : toldMs;
    this.#stopRest = this.#context.adapters.timers.after(stayMs, () => this.#context.post({ on: 'rest' }));
  }

  /** A code has to be scanned. */
  #paidMs(): number {
    const { paidMs, receipt } = this.#context.settings;
    return receipt === undefined || !this.#showsReceipts ? paidMs : Math.max(paidMs, receipt.stayMs);
  }

  get #showsReceipts(): boolean {
    const { settings, adapters } = this.#context;
    if (settings.receipt === undefined || adapters.receipts === undefined) return false;
    const notPrinted = this.#ending?.end === 'paid' && this.#ending.receipt === 'failed';
    return settings.receipt.when === 'always' || this.#keeper.paperless || notPrinted;
  }

  get ending(): EndNotice | undefined {
    return this.#ending;
  }

  rest(): void {
    this.#touched();
    this.#stopRest?.();
    this.#ending = undefined;
  }

  face(): Screen {
    return faceOf(this.#faceState());
  }

  #faceState(): FaceState {
    const { settings, adapters } = this.#context;
    return {
      shop: settings.shop,
      terminal: settings.terminalId,
      contact: settings.head.contact,
      zone: settings.head.zone,
      paperless: this.#keeper.paperless,
      receiptOf: this.#showsReceipts ? this.#receiptOf : undefined,
      sale: this.#sales.open,
      entry: this.#entry,
      hint: this.#hint === undefined ? undefined : PHRASES[this.#hint],
      ending: this.#ending,
      readiness: this.#keeper.judge(),
      lines: this.#lines,
      slide: this.#slideOf(adapters.clock.monoMs() - this.#touchedAtMs),
      choose: this.#chooseScreen(),
      thanks: this.#catalogue.now?.donation !== undefined,
      note: this.#keeper.paperNote(),
      qrLifeMs: settings.rules.qrLifeMs,
      nowWallMs: adapters.clock.wallMs(),
      clock: settings.head,
      registerSells: this.#lines.length > 0 && this.#keeper.judge('register').ready,
    };
  }

  #chooseScreen(): FaceState['choose'] {
    const catalogue = this.#catalogue.offered;
    if (catalogue === undefined) return undefined;
    const { settings } = this.#context;
    const choosing = this.#choosing;
    return {
      // What stands there already is seen to its end.
      begun: choosing !== undefined && !isEmpty(choosing),
      nothing: catalogue.products.length === 0 && !catalogue.freeAmount,
      screen: () =>
        chooseFace({
          ...{ shop: settings.shop, terminal: settings.terminalId },
          ...{ catalogue, choosing, hint: this.#chooseHint, minute: this.#minute() },
          pictureOf: (path) => this.#context.adapters.pictures?.nameOf(path),
          note: this.#keeper.paperNote(),
        }),
      touched: choosing !== undefined || this.#chooseHint !== undefined,
    };
  }

  /** Brings the screens up to date. @returns whether a customer's screen confirmed what should be seen now */
  refresh(): Promise<boolean> {
    this.#leaveWhenShut();
    const state = this.#faceState();
    const shown = this.#shown;
    if (shown !== undefined && looksTheSame(shown.state, state)) return shown.confirmed;
    const screen = faceOf(state);
    const key = keyOf(screen);
    if (shown?.key === key) {
      this.#shown = { ...shown, state };
      return shown.confirmed;
    }
    // A screen that no customer has in front of them is told all the same, but not waited for.
    const told = this.#context.adapters.displays.map((display) => {
      const seen = display.show(screen);
      return counts(display, screen) ? seen : Promise.resolve(false);
    });
    const confirmed = anyTrue(told);
    this.#shown = { key, confirmed, state };
    const cart = screen.show === 'choose' ? (screen.cart?.revision ?? '') : '';
    const seen = confirmed.then((yes) => {
      if (yes && this.#shown?.confirmed === confirmed) this.#seenCart = cart;
      return yes;
    });
    this.#context.endOnRejection(seen);
    return confirmed;
  }

  /**
   * Shows it once more, as soon as a screen is attached. After a restart open sales are taken up before browsers are back.
   * @returns whether a customer's screen confirmed it; false when none is attached within {@link SCREEN_BACK_MS}
   */
  async refreshWhenAttached(): Promise<boolean> {
    // There is no waiting for a screen to come back that could not show it.
    const screen = this.face();
    if (!this.#context.adapters.displays.some((display) => suits(display, screen))) return false;
    if (!this.#attached() && !(await this.#attachedInTime())) return false;
    this.#shown = undefined;
    return this.refresh();
  }

  screensChanged(): void {
    if (this.#attached()) for (const tell of this.#awaiting) tell(true);
  }

  #attached(): boolean {
    const screen = this.face();
    return this.#context.adapters.displays.some((display) => counts(display, screen));
  }

  #attachedInTime(): Promise<boolean> {
    return new Promise((resolve) => {
      const tell = (attached: boolean): void => {
        late();
        this.#awaiting.delete(tell);
        resolve(attached);
      };
      const late = this.#context.adapters.timers.after(SCREEN_BACK_MS, () => tell(false));
      this.#awaiting.add(tell);
    });
  }

  stop(): void {
    this.#stopRest?.();
    this.#stopEntry?.();
    for (const tell of this.#awaiting) tell(false);
  }
}

/** Law 9: a code on a screen that cannot show codes is not in front of anybody, however well it took the rest. */
function counts(display: Display, screen: Screen): boolean {
  return display.attached() && suits(display, screen);
}

function suits(display: Display, screen: Screen): boolean {
  return screen.show !== 'scan' || display.canShowQr;
}

/**
 * Whether that is known without drawing: the terminal refreshes after each event, and most change nothing to be seen. Where
 * customers choose, `choose` is another one each time, and all is drawn.
 */
function looksTheSame(before: FaceState, now: FaceState): boolean {
  for (const name in now) {
    const field = name as keyof FaceState;
    if (field !== 'nowWallMs' && field !== 'note' && before[field] !== now[field]) return false;
  }
  return before.note?.en === now.note?.en;
}

/** The same for screens that look the same. A countdown that went on is no new one: displays count down by themselves. */
function keyOf(screen: Screen): string {
  switch (screen.show) {
    case 'idle':
      return `idle ${screen.lines?.join('\n') ?? ''} ${screen.note?.en ?? ''} ${screen.slide?.picture ?? ''}`;
    case 'scan':
      return `scan ${screen.orderId} ${screen.payload} ${screen.notes.map(({ en }) => en).join()}`;
    default:
      return JSON.stringify(screen);
  }
}

/** True with the first that is, without waiting for the rest; false when none is. */
function anyTrue(all: readonly Promise<boolean>[]): Promise<boolean> {
  return new Promise((resolve, reject) => {
    for (const one of all) one.then((value) => value && resolve(true), reject);
    Promise.all(all).then((values) => resolve(values.includes(true)), reject);
  });
}
