import { afterEach, expect, it, vi } from 'vitest';
import { rupiah } from '../../../src/base/rupiah.js';
import { RULES, says } from '../../core/world.js';
import { happenings } from '../../kit/happenings.js';
import { payScanned, registerStory, said } from '../kit/register-peer.js';
import { type Shop, story } from '../kit/shop.js';
import { countSyncs } from '../kit/syncs.js';
import { ask } from '../kit/technician.js';
import { type Bench, onTheBench } from '../kit/terminal-alone.js';
import { vtkStory } from '../kit/vending-shop.js';

afterEach(() => vi.restoreAllMocks());

/** Until all that a sale leaves behind is on disk, the ends of its slips too; the proof of the disk comes later. */
const AFTERWARDS_MS = 20_000;

/** A minute of polls that find it pending. */
async function dallies(shop: Shop): Promise<void> {
  for (let i = 0; i < 6; i += 1) await shop.clock.advance(10_000);
  expect(said(shop, '/status')).toBeGreaterThan(5);
}

async function pays(shop: Shop): Promise<string> {
  const order = await payScanned(shop);
  await shop.clock.advance(0);
  return order;
}

for (const slow of [false, true]) {
  const when = slow ? 'after a minute of polls' : 'at once';

  it(`a sale at the page that is paid ${when} is four synced commits`, () =>
    story({ printer: false }, async (shop) => {
      const syncs = countSyncs();
      const order = await shop.ring(15_000);
      await shop.shows('scan');
      if (slow) await dallies(shop);
      await pays(shop);
      await shop.reaches(order, 'delivered');
      await shop.clock.advance(AFTERWARDS_MS);
      expect(syncs()).toBe(4);
      // All of its story is there, on disk or not.
      const { text } = await ask(shop, 'why', [order]);
      expect(text).toMatch(/The screen shows it/);
    }));

  it(`with two slips it is four and one for the end of the last, paid ${when}`, () =>
    story({}, async (shop) => {
      const syncs = countSyncs();
      const order = await shop.ring(15_000);
      await shop.shows('scan');
      await shop.until('the QR slip', () => said(shop, `${order} qr slip printed`) === 1);
      if (slow) await dallies(shop);
      await pays(shop);
      await shop.reaches(order, 'delivered');
      await shop.until('the receipt', () => said(shop, `${order} receipt slip printed`) === 1);
      expect(syncs()).toBe(4);
      await shop.clock.advance(AFTERWARDS_MS);
      expect(syncs()).toBe(5);
    }));

  it(`for a register four: its answer is in the third, that it was heard in the fourth, paid ${when}`, () =>
    registerStory({ printer: false }, async (shop, register) => {
      const syncs = countSyncs();
      await register.ask('01', { amount: 15_000 });
      await shop.shows('scan');
      if (slow) await dallies(shop);
      const order = await pays(shop);
      await register.takes();
      await shop.reaches(order, 'delivered');
      await shop.clock.advance(AFTERWARDS_MS);
      expect(syncs()).toBe(4);
    }));

  it(`for a VTK machine four, paid ${when}`, () =>
    vtkStory({ printer: false }, async (shop, machine) => {
      const syncs = countSyncs();
      machine.does('buy 1500000 7 KOPI');
      await shop.shows('scan');
      if (slow) await dallies(shop);
      const order = await pays(shop);
      await machine.hears();
      machine.does('done');
      await machine.hears();
      await shop.reaches(order, 'delivered');
      await shop.clock.advance(AFTERWARDS_MS);
      expect(syncs()).toBe(4);
    }));
}

const SALE = { ask: 'sale', amount: rupiah(15_000) } as const;

/** The status is pending, `times` times. */
async function polled(bench: Bench, order: string, times: number): Promise<void> {
  for (let i = 0; i < times; i += 1) {
    await bench.clock.advance(10_000);
    await bench.answers('status', says(bench.sale(order), 'pending').outcome);
  }
}

it('a hundred polls of a sale that waits commit nothing but the proof of the disk, once in five minutes', () =>
  onTheBench({ settings: { rules: { ...RULES, qrLifeMs: 3_600_000 } } }, async (bench) => {
    await bench.type('1', '5', '000', 'enter');
    const order = await bench.charged();
    const syncs = countSyncs();
    await polled(bench, order, 29);
    expect(syncs()).toBe(0);
    await polled(bench, order, 71);
    expect(syncs()).toBe(3);
    // None of them is lost by that, and few wait at a time; all of them are one row.
    const rows = bench.journal.eventsOf(order).filter(({ kind }) => kind === 'statusAnswered');
    expect(rows).toMatchObject([{ again: { times: 99, wallMs: bench.clock.wallMs() } }]);
    expect(bench.journal.waiting.waiting).toBeLessThan(100);
  }));

it('a notice that says what is known, one for nobody, and an answer given once more commit nothing', () =>
  onTheBench({}, async (bench) => {
    await bench.asks(SALE, 'aa');
    const order = await bench.charged();
    const syncs = countSyncs();
    await bench.rings(order, 'pending', 'n1');
    await bench.rings('T1-NOBODY', 'settlement', 'n2');
    await bench.asks(SALE, 'aa');
    expect(syncs()).toBe(0);
    await bench.settles(order);
    await bench.sendEnds('acknowledged');
    expect(syncs()).toBe(2);
    const inquiry = { ask: 'inquiry', sale: { by: 'last' } } as const;
    await bench.asks(inquiry, 'bb');
    await bench.sendEnds('acknowledged');
    const once = syncs();
    await bench.asks(inquiry, 'bb');
    await bench.sendEnds('acknowledged');
    expect(syncs()).toBe(once);
  }));

it('an answer given again to who never acknowledges commits nothing, however often he asks', () =>
  onTheBench({}, async (bench) => {
    await bench.asks(SALE, 'aa');
    await bench.charged();
    const asks = [
      [{ ask: 'sale', amount: rupiah(9_000) }, 'cc'],
      [{ ask: 'inquiry', sale: { by: 'last' } }, 'bb'],
    ] as const;
    const askAll = async () => {
      for (const [question, frame] of asks) {
        await bench.asks(question, frame);
        await bench.sendEnds('silent');
      }
    };
    await askAll();
    const syncs = countSyncs();
    const answers = () => bench.journal.answers.to(['till'], 'cc');
    const said = answers();
    for (let n = 0; n < 20; n += 1) await askAll();
    expect(syncs()).toBe(0);
    expect(answers()).toEqual(said);
    // Another question is on disk with its answer before that is said.
    await bench.asks(asks[0][0], 'dd');
    expect(syncs()).toBe(1);
  }));

it('acknowledges a notice of what nobody would ask about by himself only when it is on disk', () =>
  onTheBench({}, async (bench) => {
    await bench.type('1', '5', '000', 'enter');
    const order = await bench.charged();
    await bench.settles(order);
    expect(bench.sale(order).state.at).toBe('delivered');
    const syncs = countSyncs();
    await bench.rings(order, 'refund', 'n2');
    expect(syncs()).toBe(1);
    expect(bench.journal.waiting.waiting).toBe(0);
  }));

it('after a power cut in which polls and the end of a QR were lost, the same sale goes on', () =>
  onTheBench({}, async (bench) => {
    await bench.type('1', '5', '000', 'enter');
    const order = await bench.charged();
    await bench.rings(order, 'settlement');
    await bench.answers('status', says(bench.sale(order), 'pending').outcome);
    await polled(bench, order, 2);
    const told = happenings(bench.journal.eventsOf(order));
    await bench.powerCut();
    await bench.start();
    expect(happenings(bench.journal.eventsOf(order))).toBeLessThan(told);
    // It asks by itself: the notice that was acknowledged is not needed.
    await bench.answers('status', says(bench.sale(order), 'settlement').outcome);
    expect(bench.sale(order).state.at).toBe('delivered');
  }));

it('proves the disk twelve times in an idle hour, and is ready all the while', () =>
  onTheBench({}, async (bench) => {
    const syncs = countSyncs();
    for (let s = 0; s < 3_600; s += 10) {
      await bench.clock.advance(10_000);
      expect(bench.terminal.state().readiness.ready).toBe(true);
    }
    expect(syncs()).toBeGreaterThan(10);
    expect(syncs()).toBeLessThanOrEqual(12);
  }));

it('takes the commit of a sale for a proof, and does not sell on one that is older than it may be', () =>
  onTheBench({}, async (bench) => {
    await bench.clock.advance(200_000);
    await bench.type('1', '5', '000', 'enter');
    const order = await bench.charged();
    await bench.settles(order);
    const syncs = countSyncs();
    await bench.clock.advance(290_000);
    expect(syncs()).toBe(0);
    await bench.clock.advance(14_000);
    expect(syncs()).toBe(1);
    expect(bench.terminal.state().readings.journal).toMatchObject({ code: 0, detail: 'commits' });
  }));

it('does not sell on a disk that has turned read-only between two proofs, and sells when it is well again', () => {
  let readOnly = false;
  const freeBytes = async (): Promise<number> => {
    if (readOnly) throw new Error('EROFS: read-only file system');
    return 1e9;
  };
  return onTheBench({ freeBytes }, async (bench) => {
    readOnly = true;
    await bench.clock.advance(20_000);
    await bench.calm();
    expect(bench.terminal.state().readiness).toMatchObject({ ready: false, code: 713 });
    readOnly = false;
    const syncs = countSyncs();
    await bench.clock.advance(20_000);
    await bench.calm();
    expect(bench.terminal.state().readiness).toMatchObject({ ready: true });
    // That it answers is not enough: a commit has proved it.
    expect(syncs()).toBe(1);
  });
});
