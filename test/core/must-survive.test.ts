import { expect, it } from 'vitest';
import { ok } from '../../src/base/result.js';
import type { SaleEvent } from '../../src/core/sale/event.js';
import { mustSurvive } from '../../src/core/sale/must-survive.js';
import type { Sale } from '../../src/core/sale/sale.js';
import { awaiting, created, decided, emvPayload, NO_ANSWER, newSale, says, stepped } from './world.js';

/** Undefined for what is ignored. */
function survives(sale: Sale, event: SaleEvent): boolean | undefined {
  const made = decided(sale, event);
  return made.kind === 'step' ? mustSurvive(sale, made) : undefined;
}

const after = (sale: Sale, ...events: readonly SaleEvent[]): Sale =>
  events.reduce((now, event) => stepped(now, event).sale, sale);

const charging = newSale().sale;
const charged = after(charging, created(charging));
const shown = awaiting();
const paid = after(shown, says(shown, 'settlement'));
const delivered = after(paid, { type: 'deliveryEnded', outcome: 'done', detail: '' });
const closed = after(shown, { type: 'cancelAsked', by: 'pad' }, says(shown, 'cancel'));
const watched = after(closed, says(closed, 'cancel'), says(closed, 'cancel'), says(closed, 'cancel'));
const lost = { type: 'statusAnswered', outcome: { kind: 'unknown', fault: NO_ANSWER } } as const;
const refund = { type: 'notified', hint: 'refund' } as const;

it.each<[string, Sale, SaleEvent]>([
  ['the QR is shown', charged, { type: 'qrRead', result: ok(emvPayload(15_000)) }],
  ['settled', shown, says(shown, 'settlement')],
  ['handed over', paid, { type: 'deliveryEnded', outcome: 'done', detail: '' }],
  [
    'sent into silence',
    after(newSale('register').sale, created(newSale('register').sale)),
    says(shown, 'settlement'),
  ],
  ['given up', shown, { type: 'cancelAsked', by: 'pad' }],
  ['its time is over', shown, { type: 'timer', timer: 'life' }],
  ['ended by the gateway', shown, says(shown, 'expire')],
  ['given up while it is being charged', charging, { type: 'cancelAsked', by: 'pad' }],
  ['a notice of what was closed and watched', watched, { type: 'notified', hint: 'settlement' }],
  ['a notice of a refund', delivered, refund],
  ['a notice of another refund', after(delivered, refund, says(delivered, 'settlement')), refund],
  ['what went back', after(delivered, refund), says(delivered, 'refund')],
])('is on disk before anything follows: %s', (_what, sale, event) => {
  expect(survives(sale, event)).toBe(true);
});

it.each<[string, Sale, SaleEvent]>([
  ['the charge was created', charging, created(charging)],
  [
    'its answer was lost',
    charging,
    { type: 'chargeAnswered', outcome: { kind: 'unknown', fault: NO_ANSWER } },
  ],
  ['a screen has it', shown, { type: 'presented', screen: true, paper: false }],
  ['it is pending', shown, says(shown, 'pending')],
  ['no answer', shown, lost],
  ['time to ask', shown, { type: 'timer', timer: 'look' }],
  ['a notice of a sale that is asked about anyway', shown, { type: 'notified', hint: 'settlement' }],
  ['a look at what was closed', closed, says(closed, 'cancel')],
  ['one more look for a refund', after(delivered, refund), says(delivered, 'settlement')],
])('may be lost with the power, and is found again by asking: %s', (_what, sale, event) => {
  expect(survives(sale, event)).toBe(false);
});
