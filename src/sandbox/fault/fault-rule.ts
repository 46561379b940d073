import { asObject } from '../../base/json.js';
import { err, ok, type Result } from '../../base/result.js';
import { ENDPOINTS } from '../http/route.js';
import type { FaultRule, TroubleName } from './faults.js';

type Kind = 'text' | 'flag' | 'ms' | 'count' | 'rate' | 'httpStatus' | 'endpoint' | 'commit' | 'object';

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

const ADDRESS: Readonly<Record<string, Kind>> = {
  orderId: 'text',
  orderIdPrefix: 'text',
  endpoint: 'endpoint',
  next: 'count',
  rate: 'rate',
  about: 'text',
};

interface Shape {
  readonly needs?: Readonly<Record<string, Kind>>;
  readonly may?: Readonly<Record<string, Kind>>;
}

const SHAPES: Readonly<Record<TroubleName, Shape>> = {
  slow: { needs: { ms: 'ms' }, may: { commit: 'commit' } },
  lostRequest: {},
  lostAnswer: {},
  serverError: { may: { status: 'httpStatus', commit: 'flag' } },
  htmlError: { may: { status: 'httpStatus', commit: 'flag' } },
  rateLimit: {},
  deny: { may: { code: 'text', message: 'text' } },
  refuse: { needs: { code: 'text' }, may: { message: 'text', httpStatus: 'httpStatus' } },
  refundDenied: {},
  pictureUnavailable: { may: { httpStatus: 'httpStatus' } },
  pictureWrongAmount: { may: { amount: 'count' } },
  pictureBroken: { may: { contentType: 'text' } },
  payloadWrongAmount: { may: { amount: 'count' } },
  paymentRacesClose: {},
  settlesAfterClose: { needs: { ms: 'ms' } },
  customerFee: { needs: { amount: 'count' } },
  otherAmount: { needs: { amount: 'count' } },
  statusLag: { needs: { ms: 'ms' } },
  notificationDrop: {},
  notificationDelay: { needs: { ms: 'ms' } },
  notificationDuplicate: { may: { times: 'count' } },
  notificationReorder: { may: { ms: 'ms' } },
  notificationTamper: { needs: { set: 'object' }, may: { resign: 'flag' } },
};

/** Reads a rule from JSON; an error names each field that is wrong, and what it may be. */
export function readFaultRule(value: unknown): Result<FaultRule, readonly string[]> {
  const object = asObject(value);
  const name = object?.['fault'];
  if (!object || typeof name !== 'string' || !Object.hasOwn(SHAPES, name))
    return err([`fault: one of ${Object.keys(SHAPES).join(', ')}`]);
  const shape: Shape = SHAPES[name as TroubleName];
  const needs = shape.needs ?? {};
  const known: Readonly<Record<string, Kind>> = { ...ADDRESS, ...shape.may, ...needs };
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
