import { expect, it } from 'vitest';
import { rupiah } from '../../../src/base/rupiah.js';
import { says } from '../../core/world.js';
import { type Bench, onTheBench } from '../kit/terminal-alone.js';

const SALE = { ask: 'sale', amount: rupiah(15_000) } as const;

/** A register's sale that is settled and waits for the register to come for its answer; the counter is free. */
async function unclaimed(bench: Bench): Promise<string> {
  await bench.asks(SALE, 'aa');
  const order = await bench.charged();
  await bench.settles(order);
  await bench.sendEnds('silent');
  expect(bench.sale(order).state).toMatchObject({ at: 'delivering', step: 'claim' });
  return order;
}

it('stays busy with its open sale while a register comes for the answer of an earlier one', () =>
  onTheBench({}, async (bench) => {
    const earlier = await unclaimed(bench);
    await bench.type('1', '5', '000', 'enter');
    const order = await bench.charged();
    await bench.asks({ ask: 'inquiry', sale: { by: 'last' } }, 'bb');
    expect(bench.sale(earlier).state).toMatchObject({ at: 'delivering', step: 'telling' });
    expect(bench.open.orderId).toBe(order);
    expect(bench.screen.now).toMatchObject({ show: 'scan', orderId: order });
    await bench.sendEnds('acknowledged');
    expect(bench.sale(earlier).state.at).toBe('delivered');
    // Law 8: nobody else gets in while the QR is being paid.
    expect(bench.open.orderId).toBe(order);
    await bench.asks({ ask: 'sale', amount: rupiah(7_000) }, 'cc');
    expect((await bench.sendEnds('acknowledged')).result).toMatchObject({ result: 'busy' });
    await bench.settles(order);
    expect(bench.sale(order).state.at).toBe('delivered');
  }));

it('tells a register the end of the attempt that followed a denied one', () =>
  onTheBench({}, async (bench) => {
    await bench.asks(SALE, 'aa');
    const denied = bench.open.orderId;
    await bench.answers('charge', { kind: 'denied', code: '900', message: 'busy', retriable: true });
    await bench.clock.advance(2_000);
    const order = await bench.charged();
    expect(order).not.toBe(denied);
    await bench.settles(order);
    expect((await bench.sendEnds('acknowledged')).result).toMatchObject({ result: 'approved' });
    expect(bench.sale(order).state.at).toBe('delivered');
  }));

it('frees the counter where the register that asked is no longer configured', () =>
  onTheBench({}, async (bench) => {
    await bench.asks(SALE, 'aa');
    const order = await bench.charged();
    await bench.powerCut();
    bench.hasRegister = false;
    await bench.start();
    await bench.answers('status', says(bench.sale(order), 'settlement').outcome);
    expect(bench.terminal.state().open).toBeUndefined();
    await bench.clock.advance(60_000);
    expect(bench.sale(order).state).toMatchObject({ at: 'owed', why: 'deliveryUnknown' });
  }));

it('answers a register that asks again while its answer is on the wire', () =>
  onTheBench({}, async (bench) => {
    await bench.asks(SALE, 'aa');
    const order = await bench.charged();
    await bench.settles(order);
    // The driver ends the send as soon as another question comes in, whose answer this would be taken for.
    await bench.asks(SALE, 'aa');
    const first = await bench.sendEnds('silent');
    expect(bench.sent.length).toBe(1);
    const second = await bench.sendEnds('acknowledged');
    expect(second.result).toEqual(first.result);
    expect(bench.sale(order).state.at).toBe('delivered');
  }));

it('does not believe that a register which asks again has had its answer, even where it never acknowledges', () =>
  onTheBench({ acknowledge: 'assumed' }, async (bench) => {
    await bench.asks(SALE, 'aa');
    const order = await bench.charged();
    await bench.settles(order);
    await bench.asks(SALE, 'aa');
    await bench.sendEnds('silent');
    expect(bench.sale(order).state.at).toBe('delivering');
    await bench.sendEnds('silent');
    expect(bench.sale(order).state.at).toBe('delivered');
    expect(bench.requests.filter(({ what }) => what === 'charge')).toEqual([]);
  }));
