import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { lineCallers } from '../../../devices/kit/open-callers.js';
import { JsonRegister } from '../../../devices/register/json/driver.js';
import type { RegisterProgress, RegisterResult, RegisterSale } from '../../../src/base/register-messages.js';
import { rupiah } from '../../../src/base/rupiah.js';
import type { RegisterEvent } from '../../../src/port/register.js';
import { unlawful } from '../../kit/json/schema.js';
import { KeptLog } from '../../kit/kept-log.js';
import { FakeLine } from '../../kit/pty/fake-line.js';
import { FakeTime, settled } from '../../kit/time.js';
import { patientClock } from './json-wires.js';
import { PAID_SALE } from './results.js';

const FILE = fileURLToPath(new URL('../fixtures/register/json-sales.txt', import.meta.url));

const SALE: RegisterSale = { ...PAID_SALE, reference: 'INV-1' };
const ONE = { count: 1, sum: 15_000 };
const NONE = { count: 0, sum: 0 };
const SHIFT = {
  number: 7,
  openedAtMs: Date.UTC(2026, 0, 15, 0, 0, 0),
  closedAtMs: Date.UTC(2026, 0, 15, 14, 0, 0),
  ...{ settled: ONE, delivered: ONE, refunded: NONE, owed: NONE, cancelled: NONE, expired: NONE },
};
type Step = RegisterProgress extends infer P
  ? P extends unknown
    ? Omit<P, 'frame' | 'orderId' | 'amount'>
    : never
  : never;

/** What the session says in the transcript, in its order: progress of the sale, or the result of the last question. */
const SAYS: readonly (Step | RegisterResult)[] = [
  { result: 'echo' },
  { step: 'charging' },
  { step: 'scan', payload: '00020101021226620014COM.GO-JEK.WWW6304608E', leftMs: 120_000 },
  { result: 'approved', sale: SALE },
  { result: 'conflict', sale: SALE },
  { step: 'closing' },
  { result: 'notReady', code: 401 },
  { result: 'notRefunded', sale: SALE, code: 542 },
  { result: 'shiftClosed', shift: SHIFT },
  { result: 'unsupported' },
  { result: 'noSuchSale' },
];

it('says what the transcript says, byte for byte', async () => {
  const lines = readFileSync(FILE, 'utf8')
    .split('\n')
    .filter((line) => /^(<-|->) /.test(line));
  const line = new FakeLine();
  const events: RegisterEvent[] = [];
  const register = new JsonRegister({
    name: 'register',
    callers: lineCallers(line),
    clock: patientClock(),
    timers: new FakeTime(),
    log: new KeptLog(),
    ...{ ackWaitMs: 3_000, resends: 2, acknowledge: 'required', zoneMinutes: 420 },
  });
  register.start((event) => events.push(event));
  line.open();
  const says = [...SAYS];
  const outcomes: Promise<string>[] = [];
  for (const entry of lines) {
    const text = `${entry.slice(3)}\n`;
    if (entry.startsWith('<-')) {
      line.bring(Uint8Array.from(Buffer.from(text)));
      continue;
    }
    const asked = events.findLast((event) => event.kind === 'asked');
    const said = says.shift();
    if (asked?.kind !== 'asked' || said === undefined) throw new Error(`nothing says ${text}`);
    const { frame, question } = asked;
    if ('result' in said) outcomes.push(register.send(register.encode(frame, said)));
    else {
      const amount = (question.ask === 'sale' && question.amount) || rupiah(0);
      register.progress({ ...said, frame, orderId: SALE.orderId, amount });
    }
    await settled();
    expect(Buffer.concat(line.writes.splice(0)).toString()).toBe(text);
  }
  expect(says).toEqual([]);
  expect(new Set(await Promise.all(outcomes))).toEqual(new Set(['acknowledged']));
  await register.stop();
  const messages = lines
    .map((entry) => entry.slice(3))
    .filter((message) => !message.includes('"tip"') || message.includes('msg'));
  expect(unlawful(messages)).toEqual([]);
});
