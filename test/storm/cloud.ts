import { basicAuthorization } from '../../src/midtrans/credential.js';
import type { FaultRule } from '../../src/sandbox/fault/fault-rule.js';
import { routeOf } from '../../src/sandbox/http/route.js';
import type { Post, PostAnswer } from '../../src/sandbox/notification/notification-sender.js';
import { Sandbox } from '../../src/sandbox/sandbox.js';
import { Broker } from './broker.js';
import { type Chance, Stream } from './chance.js';
import { hourly } from './hourly.js';
import type { Laws } from './laws.js';
import { asSent, asTwo, OTHERS, OURS } from './qr-texts.js';
import { RELAY, Relays } from './relays.js';
import type { Story } from './story.js';
import type { VirtualTime } from './time.js';
import { Wire, type WireAnswer, type WireRequest } from './wire.js';

export const MERCHANT = 'storm';
export const TERMINAL = 'T1';
const TOKEN = 'a-token-of-the-terminal-in-the-storm';
const SERVER_KEY = 'SB-Mid-server-storm-0123456789';
const MIDTRANS = 'https://midtrans.test';
/** Midtrans gives up on an answer to a notification after this. */
const POST_TIMEOUT_MS = 15_000;
/** Latest settlement after a close, and longest lag of the status behind it: what the watch must still see. */
const LATE_MS = 600_000;
const HOUR_MS = 3_600_000;
const LAG_MS = 120_000;
/** Longest that a copy of a request comes after it. */
const COPY_MS = 15_000;

export interface CloudParts {
  readonly seed: number;
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly story: Story;
  readonly laws: Laws;
}

/** Everything that is not in the shop: Midtrans (the sandbox), the relay's own parts, and the wires between. */
export class Cloud {
  readonly sandbox: Sandbox;
  readonly broker: Broker;
  readonly relays: Relays;
  /** A box of one's own: it has the server key and asks Midtrans itself; no relay, no broker, and so no notice. */
  readonly direct: boolean;
  /** Of the terminal, where it asks. */
  readonly gateway: { readonly baseUrl: string; readonly header: string };
  /** From the terminal to the relay, or to Midtrans. */
  readonly shopWire: Wire;
  readonly #parts: CloudParts;
  readonly #cloudWire: Wire;
  #outageUntilMs = 0;
  /** Requests whose key was refused, and until when a copy of them is refused as well. */
  readonly #refused = new Map<string, number>();
  /** Orders whose refund was denied, and until when it is. */
  readonly #denied = new Map<string, number>();
  /** Settlements that the fraud check holds, and until when; each is looked at once. */
  readonly #verdicts = new Map<string, { readonly untilMs: number; readonly says: 'challenge' | 'deny' }>();
  /** Orders that exist and are not found, and how often still. */
  readonly #absent = new Map<string, number>();
  /** Settlements after a close that are still to come. */
  lateUntilMs = 0;
  /** How long the rare looks take from the calm on that what is late is seen by. */
  lateLooksMs = 0;

  constructor(parts: CloudParts) {
    this.#parts = parts;
    const { time, chance, story, seed, laws } = parts;
    this.broker = new Broker({ time, chance, story });
    const settings = new Stream(seed, 2_001);
    this.direct = new Stream(seed, 2_003).fraction() < 0.12;
    this.gateway = this.direct
      ? { baseUrl: MIDTRANS, header: basicAuthorization(SERVER_KEY, '') }
      : { baseUrl: RELAY, header: basicAuthorization(TERMINAL, TOKEN) };
    this.sandbox = new Sandbox({
      serverKey: SERVER_KEY,
      merchantId: OURS,
      merchantName: 'Warung Badai',
      merchantCity: 'BANDUNG',
      clock: time,
      timers: time,
      random: new Stream(seed, 2_002),
      log: story.log('midtrans'),
      publicUrl: MIDTRANS,
      post: (post) => this.#post(post),
      notifyWithinMs: settings.pick([0, 0, 2_000, 20_000]),
      notifyPending: settings.fraction() < 0.5,
      posRefund: settings.fraction() < 0.75,
      expiryJitterMs: 20_000,
      keep: 50,
    });
    const common = { time, chance, story, wallMs: () => time.wallMs() };
    const toMidtrans = {
      down: () => time.nowMs < this.#outageUntilMs && !chance.off,
      serve: (request: WireRequest) => this.#midtrans(request),
    };
    this.#cloudWire = new Wire({
      ...common,
      name: 'relay/midtrans',
      leaves: () => undefined,
      ...toMidtrans,
    });
    this.shopWire = new Wire({
      ...common,
      name: this.direct ? 'shop/midtrans' : 'shop/relay',
      leaves: (request) => laws.requestLeaves(request),
      ...(this.direct
        ? toMidtrans
        : { down: () => false, serve: (request: WireRequest) => this.relays.serve(request) }),
    });
    this.relays = new Relays({
      ...parts,
      ...{ broker: this.broker, merchant: MERCHANT, terminal: TERMINAL, token: TOKEN },
      ...{ serverKey: SERVER_KEY, midtrans: MIDTRANS, unused: this.direct },
      exchangeFor: (alive) => this.#cloudWire.exchangeFor(alive),
    });
    hourly(time, chance, 'gatewayOutage', () => {
      this.#outageUntilMs = time.nowMs + chance.detail('gatewayOutage', 5_000, 600_000);
    });
  }

  async #midtrans(request: WireRequest): Promise<WireAnswer | undefined> {
    const { laws, chance } = this.#parts;
    laws.requestArrives(request);
    const route = routeOf(request.method, request.path);
    if (route.endpoint === 'picture') return this.#picture(route.id);
    const masked = this.#mask(request);
    if (masked !== undefined) return masked;
    const orderId = route.endpoint === 'charge' ? orderIdOf(request.body) : 'id' in route ? route.id : '';
    const rules = route.endpoint === undefined ? [] : this.#troubles(route.endpoint, orderId);
    const ids = rules.map((rule) => this.sandbox.faults.add(rule));
    const answer = await this.sandbox.answer(request);
    for (const id of ids) this.sandbox.faults.remove(id);
    if (route.endpoint === 'status' && answer.kind === 'reply' && this.#isAbsent(orderId)) return ABSENT;
    if (route.endpoint === 'charge' && chance.now('midtransExpires'))
      this.#parts.time.after(chance.detail('midtransExpires', 1_000, 120_000), () => {
        this.sandbox.transactions.expire(orderId);
      });
    if (answer.kind === 'hangUp') return undefined;
    const sent = this.#asSent(route.endpoint, orderId, answer.body);
    return { status: answer.httpStatus, ...answer, body: this.#otherwise(sent) };
  }

  /** The answer as it comes to the shop: whom it names, fraud verdict, and its `qr_string` where it has one. */
  #asSent(endpoint: string | undefined, orderId: string, body: string | Uint8Array): string | Uint8Array {
    if (typeof body !== 'string') return body;
    if (endpoint === 'status') {
      const checked = this.#checked(orderId, body);
      return this.#parts.chance.now('statusOfAnother') ? checked.replace(OURS, OTHERS) : checked;
    }
    const payload = /"qr_string":"([^"]*)"/.exec(body)?.[1];
    return payload === undefined ? body : body.replace(payload, asSent(payload, this.#parts.chance));
  }

  /** The same amount in another form. */
  #otherwise(body: string | Uint8Array): string | Uint8Array {
    const { chance } = this.#parts;
    if (typeof body !== 'string' || !body.includes('"gross_amount"') || !chance.now('amountsOtherwise'))
      return body;
    const forms = ['"gross_amount":$1', '"gross_amount":"$1"', '"gross_amount":"$1.0"'];
    const form = forms[chance.detail('amountsOtherwise', 0, 2)] ?? '$&';
    return body.replace(/"gross_amount":"(\d+)\.00"/, form);
  }

  #mask({ method, path, body }: WireRequest): WireAnswer | undefined {
    const { chance, time } = this.#parts;
    if (chance.now('serverError'))
      return {
        status: 503,
        contentType: 'application/json',
        body: '{"status_code":"503","status_message":"x"}',
      };
    if (chance.now('htmlError')) return { status: 502, contentType: 'text/html', body: '<html>502</html>' };
    if (chance.now('rateLimited'))
      return { status: 429, contentType: 'application/json', body: '{"message":"API rate limit exceeded"}' };
    // A key that is refused is refused to both copies of a doubled request.
    const refused = chance.now('refusedKey');
    if (!refused && this.#refused.size === 0) return undefined;
    const request = `${method} ${path} ${body}`;
    if (refused && method !== 'GET') this.#refused.set(request, time.nowMs + COPY_MS);
    if (refused || (this.#refused.get(request) ?? 0) > time.nowMs)
      return {
        status: 401,
        contentType: 'application/json',
        body: '{"status_code":"401","status_message":"x"}',
      };
    return undefined;
  }

  /** Whether the fraud check has not accepted the payment of this order yet. */
  held(orderId: string): boolean {
    const { chance, time } = this.#parts;
    return !chance.off && time.nowMs < (this.#verdicts.get(orderId)?.untilMs ?? 0);
  }

  /** A settlement with a verdict against it, until somebody accepts it; then with that word, or with none. */
  #checked(orderId: string, body: string): string {
    const { chance, time } = this.#parts;
    if (!body.includes('"transaction_status":"settlement"')) return body;
    if (!this.#verdicts.has(orderId)) {
      const held = chance.now('fraudChecked');
      const untilMs = held ? time.nowMs + chance.detail('fraudChecked', 1_000, 300_000) : 0;
      const says = chance.detail('fraudChecked', 0, 1, 3) === 0 ? 'challenge' : 'deny';
      this.#verdicts.set(orderId, { untilMs, says });
    }
    const verdict = this.#verdicts.get(orderId);
    if (verdict === undefined || verdict.untilMs === 0) return body;
    if (this.held(orderId))
      return body.replace('"fraud_status":"accept"', `"fraud_status":"${verdict.says}"`);
    return verdict.says === 'deny' ? body.replace('"fraud_status":"accept",', '') : body;
  }

  /**
   * A read that lags behind, or a fault: several in a row. What the terminal has not seen there once cannot be told from
   * what never was, and is not hidden as often as the terminal asks about that.
   */
  #isAbsent(orderId: string): boolean {
    const { chance, laws } = this.#parts;
    const left = this.#absent.get(orderId) ?? 0;
    const seen = laws.sales.get(orderId)?.evidence !== undefined;
    if (chance.off || !seen || this.sandbox.transactions.find(orderId) === undefined) return false;
    if (left > 0) this.#absent.set(orderId, left - 1);
    else if (chance.now('existingAbsent')) this.#absent.set(orderId, chance.detail('existingAbsent', 0, 8));
    else return false;
    return true;
  }

  #troubles(endpoint: 'charge' | 'status' | 'cancel' | 'expire' | 'refund', orderId: string): FaultRule[] {
    const { chance } = this.#parts;
    const at = { orderId, endpoint, next: 1 } as const;
    const rules: FaultRule[] = [];
    if (chance.now('errorAfterCommit'))
      rules.push({ fault: 'serverError', status: 500, commit: true, ...at });
    if (chance.now('slowGateway')) {
      const ms = chance.detail('slowGateway', 500, 14_000);
      rules.push({ fault: 'slow', ms, commit: ms % 2 === 0 ? 'first' : 'last', ...at });
    }
    if (endpoint === 'charge') {
      if (chance.now('denied')) rules.push({ fault: 'deny', ...at });
      if (chance.now('wrongQr')) rules.push({ fault: 'payloadWrongAmount', ...at });
    }
    if (endpoint === 'refund' && this.#bankDenies(orderId)) rules.push({ fault: 'refundDenied', ...at });
    if (endpoint === 'cancel' || endpoint === 'expire') {
      if (chance.now('paysDuringClose')) rules.push({ fault: 'paymentRacesClose', ...at });
      if (chance.now('settlesDaysLate')) rules.push(this.#daysLate(orderId));
      else if (chance.now('settlesAfterClose')) {
        const ms = chance.detail('settlesAfterClose', 100, LATE_MS);
        this.lateUntilMs = Math.max(this.lateUntilMs, this.#parts.time.nowMs + ms + 15_000);
        rules.push({ fault: 'settlesAfterClose', ms, orderId, next: 1 });
        this.#neverTold(orderId);
        this.#amountOf(orderId);
      }
    }
    return rules;
  }

  /** Seen by the rare looks alone: 7 and 31 hours after the terminal has learned that it is closed, in the calm at the latest. */
  #daysLate(orderId: string): FaultRule {
    const { chance } = this.#parts;
    const soon = chance.detail('settlesDaysLate', 0, 2, 3) > 0;
    const ms = chance.detail('settlesDaysLate', LATE_MS, (soon ? 5 : 24) * HOUR_MS);
    this.lateLooksMs = Math.max(this.lateLooksMs, (soon ? 9 : 33) * HOUR_MS);
    this.sandbox.faults.add({ fault: 'notificationDrop', orderId, about: 'settlement' });
    this.#amountOf(orderId);
    return { fault: 'settlesAfterClose', ms, orderId, next: 1 };
  }

  /** What the customer pays in the end. */
  #amountOf(orderId: string): void {
    const { chance } = this.#parts;
    const amount = this.sandbox.transactions.find(orderId)?.amount ?? 0;
    if (chance.now('customerFee')) {
      const fee = chance.detail('customerFee', 1, 500);
      this.sandbox.faults.add({ fault: 'customerFee', amount: fee, orderId, next: 1 });
    } else if (chance.now('paysOther')) {
      const other = chance.detail('paysOther', Math.ceil(amount / 2), amount * 2);
      if (other !== amount)
        this.sandbox.faults.add({ fault: 'otherAmount', amount: other, orderId, next: 1 });
    }
  }

  /** What the bank denies it denies to both copies of a doubled request: nobody could know of the other one. */
  #bankDenies(orderId: string): boolean {
    const { chance, time } = this.#parts;
    if (chance.now('refundDenied')) this.#denied.set(orderId, time.nowMs + COPY_MS);
    return (this.#denied.get(orderId) ?? 0) > time.nowMs;
  }

  /** A text in place of pixels: the reader of pictures has its own tests, and takes longer than a thousand sales. */
  #picture(id: string): WireAnswer {
    const { chance } = this.#parts;
    const { transactions } = this.sandbox;
    const found = transactions.find(id);
    if (found === undefined || chance.now('pictureGone'))
      return { status: 404, contentType: 'application/json', body: '{"status_code":"404"}' };
    // One for the same amount could not be told from the right one by anybody.
    const other = chance.now('pictureOfAnother')
      ? transactions.list().find(({ amount }) => amount !== found.amount)
      : undefined;
    const { payload } = other ?? found;
    const body = chance.now('pictureOfTwo') ? asTwo(payload, payload) : asSent(payload, chance);
    return { status: 200, contentType: 'image/png', body };
  }

  /** Before the customer pays: what becomes of the status and of the notification. */
  beforePayment(orderId: string): void {
    const { chance } = this.#parts;
    this.#amountOf(orderId);
    if (chance.now('statusLagsLong'))
      this.sandbox.faults.add({
        fault: 'statusLag',
        ms: chance.detail('statusLagsLong', LAG_MS, 900_000),
        orderId,
        next: 1,
      });
    else if (chance.now('statusLags'))
      this.sandbox.faults.add({
        fault: 'statusLag',
        ms: chance.detail('statusLags', 500, LAG_MS),
        orderId,
        next: 1,
      });
    this.#neverTold(orderId);
  }

  #neverTold(orderId: string): void {
    if (this.#parts.chance.now('notificationNever'))
      this.sandbox.faults.add({ fault: 'notificationDrop', orderId, about: 'settlement', next: 1 });
  }

  /** One HTTP request of a notification, as the courier makes it. */
  #post(post: Post): Promise<PostAnswer> {
    const { chance, time } = this.#parts;
    // To whatever the dashboard names: the merchant's web shop, say.
    if (this.direct) return Promise.resolve({ kind: 'status', httpStatus: 200 });
    if (chance.now('notificationDoubled'))
      this.#later(post.body, chance.detail('notificationDoubled', 100, 7_200_000));
    if (chance.now('notificationFlood'))
      for (let i = 0; i < 30; i += 1)
        this.#later(post.body, chance.detail('notificationFlood', 10, 5_000) + i);
    if (chance.now('notificationForged')) this.#later(forged(post.body), 50);
    if (chance.now('notificationReplayed'))
      this.#later(restated(post.body), chance.detail('notificationReplayed', 10, 60_000));
    return new Promise((resolve) => {
      const stop = time.after(POST_TIMEOUT_MS, () => resolve({ kind: 'timeout' }));
      const late = chance.now('notificationLate');
      time.after(late ? chance.detail('notificationLate', 1_000, 7_200_000) : 60, () => {
        void this.relays.ring(post.body).then((httpStatus) => {
          stop();
          resolve({ kind: 'status', httpStatus });
        });
      });
    });
  }

  #later(body: string, ms: number): void {
    this.#parts.time.after(ms, () => void this.relays.ring(body));
  }
}

const ABSENT: WireAnswer = {
  status: 200,
  contentType: 'application/json',
  body: '{"status_code":"404","status_message":"Transaction doesn\'t exist.","id":"x"}',
};

function orderIdOf(body: string): string {
  return /"order_id":"([^"]+)"/.exec(body)?.[1] ?? '';
}

/** Signed with somebody else's key. */
function forged(body: string): string {
  return body
    .replace(/"transaction_status":"[a-z_]+"/, '"transaction_status":"settlement"')
    .replace(/"signature_key":"[0-9a-f]{8}/, '"signature_key":"00000000');
}

/** The signature does not cover `transaction_status`. */
function restated(body: string): string {
  return body.replace(/"transaction_status":"[a-z_]+"/, '"transaction_status":"settlement"');
}
