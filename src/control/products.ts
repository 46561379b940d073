import { counted } from '../base/counted.js';
import { formatRupiah } from '../base/rupiah.js';
import { minuteOfDay } from '../base/time.js';
import { type Product, whyNot } from '../core/catalogue/product.js';
import { PHRASES } from '../core/text/phrases.js';
import type { SoldOut } from '../terminal/catalogue-keeper.js';
import {
  byOf,
  type ControlAnswer,
  type ControlRequest,
  type Family,
  misused,
  NEVER,
  NO_NAME,
  refusal,
  type Subject,
  timeInShop,
} from './answer.js';

/** What customers choose from. */
export const products: Family = {
  help: [
    { usage: 'products', about: 'what customers choose from, with numbers and prices', afar: 'status' },
    {
      usage: 'products reload',
      about: 'reads it again; it holds when nobody chooses or pays',
      afar: 'reload',
    },
    {
      usage: 'products sold-out [ID] [--slot N] [--by NAME]',
      about: 'nothing more of a product, or of a slot of the machine; over restarts. Alone: the list',
      afar: 'sold-out',
    },
    { usage: 'products back [ID] [--slot N] [--by NAME]', about: 'it is sold again', afar: 'sold-out' },
    {
      usage: 'products import FILE',
      about: 'checks a CSV of products, and takes it for the one of before',
      afar: NEVER,
    },
  ],
  run: (subject, request) => {
    const [verb, more] = request.args;
    if (verb === undefined) return list(subject);
    if (verb === 'reload' && more === undefined) return renew(subject, request);
    if (verb === 'sold-out') return soldOut(subject, request);
    if (verb === 'back') return back(subject, request);
    if (verb === 'import' && request.input !== undefined) return renew(subject, request);
    return misused(products);
  },
};

function list({ terminal, clock, head }: Subject): ControlAnswer {
  const { now, troubles, waits } = terminal.catalogue;
  if (now === undefined) return refusal('no catalogue is configured: [catalogue] in terminal.toml');
  const minute = minuteOfDay(clock.wallMs(), head.zone ?? 'WIB');
  const line = (product: Product, at: number): string => {
    const why = whyNot(product, minute);
    const how = [given(product), ...(why === undefined ? [] : [PHRASES[why].en])].filter(
      (part) => part !== '',
    );
    const { id, name, price } = product;
    const more = how.length === 0 ? '' : ` (${how.join(', ')})`;
    return `${String(at + 1).padStart(3)}  ${id}  ${name.id} / ${name.en}  ${formatRupiah(price)}${more}`;
  };
  const lines = [
    ...now.products.map(line),
    ...(now.products.length === 0 ? ['no products'] : []),
    ...(waits ? ['a newer one was read, and holds when nobody chooses or pays'] : []),
    ...(troubles.length === 0 ? [] : ['what was read last has mistakes, and was not taken:', ...troubles]),
  ];
  const data = { ...now, waits, troubles };
  return { text: lines.join('\n'), data, good: troubles.length === 0 };
}

/** What was named; undefined for what names nothing, or two things. */
function nameOf({ args, flags }: ControlRequest): SoldOut['name'] | undefined {
  const [, id, more] = args;
  const { slot } = flags;
  if (more !== undefined || (id === undefined) === (slot === undefined)) return undefined;
  return slot === undefined ? { of: 'product', id: id ?? '' } : { of: 'slot', id: slot };
}

/** One line for a person. */
function soldOutLine(subject: Subject, { name, by, sinceMs }: SoldOut): string {
  return `${name.of} ${name.id} is sold out, says ${by}, since ${timeInShop(subject, sinceMs)}`;
}

function soldOut(subject: Subject, request: ControlRequest): ControlAnswer {
  const { terminal } = subject;
  const { catalogue } = terminal;
  const [, id] = request.args;
  if (id === undefined && request.flags['slot'] === undefined) {
    const all = catalogue.soldOut;
    const text =
      all.length === 0
        ? 'nothing is sold out by hand'
        : all.map((one) => soldOutLine(subject, one)).join('\n');
    return { text, data: all, good: true };
  }
  const name = nameOf(request);
  if (name === undefined) return misused(products);
  const by = byOf(request);
  if (by === undefined) return refusal(NO_NAME);
  const set = catalogue.setSoldOut(name, by, request.user);
  if (!set.ok) return refusal(`${set.error}. Nothing was changed.`);
  return { text: soldOutLine(subject, set.value), data: set.value, good: true };
}

/** Says, too, what else keeps it from being sold: whoever lifts one of two hindrances would think that it sells. */
function back(subject: Subject, request: ControlRequest): ControlAnswer {
  const { terminal } = subject;
  const name = nameOf(request);
  if (name === undefined) return misused(products);
  const by = byOf(request);
  if (by === undefined) return refusal(NO_NAME);
  const before = terminal.catalogue.back(name, by, request.user);
  const head =
    before === undefined
      ? `nobody had called ${name.of} ${name.id} sold out`
      : `${name.of} ${name.id} is back`;
  const still = hindrances(subject, name);
  return { text: [head, ...still].join('; but '), data: before ?? null, good: before !== undefined };
}

function hindrances(subject: Subject, name: SoldOut['name']): string[] {
  const { terminal, journal } = subject;
  const { catalogue } = terminal;
  const mostFailures = terminal.state().slotFailures ?? Number.POSITIVE_INFINITY;
  const product = catalogue.now?.products.find(
    ({ id, slot }) => (name.of === 'slot' ? slot : id) === name.id,
  );
  const slot = name.of === 'slot' ? name.id : product?.slot;
  const others = catalogue.soldOut.filter(
    (one) =>
      (one.name.of === 'slot' && one.name.id === slot) ||
      (one.name.of === 'product' && one.name.id === product?.id),
  );
  const failed = journal.slots
    .all()
    .filter(({ item, failures }) => item === slot && failures >= mostFailures);
  const known = [
    ...others.map((one) => soldOutLine(subject, one)),
    ...(product !== undefined && catalogue.isSoldOutInFile(product.id)
      ? [`${product.id} is sold_out in the file of products`]
      : []),
    ...failed.map(({ item }) => `slot ${item} failed too often: mend it, then slots clear ${item}`),
  ];
  // A pulse machine has lines in place of slots.
  return known.length === 0 && product?.soldOut === true
    ? ['its line failed too often: mend it, then slots clear LINE (slots lists it)']
    : known;
}

function given({ slot, gives }: Product): string {
  if (slot !== undefined) return `slot ${slot}`;
  if (gives === undefined) return '';
  const where = gives.line === undefined ? '' : ` on line ${gives.line}`;
  return 'pulses' in gives ? `${counted(gives.pulses, 'pulse')}${where}` : `${gives.seconds} s${where}`;
}

function renew({ terminal }: Subject, { user, input, args }: ControlRequest): ControlAnswer {
  const [, name = 'the file'] = args;
  const read = terminal.catalogue.renew(user, input === undefined ? undefined : { text: input, name });
  if (!read.ok)
    return { text: ['nothing was changed:', ...read.error].join('\n'), data: read.error, good: false };
  const { length } = read.value.products;
  const { notes } = terminal.catalogue;
  const holds = `${counted(length, 'product')}; they hold as soon as nobody chooses or pays`;
  return { text: [...notes, holds].join('\n'), data: { products: length, notes }, good: true };
}
