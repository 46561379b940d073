import { rupiah } from '../../src/base/rupiah.js';
import type { ChooseScreen, ShownProduct } from '../../src/base/screen.js';
import { PHRASES } from '../../src/core/text/phrases.js';

/** Name in both languages, price, group, and the drawing that stands for a photograph. */
const MENU = [
  ['Kopi susu gula aren', 'Palm sugar latte', 18_000, 'glass', '#b98552'],
  ['Kopi hitam', 'Black coffee', 10_000, 'cup', '#3b2417'],
  ['Teh tarik', 'Pulled tea', 12_000, 'glass', '#d99a5b'],
  ['Es jeruk', 'Iced orange', 14_000, 'glass', '#f6a821'],
  ['Roti bakar cokelat keju', 'Toast, chocolate and cheese', 18_000, 'toast', '#c58742'],
  ['Mi goreng telur', 'Fried noodles with egg', 22_000, 'bowl', '#e0a338'],
  ['Nasi goreng kampung', 'Village fried rice', 25_000, 'bowl', '#c4682f'],
  ['Donat gula', 'Sugar doughnut', 8_000, 'ring', '#d9a066'],
  ['Air mineral', 'Mineral water', 5_000, 'bottle', '#6db6dd'],
  ['Cokelat panas', 'Hot chocolate', 16_000, 'cup', '#6b4128'],
  ['Jus alpukat', 'Avocado juice', 17_000, 'glass', '#8db255'],
  ['Teh botol', 'Bottled tea', 7_000, 'bottle', '#8a4b22'],
] as const;

/** How the drawings are named that {@link drawnProduct} makes. */
export const DRAWINGS: readonly { readonly file: string; readonly svg: string }[] = MENU.map(
  ([, , , shape, color], i) => ({ file: pictureName(i), svg: drawnProduct(shape, color, i) }),
);

/** As the cache of pictures calls its files. */
function pictureName(at: number): string {
  return `${String(at).padStart(24, '0')}.jpg`;
}

/** @param pictures whether each has one, of {@link DRAWINGS} */
export function menu(pictures = false): ShownProduct[] {
  return MENU.map(([id, en, price], i) => ({
    ...{ number: i + 1, id: `p${i + 1}`, name: { id, en }, price: rupiah(price) },
    ...(pictures ? { picture: pictureName(i) } : {}),
  }));
}

/** Of a cart, as the terminal says it. */
const REVISION = 'c0ffee01';

const GROUPS = [
  { id: 'Minuman', name: { id: 'Minuman', en: 'Drinks' } },
  { id: 'Makanan', name: { id: 'Makanan', en: 'Food' } },
] as const;

/** Products, groups, a second page, a sold-out one, and three lines in the cart. */
export function choosing(products: readonly ShownProduct[]): ChooseScreen {
  const chosen = [products[0], products[4], products[1]].filter((one) => one !== undefined);
  const lines = chosen.map(({ id, name, price }, i) => ({ id, name, price, quantity: i === 0 ? 2 : 1 }));
  return {
    ...{ show: 'choose', shop: 'Kopi Nusantara', terminal: 'KASIR1' },
    groups: GROUPS,
    products: products.map((product, i) => {
      const line = lines.find(({ id }) => id === product.id);
      return {
        ...product,
        ...(i === 3 ? { unavailable: PHRASES.soldOut } : {}),
        ...(line === undefined ? {} : { inCart: line.quantity }),
      };
    }),
    ...{ page: 1, pages: 3 },
    cart: { lines, sum: sumOf(lines), revision: REVISION },
    freeAmount: true,
  };
}

function sumOf(lines: readonly { price: number; quantity: number }[]) {
  return rupiah(lines.reduce((sum, { price, quantity }) => sum + price * quantity, 0));
}

const LONG = {
  id: 'Nasi goreng kampung spesial telur mata sapi pedas',
  en: 'Special village fried rice with a hot fried egg',
};

/** The cart as full as it gets, of names as long as they get. */
export function fullCart(products: readonly ShownProduct[]): ChooseScreen {
  const lines = Array.from({ length: 20 }, (_, i) => {
    return { id: `long${i}`, name: LONG, price: rupiah(25_000), quantity: i === 19 ? 99 : 1 };
  });
  return { ...choosing(products), cart: { lines, sum: sumOf(lines), revision: REVISION } };
}

const CHOICE = choosing(menu());
const { cart: _, freeAmount: __, ...ALONE } = CHOICE;
const PER_SMALL_PAGE = 6;

/** As a terminal says them, each without pictures. */
export const CHOOSE_SCREENS = {
  begins: { ...CHOICE, cart: { lines: [], sum: rupiah(0), revision: REVISION } },
  chosen: CHOICE,
  small: choosing(menu().slice(0, PER_SMALL_PAGE)),
  full: fullCart(menu().slice(0, PER_SMALL_PAGE)),
  long: {
    ...ALONE,
    groups: [],
    products: menu()
      .slice(0, PER_SMALL_PAGE)
      .map((product) => ({ ...product, name: LONG, price: rupiah(10_000_000), number: 500 })),
  },
  typed: {
    ...CHOICE,
    typed: {
      digits: '5',
      product: { id: 'p5', name: { id: MENU[4][0], en: MENU[4][1] }, price: rupiah(18_000) },
    },
  },
  amount: { ...CHOICE, typed: { digits: '25000', amount: rupiah(25_000) } },
  told: {
    ...CHOICE,
    hint: PHRASES.payFirst,
    note: { id: 'E407 Printer tidak terhubung.', en: 'E407 Printer cannot be reached.' },
  },
  donation: {
    ...ALONE,
    groups: [],
    ...{ page: 1, pages: 1 },
    products: [5_000, 10_000, 20_000, 50_000, 100_000, 250_000].map((price, i) => ({
      ...{
        number: i + 1,
        id: `donation-${price}`,
        name: { id: 'Donasi', en: 'Donation' },
        price: rupiah(price),
      },
    })),
    freeAmount: true,
    donation: { purpose: { id: 'Untuk pembangunan masjid', en: 'For building the mosque' } },
  },
} as const satisfies Readonly<Record<string, ChooseScreen>>;

/** A drawing of what the shop would photograph, on a ground of its own. */
function drawnProduct(shape: (typeof MENU)[number][3], color: string, at: number): string {
  const grounds = ['#fbe9d2', '#e7f0ea', '#e3edf5', '#f6e4e0', '#f2ecd9', '#e9e6f3'];
  const shapes = {
    cup: `<path d="M110 190h150v70a60 60 0 0 1-60 60h-30a60 60 0 0 1-60-60z" fill="#fff"/><path d="M260 210h20a28 28 0 0 1 0 56h-22" fill="none" stroke="#fff" stroke-width="18"/><ellipse cx="185" cy="192" rx="75" ry="18" fill="${color}"/><ellipse cx="185" cy="336" rx="110" ry="14" fill="#fff" opacity=".8"/><path d="M155 150c-14-24 14-34 0-58m36 58c-14-24 14-34 0-58m36 58c-14-24 14-34 0-58" fill="none" stroke="#fff" stroke-width="8" stroke-linecap="round"/>`,
    glass: `<path d="m125 110 20 230h110l20-230z" fill="#fff" opacity=".75"/><path d="m133 170 14 160h106l14-160z" fill="${color}"/><path d="m133 170 5 50h124l5-50z" fill="#fff" opacity=".35"/><rect x="160" y="185" width="44" height="44" rx="8" fill="#fff" opacity=".55" transform="rotate(12 180 207)"/><rect x="208" y="200" width="40" height="40" rx="8" fill="#fff" opacity=".45" transform="rotate(-16 228 220)"/><path d="m215 200 26-140 40-14" fill="none" stroke="#0a7a45" stroke-width="12" stroke-linecap="round" stroke-linejoin="round"/>`,
    toast: `<path d="M95 160c-20-50 60-70 105-70s125 20 105 70c-4 10-15 16-15 26v130H110V186c0-10-11-16-15-26z" fill="${color}"/><path d="M118 165c-10-34 44-50 82-50s92 16 82 50c-4 9-14 14-14 24v104H132V189c0-10-10-15-14-24z" fill="#f7d9a0"/><path d="M140 200c30-24 40 30 70 4s36 20 56 0M140 250c30-24 40 30 70 4s36 20 56 0" fill="none" stroke="#5a3216" stroke-width="14" stroke-linecap="round"/>`,
    bowl: `<path d="M85 205c20-60 210-60 230 0z" fill="${color}"/><circle cx="235" cy="175" r="34" fill="#fff"/><circle cx="237" cy="173" r="15" fill="#f6a821"/><path d="M120 190c20-24 40 14 60-10m-40-14c16-16 34 10 50-6" fill="none" stroke="#fff" stroke-width="7" opacity=".6" stroke-linecap="round"/><path d="M70 205h260c0 70-50 120-90 125v14h-80v-14c-40-5-90-55-90-125z" fill="#b3261e"/><path d="M88 240h224" stroke="#fff" stroke-width="10" opacity=".6"/>`,
    ring: `<ellipse cx="200" cy="215" rx="120" ry="112" fill="${color}"/><path d="M84 205c0-70 60-104 116-104s116 34 116 104c-20 26-40-6-58 10s-40 8-58-4-40 18-58 4-38 16-58-10z" fill="#f7c9d4"/><ellipse cx="200" cy="205" rx="40" ry="34" fill="#fbe9d2"/><path d="m130 165 16 10m50-50 4 16m66 10-12 12m-30-34 12 10m-96 6 12-8" stroke="#00607c" stroke-width="8" stroke-linecap="round"/>`,
    bottle: `<rect x="176" y="58" width="48" height="34" rx="8" fill="#00607c"/><path d="M180 92h40v36c0 20 36 26 36 66v130a22 22 0 0 1-22 22h-68a22 22 0 0 1-22-22V194c0-40 36-46 36-66z" fill="${color}"/><rect x="144" y="210" width="112" height="74" fill="#fff"/><path d="M158 236h84m-84 22h56" stroke="${color}" stroke-width="10" stroke-linecap="round"/><path d="M162 196c0-16 14-28 20-36" fill="none" stroke="#fff" stroke-width="8" opacity=".7" stroke-linecap="round"/>`,
  };
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" width="400" height="400"><rect width="400" height="400" fill="${grounds[at % grounds.length]}"/><ellipse cx="200" cy="345" rx="120" ry="16" fill="#0c2430" opacity=".12"/>${shapes[shape]}</svg>`;
}
