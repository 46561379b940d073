import { expect, it } from 'vitest';
import { unanswered } from '../../src/base/fault.js';
import { err, ok, type Result } from '../../src/base/result.js';
import { rupiah } from '../../src/base/rupiah.js';
import { RateWindow } from '../../src/bounds/rate-window.js';
import { FAULT } from '../../src/core/fault/table.js';
import { FRESH_MS } from '../../src/core/readiness.js';
import { CoreApiClient } from '../../src/midtrans/client.js';
import { basicAuthorization } from '../../src/midtrans/credential.js';
import type { HttpAnswer, HttpRequest, HttpTransport } from '../../src/midtrans/exchange.js';
import { CoreApiFront } from '../../src/relay/front.js';
import { Metrics } from '../../src/relay/metrics.js';
import { PictureAddresses } from '../../src/relay/picture-url.js';
import { Terminals, tokenSha256 } from '../../src/relay/terminals.js';
import { Upstream } from '../../src/relay/upstream.js';
import type { TerminalContext, TerminalEvent } from '../../src/terminal/context.js';
import type { OpeningKeeper } from '../../src/terminal/opening-keeper.js';
import { ProgramScreen } from '../../src/terminal/program-screen.js';
import { ReadinessKeeper } from '../../src/terminal/readiness-keeper.js';
import { KeptLog } from '../kit/kept-log.js';
import { FakeTime } from '../kit/time.js';
import { SERVER_KEY, sample } from './client-kit.js';

const MINUTE_MS = 60_000;

/** Midtrans: when it was asked, and whether it answers. */
class Gateway {
  readonly askedMs: number[] = [];
  readonly orders: string[] = [];
  silent = false;
  readonly #time: FakeTime;

  constructor(time: FakeTime) {
    this.#time = time;
  }

  readonly exchange: HttpTransport = ({ url }, { timeoutMs }) => {
    this.askedMs.push(this.#time.monoMs());
    this.orders.push(url.split('/').at(-2) ?? '');
    if (!this.silent) return Promise.resolve(ok(answerOf(404, sample('error-404.recorded-2019.json'))));
    return new Promise((resolve) => {
      this.#time.after(timeoutMs, () => resolve(err(unanswered(FAULT.gatewayTimedOut, 'no answer'))));
    });
  };

  /** The most requests in any minute. */
  busiest(sinceMs = 0): number {
    const asked = this.askedMs.filter((ms) => ms >= sinceMs);
    return Math.max(0, ...asked.map((ms) => asked.filter((at) => at >= ms && at < ms + MINUTE_MS).length));
  }
}

function answerOf(status: number, text: string, ageMs?: number): HttpAnswer {
  const type = 'application/json';
  const bytes = Buffer.from(text);
  return {
    ...{ status, bytes, contentType: type, wireContentType: type },
    ...(ageMs === undefined ? {} : { ageMs }),
  };
}

function makeFront(time: FakeTime, gateway: Gateway, ids: readonly string[]): CoreApiFront {
  const log = new KeptLog();
  return new CoreApiFront({
    terminals: new Terminals(ids.map((id) => ({ id, tokenSha256: tokenSha256(id) }))),
    maxAmount: rupiah(10_000_000),
    charges: new RateWindow(30, time),
    requests: new RateWindow(300, time),
    pictures: new PictureAddresses(SERVER_KEY),
    upstream: new Upstream({
      ...{ baseUrl: 'https://midtrans.test', serverKey: SERVER_KEY },
      ...{ clock: time, timers: time, exchange: gateway.exchange },
    }),
    clock: time,
    counters: new Metrics(),
    log,
    addresses: () => ({ publicUrl: 'https://relay.test', notifyUrl: 'https://relay.test/notify' }),
  });
}

/** The relay as a terminal reaches it. */
function byRelay(front: CoreApiFront): HttpTransport {
  return async ({ url, headers }: HttpRequest): Promise<Result<HttpAnswer, never>> => {
    const {
      status,
      body,
      headers: told,
    } = await front.handle({
      ...{ operation: 'status', orderId: url.split('/').at(-2) ?? '', body: new Uint8Array() },
      authorization: headers['Authorization'] ?? '',
    });
    const text = typeof body === 'string' ? body : Buffer.from(body).toString();
    return ok(answerOf(status, text, Number(told?.['Age']) * 1000));
  };
}

/** What of a terminal asks how the gateway is. */
function makeBox(time: FakeTime, id: string, exchange: HttpTransport, direct = false): ReadinessKeeper {
  const client = new CoreApiClient({
    ...{ baseUrl: 'https://relay.test', terminalId: id, paymentType: 'gopay', exchange },
    ...{ authorization: () => basicAuthorization(id, id), customer: {}, metadata: {} },
    ...{ clock: time, timers: time, log: new KeptLog() },
  } as ConstructorParameters<typeof CoreApiClient>[0]);
  const context = {
    adapters: {
      ...{ clock: time, timers: time, log: new KeptLog(), gateway: client },
      ...{ displays: [], registers: [] },
    },
    settings: { direct },
    post: (event: TerminalEvent) => event.on === 'reading' && keeper.take(event.fact, event.reading),
    endOnRejection: (work: Promise<unknown>) => void work,
  } as unknown as TerminalContext;
  const opening = { usual: 'keypad', bind: () => false } as unknown as OpeningKeeper;
  const keeper: ReadinessKeeper = new ReadinessKeeper(context, new ProgramScreen(context.adapters), opening);
  return keeper;
}

/** As law 9 judges it. */
function isGood(box: ReadinessKeeper, time: FakeTime): boolean {
  const reading = box.reading('gateway');
  return reading?.code === 0 && time.monoMs() - reading.atMs <= FRESH_MS.gateway;
}

/** Boxes that start one after the other within their first 20 s, all idle. */
async function startFleet(size: number) {
  const time = new FakeTime();
  const gateway = new Gateway(time);
  const ids = Array.from({ length: size }, (_, i) => `BOX${i + 1}`);
  const front = makeFront(time, gateway, ids);
  const boxes = ids.map((id, i) => {
    const box = makeBox(time, id, byRelay(front));
    time.after((i * 20_000) / size, () => box.start());
    return box;
  });
  await time.pass(20_000);
  return { time, gateway, front, boxes };
}

it('300 idle boxes ask Midtrans at most four times a minute, and all know how it is', async () => {
  const { time, gateway, boxes } = await startFleet(300);
  await time.pass(5 * MINUTE_MS);
  expect(gateway.askedMs.length).toBeGreaterThan(10);
  expect(gateway.busiest()).toBeLessThanOrEqual(4);
  expect(new Set(gateway.orders)).toEqual(new Set(['RELAY-HEALTH']));
  expect(boxes.every((box) => isGood(box, time))).toBe(true);
});

it('boxes notice within 50 s that Midtrans is away, and that it is back', async () => {
  const { time, gateway, boxes } = await startFleet(30);
  for (const startsAfterMs of [3_000, 11_000, 16_500]) {
    await time.pass(startsAfterMs);
    gateway.silent = true;
    await time.pass(50_000);
    expect(boxes.map(({ readings }) => readings.gateway?.code)).toEqual(
      boxes.map(() => FAULT.gatewayTrouble),
    );
    gateway.silent = false;
    await time.pass(50_000);
    expect(boxes.every((box) => isGood(box, time))).toBe(true);
  }
  gateway.silent = true;
  await time.pass(3 * MINUTE_MS);
  expect(gateway.busiest()).toBeLessThanOrEqual(4);
});

it('the age of the word is told, and counted by the box', async () => {
  const { time, gateway, front, boxes } = await startFleet(2);
  const asked = gateway.askedMs.at(-1) ?? Number.NaN;
  const { headers } = await front.handle({
    ...{ operation: 'status', orderId: 'BOX1-HEALTH', body: new Uint8Array() },
    authorization: basicAuthorization('BOX1', 'BOX1'),
  });
  expect(headers?.['Age']).toBe(String((time.monoMs() - asked) / 1000));
  // The second asked 10 s after the first, and was told what the first had been told.
  expect(boxes[1]?.reading('gateway')?.atMs).toBe(0);
});

it('a request of a sale that was not answered makes the next box ask anew', async () => {
  const { time, gateway, front, boxes } = await startFleet(4);
  gateway.silent = true;
  const asked = front.handle({
    ...{ operation: 'status', orderId: 'BOX1-01JDA3Z1000000000000000000', body: new Uint8Array() },
    authorization: basicAuthorization('BOX1', 'BOX1'),
  });
  await time.pass(8_000);
  expect((await asked).status).toBe(504);
  // The last word is 15 s old when the last box asks: good for another five, had nobody doubted it.
  await time.pass(13_500);
  expect(boxes.map(({ readings }) => readings.gateway?.code)).toContain(FAULT.gatewayTrouble);
  expect(gateway.orders.filter((order) => order === 'RELAY-HEALTH').length).toBeLessThanOrEqual(4);
});

it("nobody asks with another's name, or without a credential", async () => {
  const { gateway, front } = await startFleet(1);
  const before = gateway.askedMs.length;
  const ask = (orderId: string, authorization: string) =>
    front.handle({ operation: 'status', orderId, body: new Uint8Array(), authorization });
  expect((await ask('BOX2-HEALTH', basicAuthorization('BOX1', 'BOX1'))).status).toBe(400);
  expect((await ask('BOX1-HEALTH', basicAuthorization('BOX1', 'wrong'))).status).toBe(401);
  expect(gateway.askedMs).toHaveLength(before);
});

it('a terminal of its own asks Midtrans once a minute, notices within 68 s and leaves alone what does not answer', async () => {
  const time = new FakeTime();
  const gateway = new Gateway(time);
  const box = makeBox(time, 'BOX1', gateway.exchange, true);
  box.start();
  await time.pass(10 * MINUTE_MS);
  expect(gateway.busiest()).toBe(1);
  expect(isGood(box, time)).toBe(true);
  gateway.silent = true;
  const downMs = time.monoMs();
  await time.pass(68_000);
  expect(isGood(box, time)).toBe(false);
  await time.pass(10 * MINUTE_MS);
  expect(gateway.busiest(downMs)).toBeLessThanOrEqual(2);
  gateway.silent = false;
  await time.pass(MINUTE_MS);
  expect(isGood(box, time)).toBe(true);
});
