import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Failure } from '../../../src/base/fault.js';
import { type Demo, startDemo } from '../../../src/demo/demo.js';
import { sellOnce } from '../../../src/demo/once.js';
import { SystemClock, SystemRandom, SystemTimers } from '../../../src/host/clock.js';
import { SecretRegistry } from '../../../src/host/secrets.js';
import { KeptLog } from '../../kit/kept-log.js';
import { until } from '../../kit/pty/until.js';

let directory: string;
let log: string[];
let demos: Demo[];
const fatal: unknown[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-demo-'));
  log = [];
  demos = [];
});
afterEach(async () => {
  for (const demo of demos) await demo.stop();
  rmSync(directory, { recursive: true, force: true });
  expect(fatal.splice(0)).toEqual([]);
});

async function start(): Promise<Demo> {
  const environment = {
    clock: new SystemClock(),
    timers: new SystemTimers(),
    random: new SystemRandom(),
    log: new KeptLog(log),
    secrets: new SecretRegistry(),
    secret: (_name: string, source: object) => readFileSync((source as { file: string }).file, 'utf8').trim(),
  };
  const demo = await startDemo({
    ...{ directory, port: 0, paymentType: 'gopay', version: 'test', environment },
    fatal: (error) => fatal.push(error),
  });
  demos.push(demo);
  return demo;
}

async function stop(demo: Demo): Promise<void> {
  demos.splice(demos.indexOf(demo), 1);
  await demo.stop();
}

/** Types an amount and waits for its QR. */
async function ring(demo: Demo): Promise<string> {
  const { terminal } = demo.terminal;
  await until('the terminal to be ready', () => terminal.state().readiness.ready);
  demo.typist.type(['5', '0', '0', '0', 'enter']);
  await until('the QR', () => terminal.state().open?.state.at === 'awaitingPayment');
  return terminal.state().open?.orderId ?? '';
}

it('sells once although an earlier run was ended in the middle of a sale', async () => {
  const first = await start();
  const order = await ring(first);
  await stop(first);
  const second = await start();
  const sold = await sellOnce(second, 7_000, new SystemTimers());
  expect(sold).toMatchObject({ amount: 7_000, state: 'delivered' });
  expect(sold.orderId).not.toBe(order);
  expect(second.terminal.journal.sale(order)?.state).toMatchObject({ at: 'closed', how: 'cancelled' });
});

it('begins without transactions when the kept ones are damaged, and says so', async () => {
  for (const text of ['', '{}', '[1]', '[{}]', 'null', '[{"orderId":"DEMO1-1","status":"pending"}]']) {
    writeFileSync(join(directory, 'sandbox-books.json'), text);
    const demo = await start();
    expect(log.filter((line) => line.includes('it begins with none')).length, text).toBe(1);
    expect(await sellOnce(demo, 7_000, new SystemTimers()), text).toMatchObject({ state: 'delivered' });
    await stop(demo);
    log.length = 0;
  }
});

it('refuses a second demo on the same folder in words, and leaves the first one alone', async () => {
  const first = await start();
  const order = await ring(first);
  const refused = await start().catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Failure);
  expect(first.terminal.journal.sale(order)?.state.at).toBe('awaitingPayment');
  expect(await sellOnce(first, 7_000, new SystemTimers())).toMatchObject({ state: 'delivered' });
});
