import { formatRupiah, type Rupiah } from '../../../src/base/rupiah.js';
import type {
  CartLine,
  ChooseScreen,
  Help,
  Screen,
  SetUp,
  ShownProduct,
  Words,
} from '../../../src/base/screen.js';
import { FAULT } from '../../../src/core/fault/table.js';
import { type Language, numberWords } from '../../../src/core/text/spelled-number.js';
import { DISPLAY_PHRASES, ownerLines } from '../phrases.js';
import { type QrPaths, qrPath } from './qr-path.js';

/** A {@link Screen} in the words of the page: amounts written out, the QR as a drawing, codes with their letter. */
export interface View {
  readonly show: Screen['show'] | 'setUp';
  /** `Rp15.000`. Absent where the screen has none. */
  readonly amount?: string;
  /** What stands for "nothing typed yet" is drawn paler. */
  readonly zero?: boolean;
  /** The amount as a person says it, for who asks to see it so. */
  readonly inWords?: Words;
  readonly words?: Words;
  /** That nothing was paid, where that is certain. */
  readonly verdict?: Words;
  readonly notes?: readonly Words[];
  readonly shop?: string;
  readonly terminal?: string;
  /** What the register has to say. */
  readonly lines?: readonly string[];
  readonly orderId?: string;
  /** `No. 000123`: what a customer says on the telephone. */
  readonly short?: string;
  /** Whom to call. */
  readonly contact?: readonly string[];
  /** What opens WhatsApp to write to the shop, as a drawing; or the receipt, where that is said. */
  readonly help?: QrPaths;
  readonly receipt?: true;
  /** The sign, and whose code it is. */
  readonly owner?: readonly string[];
  /** Nothing is wrong: which sign stands there. */
  readonly why?: 'hours' | 'maintenance';
  /** `E` and the number. */
  readonly code?: string;
  readonly qr?: QrPaths;
  /** Milliseconds left at the moment of sending, and of how many. */
  readonly leftMs?: number;
  readonly lifeMs?: number;
  readonly choose?: OfferView;
  /** A picture of the shop's own, below `/picture/`. */
  readonly slide?: { readonly picture: string; readonly choose?: true };
  /** A box that waits for its code. */
  readonly setUp?: SetUp;
}

type Priced<T> = T & { readonly priceText: string };

/** What there is to choose, with each price also in words. */
export interface OfferView
  extends Pick<ChooseScreen, 'groups' | 'page' | 'pages' | 'freeAmount' | 'donation'> {
  readonly products: readonly Priced<ChooseScreen['products'][number]>[];
  readonly cart?: {
    readonly lines: readonly Priced<CartLine>[];
    readonly sum: Rupiah;
    readonly sumText: string;
    readonly revision: string;
  };
  readonly typed?: {
    readonly digits: string;
    readonly product?: Priced<Pick<ShownProduct, 'id' | 'name' | 'price' | 'unavailable'>>;
    readonly amount?: string;
  };
}

/** Why a screen cannot be drawn as it is. The page then says so in the QR's place, with this number. */
export interface Undrawable {
  readonly code: number;
  readonly detail: string;
}

/** As many as an idle {@link Screen} has at most: more would push each other out of sight. */
const MOST_LINES = 4;

/** @param shop stands in for an idle screen without a shop name. */
export function pageView(screen: Screen, shop: string): { readonly view: View; readonly wrong?: Undrawable } {
  return screen.show === 'scan' ? scanView(screen) : { view: plainView(screen, shop) };
}

function plainView(screen: Exclude<Screen, { show: 'scan' }>, shop: string): View {
  switch (screen.show) {
    case 'idle':
      return {
        show: 'idle',
        shop: screen.shop === '' ? shop : screen.shop,
        terminal: screen.terminal,
        ...(screen.lines === undefined ? {} : { lines: screen.lines.slice(0, MOST_LINES) }),
        ...(screen.note === undefined ? {} : { words: screen.note }),
        ...(screen.slide === undefined ? {} : { slide: screen.slide }),
      };
    case 'choose':
      return chooseView(screen, shop);
    case 'entering': {
      const hint = screen.hint ? { words: screen.hint } : {};
      return { ...money('entering', screen.amount), zero: screen.amount === 0, ...hint };
    }
    case 'wait':
      return { ...money('wait', screen.amount), words: screen.words };
    case 'paid':
      return { ...money('paid', screen.amount), ...quotable(screen), notes: screen.notes };
    case 'closed':
      return {
        ...money('closed', screen.amount),
        words: screen.words,
        ...(screen.unsure ? {} : { verdict: DISPLAY_PHRASES.notPaid }),
        ...quotable(screen),
        ...(screen.notes === undefined ? {} : { notes: screen.notes }),
        ...(screen.code === undefined ? {} : { code: `E${screen.code}` }),
      };
    case 'owed':
      return { ...money('owed', screen.amount), ...quotable(screen), words: screen.words };
    case 'outOfService':
      if (screen.setUp !== undefined) return setUpView(screen, screen.setUp);
      return {
        ...{ show: 'outOfService', words: screen.words, ...quotable(screen) },
        ...(screen.code === undefined ? {} : { code: `E${screen.code}` }),
        ...(screen.closed === undefined ? {} : { why: screen.closed.why, shop: screen.closed.shop || shop }),
        ...(screen.notes === undefined ? {} : { notes: screen.notes }),
      };
  }
}

/** Words and number where the last try came to nothing; before that nothing is wrong. */
function setUpView({ words, code }: Extract<Screen, { show: 'outOfService' }>, setUp: SetUp): View {
  const wrong = setUp.remedy === undefined ? {} : { words, code: `E${code}`, notes: [setUp.remedy] };
  return { show: 'setUp', setUp, ...wrong };
}

/** A price beside the number that a touch sends back. */
function priced<T extends { readonly price: Rupiah }>(thing: T): Priced<T> {
  return { ...thing, priceText: formatRupiah(thing.price) };
}

function chooseView(screen: ChooseScreen, shop: string): View {
  const { cart, typed, hint, note, ...rest } = screen;
  const product = typed?.product === undefined ? {} : { product: priced(typed.product) };
  const amount = typed?.amount === undefined ? {} : { amount: formatRupiah(typed.amount) };
  return {
    show: 'choose',
    shop: screen.shop === '' ? shop : screen.shop,
    terminal: screen.terminal,
    ...(hint === undefined ? {} : { words: hint }),
    ...(note === undefined ? {} : { notes: [note] }),
    choose: {
      ...{ groups: rest.groups, products: rest.products.map(priced), page: rest.page, pages: rest.pages },
      ...(rest.freeAmount ? { freeAmount: true } : {}),
      ...(rest.donation === undefined ? {} : { donation: rest.donation }),
      ...(typed === undefined ? {} : { typed: { digits: typed.digits, ...product, ...amount } }),
      ...(cart === undefined
        ? {}
        : { cart: { ...cart, lines: cart.lines.map(priced), sumText: formatRupiah(cart.sum) } }),
    },
  };
}

/** What a customer quotes, and to whom. A link that cannot be drawn is left out: the number stands beside it. */
function quotable(screen: {
  readonly orderId?: string;
  readonly number?: string;
  readonly help?: Help;
  readonly receipt?: string;
}): Partial<View> {
  const { orderId, number, help, receipt } = screen;
  const link = help?.link ?? receipt;
  const drawn = link === undefined ? undefined : qrPath(link);
  return {
    ...(orderId === undefined ? {} : { orderId }),
    ...(number === undefined ? {} : { short: `No. ${number}` }),
    ...(help === undefined ? {} : { contact: help.lines }),
    ...(drawn?.ok ? { help: drawn.value } : {}),
    ...(drawn?.ok && help?.link === undefined ? { receipt: true } : {}),
  };
}

function scanView(screen: Extract<Screen, { show: 'scan' }>): { view: View; wrong?: Undrawable } {
  const view: View = {
    ...money('scan', screen.amount),
    inWords: { id: inWords(screen.amount, 'id'), en: inWords(screen.amount, 'en') },
    orderId: screen.orderId,
    owner: ownerLines(screen),
    notes: screen.notes,
    leftMs: Math.max(0, screen.leftMs),
    lifeMs: screen.lifeMs,
  };
  const drawn = qrPath(screen.payload);
  if (drawn.ok) return { view: { ...view, qr: drawn.value } };
  return {
    view: { ...view, code: `E${FAULT.qrNotDrawable}` },
    wrong: { code: FAULT.qrNotDrawable, detail: drawn.error },
  };
}

function money(show: Screen['show'], amount: Rupiah): View {
  return { show, amount: formatRupiah(amount) };
}

/** `lima belas ribu rupiah` */
function inWords(amount: Rupiah, language: Language): string {
  return `${numberWords(amount, language).join(' ')} rupiah`;
}

/** The same view some time later: less is left of a QR's life. */
export function viewAfter(view: View, elapsedMs: number): View {
  return view.leftMs === undefined ? view : { ...view, leftMs: Math.max(0, view.leftMs - elapsedMs) };
}
