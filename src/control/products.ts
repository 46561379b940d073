import { formatRupiah } from '../base/rupiah.js';
import { minuteOfDay } from '../base/time.js';
import { type Product, whyNot } from '../core/catalogue/product.js';
import { PHRASES } from '../core/text/phrases.js';
import {
  type ControlAnswer,
  type ControlRequest,
  type Family,
  misused,
  refusal,
  type Subject,
} from './answer.js';

/** What customers choose from. */
export const products: Family = {
  help: [
    { usage: 'products', about: 'what customers choose from, with numbers and prices' },
    { usage: 'products reload', about: 'reads it again; it holds when nobody chooses or pays' },
    { usage: 'products import FILE', about: 'checks a CSV of products, and takes it for the one of before' },
  ],
  run: (subject, request) => {
    const [verb, more] = request.args;
    if (verb === undefined) return list(subject);
    if (verb === 'reload' && more === undefined) return renew(subject, request);
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

function given({ slot, gives }: Product): string {
  if (slot !== undefined) return `slot ${slot}`;
  if (gives === undefined) return '';
  const where = gives.line === undefined ? '' : ` on line ${gives.line}`;
  return 'pulses' in gives ? `${gives.pulses} pulses${where}` : `${gives.seconds} s${where}`;
}

function renew({ terminal }: Subject, { user, input }: ControlRequest): ControlAnswer {
  const read = terminal.catalogue.renew(user, input);
  if (!read.ok)
    return { text: ['nothing was changed:', ...read.error].join('\n'), data: read.error, good: false };
  const { length } = read.value.products;
  const text = `${length} products; they hold as soon as nobody chooses or pays`;
  return { text, data: { products: length }, good: true };
}
