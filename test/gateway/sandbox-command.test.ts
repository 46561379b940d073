import { afterEach, expect, it } from 'vitest';
import { askSandbox } from '../../src/programs/sandbox-control.js';
import { parse } from '../../src/programs/usage.js';
import { type Bench, bench } from './sandbox-kit.js';

let at: Bench;
const told = (...words: readonly string[]) => askSandbox(words, at.url);
const status = (order: string) => at.sandbox.transactions.find(order)?.state.status;

afterEach(() => at.sandbox.close());

it('pays, mistypes and settles late by order, by ref, or the last one', async () => {
  at = await bench();
  await at.charge('A', 1_000);
  await at.charge('B', 2_000);
  expect(await told('wrong-pin', 'A')).toMatchObject({
    good: true,
    data: { transaction: { failedAttempts: 1 } },
  });
  expect((await told('pay', 'A')).text).toBe('A  settlement  Rp1000');
  expect(status('B')).toBe('pending');
  expect((await told('pay', 'last')).text).toBe('B  settlement  Rp2000');
  expect(await told('pay', 'A')).toMatchObject({ good: false, data: { error: 'notPending' } });
  expect(await told('pay', 'NONE')).toMatchObject({ good: false, data: { error: 'notFound' } });
  await expect(told('pay', 'last')).rejects.toThrow('no charge waits');
  expect((await told('transactions')).text).toBe('A  settlement  Rp1000\nB  settlement  Rp2000');
});

it('finds a charge by the ref of the program that sold, also where that begins with a dash', async () => {
  at = await bench();
  await at.charge('T1-1', 1_000, { custom_field1: 'T1', custom_field3: 'INV-1' });
  await at.charge('T1-2', 2_000, { custom_field1: 'T1', custom_field3: '-J2' });
  expect((await told('pay', 'INV-1')).text).toBe('T1-1  settlement  Rp1000');
  const { words } = parse(['sandbox', 'pay', '--', '-J2']);
  expect((await told(...words.slice(1))).text).toBe('T1-2  settlement  Rp2000');
  expect(await told('pay', 'T1')).toMatchObject({ good: false, data: { error: 'notFound' } });
});

it('settles the last one late that is closed: none that is paid', async () => {
  at = await bench();
  await expect(told('settle-late', 'last')).rejects.toThrow('no charge can settle');
  for (const order of ['A', 'B', 'C']) await at.charge(order, 1_000);
  at.sandbox.transactions.cancel('A');
  at.sandbox.transactions.cancel('B');
  at.sandbox.transactions.pay('C');
  expect((await told('settle-late', 'last')).text).toBe('B  settlement  Rp1000');
  await expect(told('pay', 'last')).rejects.toThrow('no charge waits');
});

it('breaks things, lists what is broken, and mends it', async () => {
  at = await bench();
  expect(await told('fault', 'lostAnswer', 'endpoint=charge', 'next=1')).toMatchObject({ good: true });
  expect(at.sandbox.faults.list()).toMatchObject([
    { rule: { fault: 'lostAnswer', endpoint: 'charge', next: 1 } },
  ]);
  expect((await told('faults')).text).toContain('lostAnswer');
  expect(await told('fault', 'lostAnswer', 'when=now')).toMatchObject({ good: false });
  expect(await told('fault', 'noSuchFault')).toMatchObject({ good: false });
  expect(await told('faults', 'clear')).toMatchObject({ good: true });
  expect(at.sandbox.faults.list()).toEqual([]);
  expect(await told('clock', '60')).toMatchObject({ good: true });
});

it('says what is none of its words, and where no sandbox answers', async () => {
  at = await bench();
  for (const words of [
    ['pay'],
    ['pay', 'A', 'B'],
    ['buy', 'A'],
    ['fault'],
    ['fault', 'slow', 'ms'],
    ['clock', 'x'],
    ['faults', 'x'],
  ])
    await expect(told(...words), words.join(' ')).rejects.toThrow();
  await at.sandbox.close();
  await expect(told('pay', 'A')).rejects.toThrow('no sandbox answers');
});
