import { expect, it } from 'vitest';
import { lifeMs } from '../../src/core/sale/qr-lifetime.js';
import { created, newSale, stepped } from './world.js';

const RULES = { qrLifeMs: 300_000 };
const { sale } = newSale('vending');

it('shows a QR no longer than its source waits, less the time that closing takes', () => {
  expect(lifeMs(sale, RULES, { wallMs: 0 })).toBe(300_000);
  expect(lifeMs({ ...sale, patienceMs: 60_000 }, RULES, { wallMs: 0 })).toBe(55_000);
  expect(lifeMs({ ...sale, patienceMs: 60_000 }, RULES, { wallMs: 20_000 })).toBe(35_000);
  expect(lifeMs({ ...sale, patienceMs: 900_000 }, RULES, { wallMs: 0 })).toBe(300_000);
});

it('is never longer than that when the clock jumps, and shown for a moment in any case', () => {
  expect(lifeMs({ ...sale, patienceMs: 60_000 }, RULES, { wallMs: -9e12 })).toBe(55_000);
  expect(lifeMs({ ...sale, patienceMs: 60_000 }, RULES, { wallMs: 9e12 })).toBe(1_000);
});

it('sets the timer by it when the charge is answered', () => {
  const waiting = { ...sale, patienceMs: 60_000 };
  const charged = stepped(waiting, created(waiting), 10_000);
  expect(charged.effects).toContainEqual({ do: 'startTimer', timer: 'life', afterMs: 45_000 });
  expect(charged.sale.state).toMatchObject({ endsAtMs: 55_000 });
});
