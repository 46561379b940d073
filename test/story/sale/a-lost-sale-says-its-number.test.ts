import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../src/base/fault.js';
import { err } from '../../../src/base/result.js';
import { created, says } from '../../core/world.js';
import { type Bench, onTheBench } from '../kit/terminal-alone.js';

const KEYS = ['1', '5', '000', 'enter'] as const;

/** How a sale went in the log that a shop has: without debug. */
function told(bench: Bench, order: string): string {
  return bench.shopLog.filter((line) => line.startsWith(order)).join('\n');
}

/** A picture's fault is tried again after these, where it may pass. */
async function retries(bench: Bench): Promise<void> {
  for (const waitMs of [1_000, 2_000, 4_000]) await bench.clock.advance(waitMs);
}

async function lostForItsPicture(bench: Bench): Promise<string> {
  await bench.type(...KEYS);
  const sale = bench.open;
  const { outcome } = created(sale);
  await bench.answers('charge', {
    ...outcome,
    qr: { pictureUrl: 'https://api.example/qr' },
  } as typeof outcome);
  await retries(bench);
  expect(bench.sale(sale.orderId).state.at).toBe('closing');
  await bench.answers('cancel', says(sale, 'cancel').outcome);
  expect(bench.sale(sale.orderId).state).toMatchObject({ at: 'closed' });
  return sale.orderId;
}

describe('a shop reads the number of what lost it a sale, where', () => {
  it.each([
    ['no picture came', 450, 'temporary'],
    ['the picture is too large', 451, 'refused'],
    ['no QR is in the picture', 452, 'refused'],
    ['the picture is damaged', 453, 'temporary'],
    ['the QR holds something else', 454, 'refused'],
  ] as const)('%s (E%i)', (_what, code, kind) =>
    onTheBench({ read: err({ kind, code, detail: 'as read' }) }, async (bench) => {
      const order = await lostForItsPicture(bench);
      // A whole picture that is no QR of ours is the same the next time, and the customer waits.
      expect(bench.fetched).toBe(kind === 'refused' ? 1 : 4);
      expect(told(bench, order)).toContain(`awaitingPayment -> closing(noQr, E${code})`);
      expect(told(bench, order)).toContain(`closing -> closed(cancelled, E${code})`);
    }),
  );

  it.each([
    ['no answer came in time', 562, 'unanswered'],
    ['the answer could not be read', 564, 'unanswered'],
    ['the picture is not to be had', 570, 'refused'],
    ['what came is no picture', 571, 'unanswered'],
  ] as const)('%s instead of the picture (E%i)', (_what, code, kind) =>
    onTheBench({ picture: { kind: 'none', fault: { kind, code, detail: '' } } }, async (bench) => {
      const order = await lostForItsPicture(bench);
      expect(told(bench, order)).toContain(`awaitingPayment -> closing(noQr, E${code})`);
      expect(told(bench, order)).toContain(`closing -> closed(cancelled, E${code})`);
    }),
  );

  const silence = (code: number): Fault => ({ kind: 'unanswered', code, detail: '' });

  it.each([562, 564])('the charge got no usable answer and never was (E%i)', (code) =>
    onTheBench({}, async (bench) => {
      await bench.type(...KEYS);
      const order = bench.open.orderId;
      await bench.answers('charge', { kind: 'unknown', fault: silence(code) });
      for (const waitMs of [1_000, 10_000, 10_000, 10_000]) {
        await bench.clock.advance(waitMs);
        await bench.answers('status', { kind: 'notFound' });
      }
      expect(bench.sale(order).state).toMatchObject({ at: 'closed', how: 'neverCharged' });
      expect(told(bench, order)).toContain(`charging -> chargeUnknown(E${code})`);
      expect(told(bench, order)).toContain(`chargeUnknown -> closed(neverCharged, E${code})`);
    }),
  );

  it.each([562, 564])('the gateway said nothing more for as long as anybody waits (E%i)', (code) =>
    onTheBench({}, async (bench) => {
      await bench.type(...KEYS);
      const order = bench.open.orderId;
      await bench.answers('charge', { kind: 'unknown', fault: silence(code) });
      await bench.clock.advance(60_000);
      expect(bench.sale(order).state).toMatchObject({ at: 'closing', source: 'released' });
      expect(told(bench, order)).toContain(`chargeUnknown -> closing(chargeLost, E${code})`);
    }),
  );

  it('the customer gave up while the gateway was silent (E562)', () =>
    onTheBench({}, async (bench) => {
      await bench.type(...KEYS);
      const order = await bench.charged();
      await bench.type('cancel');
      await bench.answers('cancel', { kind: 'unknown', fault: silence(562) });
      await bench.clock.advance(60_000);
      expect(bench.screen.now).toMatchObject({ show: 'closed', code: 562, unsure: true });
      expect(told(bench, order)).toContain('E562');
    }));
});
