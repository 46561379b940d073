import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Deed, type DoorRoute, ROUTES } from '../../../devices/register/api/routes.js';

type Schema = Readonly<Record<string, unknown>>;

const FILE = new URL('../../../devices/register/json/messages.schema.json', import.meta.url);
export const OPENAPI = fileURLToPath(new URL('../../../devices/register/api/openapi.json', import.meta.url));

const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: Schema): Schema => ({ 'application/json': { schema } });

/** Definitions of the messages that stand in the document as they are. */
const TAKEN = ['name', 'till', 'amount', 'items', 'rrn', 'invoice', 'time'];

/** The document, made of the routes that are served and of the messages' own schema. */
export function openApi(): string {
  const defs = moved(JSON.parse(readFileSync(FILE, 'utf8')).$defs) as Record<string, Message>;
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of ROUTES) {
    paths[route.path] ??= {};
    Object.assign(paths[route.path] ?? {}, { [route.method.toLowerCase()]: operation(route) });
  }
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'gopay-pos: a door for programs',
      version: '1',
      description:
        'Sales of one terminal. Field names and rules are those of the JSON messages: messages.schema.json. Amounts are whole rupiah.',
    },
    // Where it was fetched; of the file in the checkout, where a terminal is by default.
    servers: [{ url: '/' }, { url: 'http://127.0.0.1:8420' }],
    security: [{}, { token: [] }],
    paths,
    components: { schemas: schemas(defs), securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

interface Message {
  readonly properties: Readonly<Record<string, Schema>>;
  readonly required: readonly string[];
  readonly anyOf?: unknown;
}

/** `$defs` of one document are components of the other. */
function moved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(moved);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      key === '$ref' ? String(each).replace('#/$defs/', '#/components/schemas/') : moved(each),
    ]),
  );
}

/** Some fields of a message, which alone may stand there. */
function part({ properties }: Message, fields: readonly string[], required: readonly string[] = []): Schema {
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [field, properties[field]])),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

function schemas(defs: Readonly<Record<string, Message>>): Schema {
  const of = (name: string): Message => {
    const found = defs[name];
    if (found === undefined) throw new Error(`messages.schema.json has no ${name}`);
    return found;
  };
  const answer = of('answer').properties;
  const events = ['moving', 'scan', 'ended'].map((name) => {
    const { msg: _, ...properties } = of(name).properties;
    return { ...of(name), properties, required: of(name).required.filter((field) => field !== 'msg') };
  });
  return {
    ...Object.fromEntries(TAKEN.map((name) => [name, of(name)])),
    code: of('code'),
    sale: of('sale'),
    NewSale: {
      ...part(of('charge'), ['ref', 'amount', 'items', 'deadline_s', 'till'], ['ref']),
      anyOf: of('charge').anyOf,
    },
    Refund: part(of('refund'), ['amount', 'id', 'till']),
    Cancel: part(of('cancel'), ['id', 'till']),
    Ack: part(of('ack'), ['taken', 'till']),
    Acknowledged: part(of('ack'), ['ref', 'taken'], ['ref', 'taken']),
    Shown: {
      type: 'object',
      properties: { ref: ref('name'), shown: { const: true } },
      required: ['ref', 'shown'],
      additionalProperties: false,
    },
    order: of('order'),
    SetShop: {
      ...part(of('shop'), ['maintenance', 'words', 'product', 'slot', 'sold_out']),
      allOf: (of('shop') as unknown as { readonly allOf: unknown }).allOf,
      anyOf: [{ required: ['maintenance'] }, { required: ['sold_out'] }],
    },
    Sale: sale(of('sale'), answer),
    Status: {
      ...part(of('answer'), ['ready', 'busy', 'fault', 'why', 'acknowledge', 'protocol'], ['ready', 'busy']),
      properties: {
        ...(part(of('answer'), ['ready', 'busy', 'fault', 'why', 'acknowledge', 'protocol'])[
          'properties'
        ] as Schema),
        program: {
          description: 'Whose token it was.',
          type: 'object',
          properties: {
            name: { type: 'string' },
            rights: { type: 'array', items: { enum: ['sell', 'read', 'refund', 'manage'] } },
          },
          required: ['name', 'rights'],
        },
      },
    },
    Event: {
      description: 'The data of a server-sent event. "missed": some are lost, look at your sales.',
      anyOf: [...events, { type: 'object', properties: { event: { const: 'missed' } }, required: ['event'] }],
    },
    Problem: problem(answer),
  };
}

/** How a sale stands: the fields of a sale in the messages, and what the answer says of it. */
function sale({ properties, required }: Message, answer: Message['properties']): Schema {
  const { till, qr, until, fault, why } = answer;
  const states = ['charging', 'scan', 'closing', 'approved', 'expired', 'cancelled', 'denied', 'unknown'];
  return {
    description: 'A sale as it stands. approved: paid. unknown is no failure: ask again.',
    type: 'object',
    properties: {
      ...properties,
      till,
      state: { enum: [...states, 'refunded', 'handed_over', 'seen_to'] },
      ...{ qr, until, fault, why },
      ack: { description: 'Paid: POST .../ack when it is in your books.', const: true },
    },
    required: ['state', ...required],
    additionalProperties: false,
    allOf: [needs('scan', 'qr', 'until'), needs('approved', 'approval', 'ack'), needs('denied', 'fault')],
  };
}

function needs(state: string, ...required: readonly string[]): Schema {
  return { anyOf: [{ properties: { state: { not: { const: state } } } }, { required }] };
}

/** RFC 9457, with the members of our own after it. */
function problem({ fault, field, found, allowed }: Message['properties']): Schema {
  return {
    type: 'object',
    properties: {
      type: { type: 'string', format: 'uri' },
      title: { type: 'string' },
      status: { type: 'integer' },
      detail: { type: 'string' },
      ...{ fault, field, found, allowed },
      sale: ref('sale'),
    },
    required: ['type', 'title', 'status', 'detail', 'fault'],
    additionalProperties: false,
  };
}

const SUMMARY: Readonly<Record<Deed, string>> = {
  sell: 'Begin a sale. One ref is one charge, for ever: the same again is the same sale.',
  look: 'How a sale stands; with wait, when it has its end.',
  shown: 'The QR is on the screen of the program that asked.',
  ack: 'It is in the books: delivered. taken = false: it could not be handed over.',
  cancel: 'Give a sale up.',
  refund: 'Give the whole amount back.',
  qrPng: 'The QR as a picture.',
  qrSvg: 'The QR as a drawing.',
  shop: 'What is closed or sold out by hand.',
  setShop:
    'Close the terminal for maintenance, open it again, or call a product or a slot sold out, or back.',
  status: 'Whether a sale would begin now, and why not.',
  events: 'What happens to the sales, as server-sent events.',
};

const BODY: Readonly<Partial<Record<Deed, string>>> = {
  sell: 'NewSale',
  refund: 'Refund',
  cancel: 'Cancel',
  shown: 'Cancel',
  ack: 'Ack',
  setShop: 'SetShop',
};

function content(deed: Deed): Schema {
  switch (deed) {
    case 'qrPng':
      return { 'image/png': {} };
    case 'qrSvg':
      return { 'image/svg+xml': {} };
    case 'events':
      return { 'text/event-stream': { schema: ref('Event') } };
    case 'shop':
    case 'setShop':
      return json(ref('order'));
    case 'status':
      return json(ref('Status'));
    case 'ack':
      return json(ref('Acknowledged'));
    case 'shown':
      return json(ref('Shown'));
    default:
      return json(ref('Sale'));
  }
}

function operation({ deed, path, query, right }: DoorRoute): Schema {
  const body = BODY[deed];
  const good = { description: 'Done, or how it stands.', content: content(deed) };
  const isNew = { description: 'The sale is open.', content: content(deed) };
  return {
    operationId: deed,
    summary: SUMMARY[deed],
    description: `Needs the right "${right}" where programs have tokens.`,
    parameters: [
      ...(path.includes('{ref}') ? [{ name: 'ref', in: 'path', required: true, schema: ref('name') }] : []),
      ...query.map((name) => ({ name, in: 'query', schema: name === 'till' ? ref('till') : WAIT })),
      ...(deed === 'events' ? [{ name: 'Last-Event-ID', in: 'header', schema: { type: 'string' } }] : []),
    ],
    ...(body === undefined ? {} : { requestBody: { required: deed === 'sell', content: json(ref(body)) } }),
    responses: {
      ...(deed === 'sell' ? { 201: isNew } : {}),
      200: good,
      default: {
        description: 'It is not done, and why: a problem as RFC 9457 has it.',
        content: { 'application/problem+json': { schema: ref('Problem') } },
      },
    },
  };
}

const WAIT = {
  description: 'Seconds to wait for the end of the sale.',
  type: 'integer',
  minimum: 0,
  maximum: 300,
};
