import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { renewAt } from '../../src/identity/enrolment-client.js';
import { type BoxEnrolment, enrolmentFile, readEnrolment } from '../../src/identity/enrolment-file.js';
import { basicAuthorization } from '../../src/midtrans/credential.js';
import { noticeTopic, stateTopic } from '../../src/mqtt/topics.js';
import { enrolBox } from '../../src/programs/enrol.js';
import { revokeTerminal } from '../../src/programs/relay-enrol.js';
import { relayAsker } from '../../src/programs/token-keeper.js';
import { until } from '../kit/pty/until.js';
import { reply, sample } from './client-kit.js';
import { type EnrolRelay, openEnrolRelay } from './enrol-kit.js';
import { chargeBody, notification } from './relay-kit.js';

let at: EnrolRelay;
const thieves: Thief[] = [];

beforeEach(async () => {
  at = await openEnrolRelay();
});
afterEach(async () => {
  for (const thief of thieves.splice(0)) await thief.away();
  await at.close();
});

const order = (terminal: string, nth: number): string => `${terminal}-01JDA3Z10000000000000000${10 + nth}`;

/** Who has what lay on the disk of a box: its token, and the key that is made never to leave it. */
class Thief {
  readonly heard: string[] = [];
  isThrownOut = false;
  readonly #loot: BoxEnrolment;
  #client: MqttClient | undefined;

  private constructor(loot: BoxEnrolment) {
    this.#loot = loot;
    thieves.push(this);
  }

  /** The box itself is enrolled by a code of these options. */
  static async of(terminal: string, options: Readonly<Record<string, string>> = {}): Promise<Thief> {
    const config = join(at.directory, `${terminal}.toml`);
    const journal = join(at.directory, terminal);
    writeFileSync(config, `[journal]\ndirectory = "${journal}"`);
    await enrolBox(at.codeFor(terminal, options).letters, at.relay.url, config, at.environment);
    return new Thief(readEnrolment(enrolmentFile(journal)));
  }

  /** @returns the number of the refusal, or the status */
  async asks(path: string, body: string | undefined, terminal = this.#loot.terminal): Promise<string> {
    at.upstream.script(reply(200, sample('charge-gopay-201.sandbox-2024.json')));
    const headers = {
      Authorization: basicAuthorization(terminal, this.#loot.token),
      'Content-Type': 'application/json',
    };
    const init = body === undefined ? { headers } : { method: 'POST', headers, body };
    const answer = await fetch(`${at.relay.url}/v2/${path}`, init);
    return /E\d{3}/.exec(await answer.text())?.[0] ?? String(answer.status);
  }

  charges(nth: number, amount: number): Promise<string> {
    return this.asks('charge', chargeBody(order(this.#loot.terminal, nth), amount));
  }

  refunds(amount: number): Promise<string> {
    const body = JSON.stringify({ refund_key: 'a-key', amount });
    return this.asks(`${order(this.#loot.terminal, 1)}/refund`, body);
  }

  async renews(): Promise<number> {
    const got = await renewAt(at.relay.url, this.#loot.token, this.#loot.key, relayAsker(at.time));
    return got.ok ? 0 : got.error.code;
  }

  /** @throws Error where the broker does not let him in */
  async listens(): Promise<void> {
    const { terminal, token, merchant } = this.#loot;
    const names = { clientId: terminal, username: terminal, password: token };
    const client = await connectAsync(at.relay.brokerUrl ?? '', { ...names, reconnectPeriod: 0 });
    this.#client = client;
    client.on('message', (_topic, payload) => void this.heard.push(payload.toString()));
    client.on('close', () => {
      this.isThrownOut = true;
    });
    await client.subscribeAsync(noticeTopic(merchant, terminal), { qos: 1 });
  }

  /** Of another terminal. @throws Error where the broker refuses it */
  async spies(terminal: string): Promise<void> {
    await this.#client?.subscribeAsync(stateTopic('shop', terminal));
  }

  async away(): Promise<void> {
    await this.#client?.endAsync(true);
  }
}

function notified(terminal: string, nth: number): Promise<Response> {
  return fetch(`${at.relay.url}/notify`, { method: 'POST', body: notification(order(terminal, nth)) });
}

it('a thief of a disk has the caps of that one box until it is revoked, and nothing from that second on', async () => {
  const caps = { 'max-amount': '50000', 'max-a-day': '80000' };
  const thief = await Thief.of('KASIR1', caps);
  const neighbour = await Thief.of('KASIR2');
  // All that he can do brings money to the merchant, and only so much of it.
  expect([await thief.charges(1, 50_000), await thief.charges(2, 50_001)]).toEqual(['200', 'E675']);
  expect([await thief.charges(3, 30_000), await thief.charges(4, 1)]).toEqual(['200', 'E675']);
  expect(await thief.refunds(1), 'money out').toBe('E680');
  expect(await thief.asks('charge', chargeBody(order('KASIR2', 1), 1_000)), 'in the name of another').toBe(
    'E674',
  );
  expect(await thief.asks(`${order('KASIR1', 1)}/status`, undefined, 'KASIR2'), 'as another').toMatch(
    /401|E67/,
  );
  await thief.listens();
  await notified('KASIR1', 1);
  await until('a notice', () => thief.heard.length === 1);
  await expect(thief.spies('KASIR2'), 'what others say').rejects.toThrow(/Subscribe/);
  expect(await thief.renews(), 'with the key that lay beside the token').toBe(0);

  revokeTerminal('KASIR1', at.file, { note: 'stolen in Bandung' }, at.environment);
  expect(await thief.charges(5, 1)).toMatch(/401|E67/);
  expect(await thief.asks(`${order('KASIR1', 1)}/status`, undefined)).toMatch(/401|E67/);
  expect(await thief.renews()).toBe(698);
  at.time.advance(1_000);
  await until('he is thrown out', () => thief.isThrownOut);
  await notified('KASIR1', 2);
  await expect(thief.listens()).rejects.toThrow();
  expect(thief.heard).toHaveLength(1);

  // Nobody else is troubled, and the shop goes on with another box of the same name.
  expect(await neighbour.charges(1, 1_000)).toBe('200');
  const after = await Thief.of('KASIR1', { 'max-a-day': '90000' });
  expect([await after.charges(6, 10_000), await after.charges(7, 1)], 'his day is that of the name').toEqual([
    ...['200', 'E675'],
  ]);
  await after.listens();
  await notified('KASIR1', 6);
  await until('a notice', () => after.heard.length === 1);
  expect([await thief.charges(7, 1), await thief.renews()]).toEqual([expect.stringMatching(/401|E67/), 698]);
});
