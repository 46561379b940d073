import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ZvtRegister } from '../../../devices/register/zvt/driver.js';
import { hex } from '../../../src/base/bytes.js';
import { KeptLog } from '../../kit/kept-log.js';
import { FakeLine } from '../../kit/pty/fake-line.js';
import { FakeTime, settled } from '../../kit/time.js';
import { AUTHORIZATION, bytes, CONFIRMED, SALE, SHOP } from './zvt-frames.js';

const T3_MS = 5_000;

type Step =
  | { readonly do: 'yes' | 'no' | 'never' | 'ask' | 'abort' | 'answer' | 'scan' | 'register' | 'redial' }
  | { readonly do: 'pass'; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Step>({ do: 'yes' }) },
  { weight: 4, arbitrary: fc.constant<Step>({ do: 'answer' }) },
  {
    weight: 8,
    arbitrary: fc.constantFrom<Step>(
      ...(['no', 'never', 'ask', 'ask', 'abort', 'scan', 'register', 'redial'] as const).map(
        (what): Step => ({ do: what }),
      ),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom(50, 600, 2_100, T3_MS, 6_000).map((ms): Step => ({ do: 'pass', ms })),
  },
);

/**
 * A register that replies to our commands in their order, sometimes late, sometimes with a refusal and sometimes never,
 * and that asks whatever it likes in between. A command that crossed a question of its own it replies to in time or not
 * at all.
 */
class Whimsical {
  readonly line = new FakeLine('caller');
  readonly timers = new FakeTime();
  readonly driver = new ZvtRegister({
    ...{ line: this.line, timers: this.timers },
    log: new KeptLog(),
    ...SHOP,
  });
  /** It has said yes to a status information with result 00. */
  confirmed = false;
  #unreplied: { readonly apdu: string; readonly atMs: number; crossed: boolean }[] = [];
  #nowMs = 0;
  #answered: Promise<void> | undefined;
  readonly claims: boolean[] = [];

  start(): void {
    this.driver.start(() => undefined);
    this.line.open();
  }

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case 'yes':
        return this.#reply(CONFIRMED);
      case 'no':
        return this.#reply(bytes('84 6c 00'));
      case 'never':
        this.#unreplied.shift();
        return;
      case 'ask':
        return this.#ask(hex(AUTHORIZATION));
      case 'register':
        return this.#ask('060006000000080360');
      case 'abort':
        return this.#bring(bytes('06 b0 00'));
      case 'redial':
        this.#unreplied = [];
        this.line.drop();
        this.line.open();
        return this.#listen();
      case 'scan':
        this.driver.progress({
          ...{ frame: AUTHORIZATION, orderId: SALE.orderId, amount: SALE.amount },
          ...{ step: 'scan', payload: 'QR', leftMs: 1 },
        });
        return this.#listen();
      case 'answer':
        return this.#answer();
      case 'pass':
        // In small steps, so that it is known when something was said.
        for (let left = step.ms; left > 0; left -= 50) {
          await this.timers.pass(50);
          this.#nowMs += 50;
          await this.#listen();
        }
        return;
    }
  }

  async #answer(): Promise<void> {
    if (this.#answered !== undefined) return;
    const answer = this.driver.encode(AUTHORIZATION, { result: 'approved', sale: SALE });
    this.#answered = this.driver.send(answer).then((outcome) => {
      if (outcome === 'acknowledged') this.claims.push(this.confirmed);
      this.#answered = undefined;
    });
    await this.#listen();
  }

  async #reply(reply: Uint8Array): Promise<void> {
    this.#prune();
    const next = this.#unreplied.shift();
    if (next === undefined) return;
    if (reply === CONFIRMED && next.apdu.startsWith('040f') && next.apdu.slice(6, 10) === '2700')
      this.confirmed = true;
    await this.#bring(reply);
  }

  async #ask(frame: string): Promise<void> {
    this.#prune();
    for (const command of this.#unreplied) command.crossed = true;
    await this.#bring(bytes(frame));
  }

  #prune(): void {
    this.#unreplied = this.#unreplied.filter(({ crossed, atMs }) => !crossed || this.#nowMs - atMs < T3_MS);
  }

  async #bring(frame: Uint8Array): Promise<void> {
    this.line.bring(frame);
    await this.#listen();
  }

  async #listen(): Promise<void> {
    await settled();
    if (this.line.writes.length === 0) return;
    for (const apdu of this.line.writes.splice(0).map(hex))
      if (!/^8[04]/.test(apdu)) this.#unreplied.push({ apdu, atMs: this.#nowMs, crossed: false });
  }
}

it('nothing that a register does makes a sale delivered whose status information it did not confirm', async () => {
  let delivered = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 40 }), async (steps) => {
      const register = new Whimsical();
      register.start();
      await register.take({ do: 'register' });
      await register.take({ do: 'ask' });
      for (const next of steps) await register.take(next);
      expect(register.claims).not.toContain(false);
      delivered += register.claims.length;
      await register.driver.stop();
      expect(register.timers.waiting().filter((ms) => ms > 2_000)).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
  // The question is not begged: many of them were.
  expect(delivered).toBeGreaterThan(100);
});
