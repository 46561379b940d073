import { messageOf } from '../base/fault.js';
import { asObject, type Json } from '../base/json.js';
import type { ControlAnswer } from '../control/answer.js';
import { Usage } from './arguments.js';

/** Where `gopay-pos sandbox` listens by itself. */
const DEFAULT_URL = 'http://127.0.0.1:8421';
const PATIENCE_MS = 10_000;

/** What the customer at the sandbox can do with a charge: the words of the sandbox's own API. */
const CUSTOMER: readonly string[] = ['pay', 'wrong-pin', 'decline', 'settle-late'];

/**
 * Asks a running sandbox: an integrator's own tests pay, fail and break things with it.
 * @throws Usage for what is none of its words, and where no sandbox answers
 */
export async function askSandbox(
  [verb = '', ...rest]: readonly string[],
  url = DEFAULT_URL,
): Promise<ControlAnswer> {
  const base = url.replace(/\/+$/, '');
  const [first, ...more] = rest;
  if (CUSTOMER.includes(verb)) {
    if (first === undefined || more.length > 0)
      throw new Usage(`sandbox ${verb} ORDER: an order id, a ref, or last`);
    const said = await ask(base, 'POST', verb, { id: first });
    if (first === 'last' && asObject(said.json)?.['error'] === 'notFound')
      throw new Usage(verb === 'settle-late' ? 'no charge can settle' : 'no charge waits for its payment');
    return told(said);
  }
  if (verb === 'transactions' && rest.length === 0) return told(await ask(base, 'GET', verb));
  if (verb === 'fault' && first !== undefined)
    return told(await ask(base, 'POST', 'faults', { fault: first, ...fieldsOf(more) }));
  if (verb === 'faults' && rest.length === 0) return told(await ask(base, 'GET', verb));
  if (verb === 'faults' && first === 'clear' && more.length <= 1)
    return told(await ask(base, 'DELETE', ['faults', ...more].join('/')));
  if (verb === 'clock' && /^\d{1,8}$/.test(first ?? '') && more.length === 0)
    return told(await ask(base, 'POST', verb, { advanceMs: Number(first) * 1_000 }));
  throw new Usage(`sandbox ${[verb, ...rest].join(' ')}: there is no such command`);
}

interface Said {
  readonly good: boolean;
  readonly json: unknown;
}

async function ask(base: string, method: string, path: string, body?: Json): Promise<Said> {
  try {
    const answer = await fetch(`${base}/sandbox/api/${path}`, {
      method,
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    return { good: answer.ok, json: await answer.json() };
  } catch (thrown) {
    const cause = asObject((thrown as Error).cause)?.['message'] ?? messageOf(thrown);
    throw new Usage(`no sandbox answers at ${base} (${String(cause)}); --url says where it is`);
  }
}

/** `endpoint=charge next=1`: what reads as JSON is that, anything else a text. */
function fieldsOf(words: readonly string[]): Json {
  return Object.fromEntries(
    words.map((word) => {
      const [, key = '', text = ''] = /^([A-Za-z]+)=(.*)$/.exec(word) ?? [];
      if (key === '') throw new Usage(`${word}: KEY=VALUE, such as next=1`);
      return [key, /^(\d+(\.\d+)?|true|false|\{.*\})$/.test(text) ? JSON.parse(text) : text];
    }),
  );
}

function told({ good, json }: Said): ControlAnswer {
  const { transaction, transactions } = json as { transaction?: Json; transactions?: readonly Json[] };
  const list = transactions ?? (transaction === undefined ? undefined : [transaction]);
  const text = list === undefined ? JSON.stringify(json) : list.map(line).join('\n');
  return { text, data: json, good };
}

function line(one: Json): string {
  return [one['orderId'], one['status'], `Rp${String(one['amount'])}`].map(String).join('  ');
}
