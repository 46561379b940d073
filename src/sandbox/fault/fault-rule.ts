import { asObject } from '../../base/json.js';
import { err, ok, type Result } from '../../base/result.js';
import { ENDPOINTS, type Endpoint } from '../http/route.js';

/** What a field of a rule may hold, by the name of its kind. */
interface Values {
  readonly text: string;
  readonly flag: boolean;
  readonly ms: number;
  readonly count: number;
  readonly rate: number;
  readonly httpStatus: number;
  readonly endpoint: Endpoint;
  readonly commit: 'first' | 'last';
  readonly object: Readonly<Record<string, unknown>>;
}
type Kind = keyof Values;

const CHECKS: Readonly<
  Record<Kind, { readonly allows: string; readonly test: (value: unknown) => boolean }>
> = {
  text: { allows: 'a text', test: (value) => typeof value === 'string' && value !== '' },
  flag: { allows: 'true or false', test: (value) => typeof value === 'boolean' },
  ms: { allows: 'whole milliseconds from 0', test: (value) => isWhole(value, 0) },
  count: { allows: 'a whole number from 1', test: (value) => isWhole(value, 1) },
  rate: {
    allows: 'a number from 0 to 1',
    test: (value) => typeof value === 'number' && value >= 0 && value <= 1,
  },
  httpStatus: {
    allows: 'an HTTP status from 200 to 599',
    test: (value) => isWhole(value, 200) && value <= 599,
  },
  endpoint: {
    allows: ENDPOINTS.join(', '),
    test: (value) => (ENDPOINTS as readonly unknown[]).includes(value),
  },
  commit: { allows: 'first or last', test: (value) => value === 'first' || value === 'last' },
  object: { allows: 'an object', test: (value) => asObject(value) !== undefined },
};

type Fields = Readonly<Record<string, Kind>>;

/** Which requests or transactions a fault befalls; without any of these, all that it fits. */
const ADDRESS = {
  orderId: 'text',
  orderIdPrefix: 'text',
  endpoint: 'endpoint',
  /** Only the next n, then the rule is spent. */
  next: 'count',
  /** With this probability. */
  rate: 'rate',
  /** Notifications about this `transaction_status` only. */
  about: 'text',
} as const satisfies Fields;

interface Shape {
  readonly needs?: Fields;
  readonly may?: Fields;
}

/** Everything that can be made to go wrong, with its parameters. Times are sandbox time in ms. */
const SHAPES = {
  /** The answer takes `ms`; with `commit: 'last'` the request is also processed only at the end of it. */
  slow: { needs: { ms: 'ms' }, may: { commit: 'commit' } },
  /** The connection is cut before anything was processed. */
  lostRequest: {},
  /** Processed, then the connection is cut. */
  lostAnswer: {},
  /** JSON 5xx; with `commit`, the request was processed all the same. */
  serverError: { may: { status: 'httpStatus', commit: 'flag' } },
  /** The page of a proxy; with `commit`, the request was processed all the same. */
  htmlError: { may: { status: 'httpStatus', commit: 'flag' } },
  rateLimit: {},
  /** The charge is created as `deny`; 900 is GoPay's passing error. */
  deny: { may: { code: 'text', message: 'text' } },
  /** The request is answered with this `status_code` and not processed. */
  refuse: { needs: { code: 'text' }, may: { message: 'text', httpStatus: 'httpStatus' } },
  refundDenied: {},
  pictureUnavailable: { may: { httpStatus: 'httpStatus' } },
  pictureWrongAmount: { may: { amount: 'count' } },
  pictureBroken: { may: { contentType: 'text' } },
  /** `qr_string` of the charge names another amount. */
  payloadWrongAmount: { may: { amount: 'count' } },
  /** A cancel or expire arrives, and the customer's payment commits just before it. */
  paymentRacesClose: {},
  /** A charge that was closed settles `ms` later after all. */
  settlesAfterClose: { needs: { ms: 'ms' } },
  /** The dashboard puts a fee of `amount` on the customer: the settlement is of more, and names it. */
  customerFee: { needs: { amount: 'count' } },
  /** The settlement is of `amount` instead of the charge's, and says nothing of why. */
  otherAmount: { needs: { amount: 'count' } },
  /** GET status goes on saying pending for `ms` after the settlement. */
  statusLag: { needs: { ms: 'ms' } },
  notificationDrop: {},
  notificationDelay: { needs: { ms: 'ms' } },
  notificationDuplicate: { may: { times: 'count' } },
  /** Sent after the next one of the same transaction, or after `ms` when none follows. */
  notificationReorder: { may: { ms: 'ms' } },
  /** Fields replaced in the body; signed anew only with `resign`. */
  notificationTamper: { needs: { set: 'object' }, may: { resign: 'flag' } },
} as const satisfies Readonly<Record<string, Shape>>;

type ValuesOf<F> = { readonly [Name in keyof F]: F[Name] extends Kind ? Values[F[Name]] : never };
type Needs<S> = S extends { readonly needs: infer F } ? ValuesOf<F> : unknown;
type May<S> = S extends { readonly may: infer F } ? Partial<ValuesOf<F>> : unknown;

export type FaultName = keyof typeof SHAPES;
/** One rule: what goes wrong, and whom it befalls. */
export type FaultRule = {
  readonly [N in FaultName]: { readonly fault: N } & Needs<(typeof SHAPES)[N]> & May<(typeof SHAPES)[N]>;
}[FaultName] &
  Partial<ValuesOf<typeof ADDRESS>>;

/** Reads a rule from JSON; an error names each field that is wrong, and what it may be. */
export function readFaultRule(value: unknown): Result<FaultRule, readonly string[]> {
  const object = asObject(value);
  const name = object?.['fault'];
  if (!object || typeof name !== 'string' || !Object.hasOwn(SHAPES, name))
    return err([`fault: one of ${Object.keys(SHAPES).join(', ')}`]);
  const { needs = {}, may }: Shape = SHAPES[name as FaultName];
  const known: Fields = { ...ADDRESS, ...may, ...needs };
  const wrong: string[] = [];
  for (const [key, entry] of Object.entries(object)) {
    if (key === 'fault') continue;
    const kind = known[key];
    if (kind === undefined)
      wrong.push(`${key}: unknown for ${name}; known: ${Object.keys(known).join(', ')}`);
    else if (!CHECKS[kind].test(entry)) wrong.push(`${key}: must be ${CHECKS[kind].allows}`);
  }
  for (const key of Object.keys(needs)) if (!(key in object)) wrong.push(`${key}: is needed for ${name}`);
  // Each field was checked against the shape of its fault just above.
  return wrong.length > 0 ? err(wrong) : ok(object as unknown as FaultRule);
}

function isWhole(value: unknown, from: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= from;
}
