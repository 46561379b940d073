import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { Sale } from '../../../src/core/sale/sale.js';
import type { ExaminedTerminal } from '../../../src/doctor/examined-terminal.js';
import { TERMINAL_CHECKS } from '../../../src/doctor/terminal-checks.js';
import { chargeOf } from '../../../src/journal/journal-file.js';
import build from '../../kit/built.js';
import { foundBy, Patient, type PatientWays, type ToldFinding, wrongOf } from '../../kit/patient.js';
import { expectMoneyAdded, sells } from '../kit/account.js';
import { afarStory, fleetDo } from '../kit/operator.js';
import { type Shop, story } from '../kit/shop.js';
import { ask } from '../kit/technician.js';

const PROGRAM = fileURLToPath(new URL('../../../dist/gopay-pos.cjs', import.meta.url));
const ways: PatientWays = {};

async function examined(shop: Shop): Promise<readonly ToldFinding[]> {
  const patient = new Patient();
  try {
    return await patient.again(ways, join(shop.directory, 'terminal.toml'));
  } finally {
    patient.remove();
  }
}

it('a running terminal is asked for what it has open, and nothing of it is opened again; no money moves', () =>
  story({}, async (shop) => {
    await sells(shop, 15_000);
    shop.paper.set('paperOut', true);
    await shop.nextPaperCheck();
    const before = shop.sandbox.transactions.list().length;
    const received = shop.printer.received;
    const findings = await examined(shop);
    expect(foundBy(findings, 'device.printer')).toMatchObject({ verdict: 'fail', code: 401 });
    // The one that runs calls itself "story".
    expect(foundBy(findings, 'host.program')).toMatchObject({ verdict: 'warn', code: 845 });
    expect(foundBy(findings, 'broker.link')).toMatchObject({ verdict: 'pass' });
    expect(foundBy(findings, 'gateway.key')).toMatchObject({
      verdict: 'pass',
      detail: 'the running program says: good',
    });
    expect(foundBy(findings, 'gateway.payment-type')).toMatchObject({ verdict: 'pass' });
    expect(foundBy(findings, 'journal.whole')).toMatchObject({ verdict: 'pass' });
    expect(shop.sandbox.transactions.list()).toHaveLength(before);
    expect(shop.printer.received).toBe(received);
    expectMoneyAdded(shop);
  }));

it('a screen that nobody sees, and a link that is down', () =>
  story({ screen: false }, async (shop) => {
    expect(foundBy(await examined(shop), 'device.screen')).toMatchObject({ verdict: 'fail', code: 461 });
    shop.brokerWire.cut();
    await shop.until('the link to be down', () => !shop.program.terminal.state().link.up);
    expect(foundBy(await examined(shop), 'broker.link')).toMatchObject({ verdict: 'fail' });
  }));

it('a way to pay that is not activated: by the last charge, of a terminal that runs and of one that is stopped', () =>
  story({ mqtt: false, printer: false, sandbox: { activated: ['qris'] } }, async (shop) => {
    expect(foundBy(await examined(shop), 'gateway.payment-type')).toMatchObject({ verdict: 'skip' });
    const order = await shop.ring(15_000);
    await shop.reaches(order, 'refused');
    const told = { verdict: 'fail', code: 503, detail: `the last charge, ${order}, was refused for it` };
    expect(foundBy(await examined(shop), 'gateway.payment-type')).toMatchObject(told);
    await shop.program.stop();
    expect(foundBy(await examined(shop), 'gateway.payment-type')).toMatchObject(told);
  }));

it('a charge that came to nothing was not taken, whatever it was refused for', async () => {
  const row = TERMINAL_CHECKS.find(({ name }) => name === 'gateway.payment-type');
  const said = (lastCharge: object | undefined): unknown =>
    row?.run({
      config: { gateway: { paymentType: 'qris' } },
      running: { lastCharge },
    } as unknown as ExaminedTerminal);
  const orderId = 'T1-2';
  expect(await said({ orderId, code: 502 })).toMatchObject({ verdict: 'warn', code: 502 });
  expect(await said({ orderId, code: 0 })).toMatchObject({ verdict: 'pass' });
  expect(await said(undefined)).toMatchObject({ verdict: 'skip' });
  const charged = (state: object, evidence?: string): unknown =>
    chargeOf({ orderId, state, evidence } as unknown as Sale);
  expect(charged({ at: 'refused', code: 502 })).toEqual({ orderId, code: 502 });
  expect(charged({ at: 'closed', how: 'denied', code: 501 })).toEqual({ orderId, code: 501 });
  expect(charged({ at: 'closed', how: 'neverCharged' })).toBeUndefined();
  expect(charged({ at: 'closed', how: 'expired' }, 'expired')).toEqual({ orderId, code: 0 });
  expect(charged({ at: 'chargeUnknown' })).toBeUndefined();
});

it('a linked terminal whose id another device seems to use does not pass', async () => {
  const row = TERMINAL_CHECKS.find(({ name }) => name === 'broker.link');
  const running = { link: { up: true }, readings: { link: { code: 604, detail: 'up, but' } } };
  const context = { config: { mqtt: { enabled: true } }, running };
  expect(await row?.run(context as unknown as ExaminedTerminal)).toMatchObject({
    verdict: 'warn',
    code: 604,
  });
});

it('a damaged journal of a stopped terminal, which stays as it is', () =>
  story({ mqtt: false, printer: false }, async (shop) => {
    for (const amount of [10_000, 20_000, 30_000]) await sells(shop, amount);
    await shop.program.stop();
    expect(foundBy(await examined(shop), 'journal.whole')).toMatchObject({ verdict: 'pass' });
    const file = join(shop.directory, 'journal/journal.db');
    const { size } = statSync(file);
    const disk = openSync(file, 'r+');
    for (let at = 8_192; at < size; at += 4_096) writeSync(disk, Buffer.alloc(64, 0xa5), 0, 64, at);
    closeSync(disk);
    expect(foundBy(await examined(shop), 'journal.whole')).toMatchObject({ verdict: 'fail' });
    expect(wrongOf(await examined(shop)).join()).toMatch(/journal\.whole fail E7(20|72)/);
    expect(statSync(file).size).toBe(size);
  }));

it('an operator far away reads the same table, by a process of its own beside the terminal that sells on', () => {
  build();
  return afarStory(['doctor'], { ownProgram: PROGRAM }, async (shop, { sri }) => {
    const told = await fleetDo(shop, sri, ['T1', 'doctor'], { lang: 'en', json: '' });
    const [answer] = JSON.parse(told.out) as {
      answered: boolean;
      good: boolean;
      text: string;
      data: { findings: ToldFinding[] };
    }[];
    expect(answer).toMatchObject({ answered: true, good: false });
    expect(answer?.text).toMatch(/^pass {7}broker +the running terminal is linked/m);
    expect(answer?.data.findings.map(({ verdict }) => verdict)).not.toContain('pass');
    expect(wrongOf(answer?.data.findings ?? [])).toContain('host.program warn E845');
    const status = await fleetDo(shop, sri, ['T1', 'status']);
    expect(status.errors + status.out).toContain('E420');
    expect((await ask(shop, 'doctor', ['now'])).text).toBe('doctor: takes options only; now is none');
    expectMoneyAdded(shop);
  });
});
