import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { FRAME_150_200 } from '../../devices/register/fixed-frame/frame-150-200.js';
import * as fixedFrame from '../../devices/register/fixed-frame/message.js';
import { asQuestion as asJsonQuestion } from '../../devices/register/json/question.js';
import { readRequest } from '../../devices/register/json/request.js';
import * as zvt from '../../devices/register/zvt/question.js';
import { FafbMachine } from '../../devices/vending/fafb/driver.js';
import { QibixxMachine } from '../../devices/vending/mdb-qibixx/driver.js';
import { PulseMachine } from '../../devices/vending/pulse/driver.js';
import { VendotekMachine } from '../../devices/vending/vendotek/driver.js';
import { isCounted, referenceOf } from '../../devices/vending/vendotek/operation.js';
import { hex } from '../../src/base/bytes.js';
import type { RegisterQuestion } from '../../src/base/register-messages.js';
import type { Sale, Source } from '../../src/core/sale/sale.js';
import { decideRegister, type GivenAnswer } from '../../src/core/source/register-session.js';
import { comesAgain, keyOfReference } from '../../src/core/source/same-request.js';
import { awaiting, NOTHING_SOLD, says, stepped } from '../core/world.js';
import { recorded } from './register/frames.js';
import { AUTHORIZATION, SHOP } from './register/zvt-frames.js';

/** Rows of the tables of pages: what asks, what is the same request, what is another. */
const ROWS = ['register', 'vending'].flatMap((family) => {
  const page = readFileSync(new URL(`../../devices/${family}/README.md`, import.meta.url), 'utf8');
  const table = page.split('## The same request, or the next customer')[1]?.split('\n## ')[0] ?? '';
  return [...table.matchAll(/^\| (.+?) \| (.+?) \| (.+?) \|$/gm)].slice(2).map(([, ...cells]) => cells);
});

function delivered(more: Partial<Source>): Sale {
  const asked = awaiting('register', more);
  const paid = stepped(asked, says(asked, 'settlement')).sale;
  return stepped(paid, { type: 'deliveryEnded', outcome: 'done', detail: '' }).sale;
}

function json(fields: object): Extract<RegisterQuestion, { ask: 'sale' }> {
  const read = readRequest(JSON.stringify({ op: 'charge', amount: 15_000, ...fields }));
  const question = read.ok ? asJsonQuestion(read.value) : undefined;
  if (question?.ask !== 'sale') throw new Error(JSON.stringify(read));
  return question;
}

const given = (frame: string, acknowledged: boolean): GivenAnswer => ({
  ...{ frame, bytes: 'beef', result: 'approved', acknowledged },
});

/** What of each row is decided in one place, by what is really on the wire. */
const TRIALS: Readonly<Record<string, readonly [same: string, other: string, trial: () => void]>> = {
  'JSON, by LAN, cable or WebSocket, and HTTP: `ref`, and `till` or its address': [
    "the same till's same `ref`, by whichever door, for ever",
    "another till's; with another amount, or from an address that nobody can place, it is refused",
    () => {
      const first = json({ ref: 'INV-1', till: 'K1' });
      const named = delivered({ own: true, reference: 'INV-1', till: 'K1' });
      const view = { ...NOTHING_SOLD, named, lastAnswer: given('aa', true) };
      expect(decideRegister(first, 'aa', view)).toMatchObject({ do: 'resend' });
      expect(decideRegister(first, 'bb', view)).toMatchObject({ result: { result: 'approved' } });
      const other = json({ ref: 'INV-1', till: 'K2' });
      expect(keyOfReference('INV-1', other.till)).not.toBe(keyOfReference('INV-1', first.till));
      expect(decideRegister(other, 'aa', { ...NOTHING_SOLD, last: named })).toMatchObject({ do: 'open' });
      const refused = { result: { result: 'conflict' } };
      const more = json({ ref: 'INV-1', till: 'K1', amount: 16_000 });
      expect(decideRegister(more, 'aa', view)).toMatchObject(refused);
      const nowhere = json({ ref: 'INV-1' });
      expect(decideRegister(nowhere, 'aa', view)).toMatchObject(refused);
    },
  ],
  'fixed frame, ZVT: nothing but the question itself': [
    'the same bytes until their answer was heard',
    'the same bytes after that',
    () => {
      const frame = recorded('question-qris-15000');
      const asked = fixedFrame.asQuestion(fixedFrame.readQuestion(frame, FRAME_150_200), FRAME_150_200);
      for (const [bytes, question] of [
        [hex(frame), asked],
        [hex(AUTHORIZATION), zvt.asQuestion(zvt.questionApdu(AUTHORIZATION), SHOP)],
      ] as const) {
        expect(question).not.toHaveProperty('reference');
        const last = delivered({ reference: bytes });
        const decided = (heard: boolean) =>
          decideRegister(question, bytes, { ...NOTHING_SOLD, last, lastAnswer: given(bytes, heard) }).do;
        expect([decided(false), decided(true)]).toEqual(['resend', 'open']);
      }
    },
  ],
  'VTK, with a number that we gave, in answer to IDL': [
    'number, amount and product, all three, over power cuts of either side, for ever',
    'any other',
    () => {
      const key = { number: '1795612346', amount: '1500000', product: '7' };
      expect(referenceOf(key, 'before')).toBe(referenceOf(key, 'after'));
      for (const change of [{ number: '1795612347' }, { amount: '1600000' }, { product: '8' }])
        expect(referenceOf({ ...key, ...change }, 'x')).not.toBe(referenceOf(key, 'x'));
      expect(comesAgain(new VendotekMachine(NO_OPTIONS), isCounted(key) ? { counted: true } : {})).toBe(true);
    },
  ],
  "VTK, with a number of the machine's own, which begins anew whenever it likes": [
    'the open request, on the line on which it was asked, until the machine was told "paid"',
    'anything later',
    () => {
      const key = { number: '16', amount: '1500000', product: '7' };
      expect(referenceOf(key, 'before')).not.toBe(referenceOf(key, 'after'));
      expect(comesAgain(new VendotekMachine(NO_OPTIONS), isCounted(key) ? { counted: true } : {})).toBe(
        false,
      );
    },
  ],
  'MDB, FA FB, pulses': [
    'none: they have no name for a request',
    'each',
    () => {
      for (const Machine of [QibixxMachine, FafbMachine, PulseMachine])
        expect(comesAgain(new Machine(NO_OPTIONS), {})).toBe(false);
    },
  ],
};

/** Nothing is opened before `start`. */
const NO_OPTIONS = { name: 'vending' } as never;

it('has a trial of each row of the tables on pages, and no other', () => {
  expect(ROWS).toEqual(Object.entries(TRIALS).map(([asks, [same, other]]) => [asks, same, other]));
});

it.each(Object.entries(TRIALS))('%s', (_asks, [, , trial]) => trial());
