import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rupiah } from '../../src/base/rupiah.js';
import { CoreApiClient } from '../../src/midtrans/client.js';
import { basicAuthorization } from '../../src/midtrans/credential.js';
import { FakeTime } from '../kit/time.js';
import { ORDER, reply, reset, sample, silence } from './client-kit.js';
import { makeRelay, REFUND, type RelayBench, TOKEN } from './relay-kit.js';

let bench: RelayBench;
let client: CoreApiClient;
beforeEach(async () => {
  bench = await makeRelay({ refund: REFUND });
  client = clientWith(TOKEN);
});
afterEach(() => bench.stop());

function clientWith(token: string): CoreApiClient {
  return new CoreApiClient({
    baseUrl: bench.url,
    authorization: () => basicAuthorization('T01', token),
    terminalId: 'T01',
    paymentType: 'gopay',
    picturesNeedCredential: true,
    clock: bench.clock,
    timers: new FakeTime(),
    log: bench.log,
  });
}

describe('a terminal that talks to the relay as if it were Midtrans', () => {
  it('charges, and fetches the picture without reaching anything but the relay', async () => {
    const png = Buffer.from('\x89PNG\r\n\x1a\nrest', 'latin1');
    bench.upstream.script(reply(200, sample('charge-gopay-201.sandbox-2024.json')), reply(200, png));
    const outcome = await client.charge(ORDER);
    if (outcome.kind !== 'created') throw new Error(JSON.stringify(outcome));
    const { transactionId } = outcome.evidence;
    expect(outcome.qr.pictureUrl).toContain(`${client.pictureUrlOf(transactionId)}?terminal=T01&mark=`);
    expect(await client.picture(outcome.qr.pictureUrl ?? '')).toMatchObject({ kind: 'picture' });
    expect(bench.upstream.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /v2/charge',
      'GET /v2/gopay/98cca833-5d68-4bcb-b6c2-eb65dd2ee892/qr-code',
    ]);
    // Where the charge's answer was lost nobody told the address, and the terminal proves who it is.
    bench.upstream.script(reply(200, png));
    expect(await client.picture(client.pictureUrlOf(transactionId))).toMatchObject({ kind: 'picture' });
    expect(bench.upstream.last().headers.authorization).toBeUndefined();
  });

  it('asks, closes and refunds', async () => {
    bench.upstream.script(
      reply(200, sample('derived/status-qris-settlement-200.json')),
      reply(200, sample('error-412.json')),
      reply(200, sample('expire-407.sandbox-2021.json')),
      reply(200, sample('refund-200-full.json')),
    );
    expect(await client.status(ORDER.orderId)).toMatchObject({ evidence: { status: 'settlement' } });
    expect(await client.cancel(ORDER.orderId)).toEqual({ kind: 'cannotModify' });
    expect(await client.expire(ORDER.orderId)).toMatchObject({ evidence: { status: 'expire' } });
    expect(await client.refund(ORDER.orderId, 'R1', rupiah(10_000), 'why')).toMatchObject({
      kind: 'refunded',
    });
  });

  it('reads a relay that lets nobody refund as a final no, so that a person gives back', async () => {
    const other = await makeRelay();
    const refusing = new CoreApiClient({
      baseUrl: other.url,
      authorization: () => basicAuthorization('T01', TOKEN),
      terminalId: 'T01',
      paymentType: 'gopay',
      clock: other.clock,
      timers: new FakeTime(),
      log: other.log,
    });
    expect(await refusing.refund(ORDER.orderId, 'R1', rupiah(10_000), 'why')).toMatchObject({
      kind: 'rejected',
      message: expect.stringContaining('E680'),
    });
    await other.stop();
  });

  it('finds it healthy through to Midtrans', async () => {
    bench.upstream.script(reply(200, sample('error-404.recorded-2019.json')));
    const health = await client.health();
    expect(health.fault).toBeUndefined();
    expect(health.clockSkewMs).toEqual(expect.any(Number));
  });

  it('finds it unhealthy when Midtrans is away, or the token is wrong', async () => {
    bench.upstream.script(reset);
    expect(await client.health()).toMatchObject({ fault: { kind: 'unanswered', code: 566 } });
    expect(await clientWith('wrong').health()).toMatchObject({ fault: { kind: 'refused', code: 501 } });
  });

  it('reads the limits: the amount is a final no, the rate may work later', async () => {
    bench.upstream.script(reply(200, sample('charge-gopay-201.sandbox-2024.json')));
    expect(await client.charge({ ...ORDER, amount: rupiah(10_000_001) })).toMatchObject({
      kind: 'refused',
      fault: { kind: 'refused', code: 502, detail: expect.stringContaining('E675 Amount Rp10.000.001') },
    });
    for (const last of [1, 2, 3]) {
      const orderId = ORDER.orderId.slice(0, -1) + last;
      await client.charge({ ...ORDER, orderId, idempotencyKey: `${orderId}-ch` });
    }
    expect(await client.charge(ORDER)).toMatchObject({
      kind: 'unknown',
      fault: { kind: 'temporary', code: 565, detail: expect.stringContaining('E676') },
    });
    expect(bench.upstream.seen).toHaveLength(3);
  });

  it('reads a silent Midtrans as unknown, never as failed', async () => {
    bench.upstream.script(reset);
    const lost = await client.charge(ORDER);
    bench.upstream.script(silence);
    const arrived = bench.upstream.nextRequest();
    const charging = client.charge(ORDER);
    await arrived;
    bench.timers.ringAll();
    for (const outcome of [lost, await charging])
      expect(outcome).toMatchObject({ kind: 'unknown', fault: { kind: 'unanswered', code: 566 } });
  });

  it('reads a stranger’s order as unknown, so that no live sale is closed by a wrong name', async () => {
    expect(await client.status('T02-01JDA3Z1000000000000000000')).toMatchObject({ kind: 'unknown' });
    expect(await client.cancel('T02-01JDA3Z1000000000000000000')).toMatchObject({ kind: 'unknown' });
  });

  it('reads a wrong base address as unknown', async () => {
    const lost = new CoreApiClient({
      baseUrl: `${bench.url}/api`,
      authorization: () => basicAuthorization('T01', TOKEN),
      terminalId: 'T01',
      paymentType: 'gopay',
      clock: bench.clock,
      timers: new FakeTime(),
      log: bench.log,
    });
    expect(await lost.status(ORDER.orderId)).toMatchObject({ kind: 'unknown', fault: { code: 568 } });
    expect(await lost.charge(ORDER)).toMatchObject({ kind: 'unknown' });
  });
});
