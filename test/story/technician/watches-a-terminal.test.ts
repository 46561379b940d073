import { expect, it } from 'vitest';
import { Failure, temporary } from '../../../src/base/fault.js';
import type { ControlAnswer, Subject } from '../../../src/control/answer.js';
import { type TailPage, tail } from '../../../src/control/tail.js';
import { FAULT } from '../../../src/core/fault/table.js';
import { createLog } from '../../../src/host/log.js';
import { RecentLines } from '../../../src/host/recent-lines.js';
import { SecretRegistry } from '../../../src/host/secrets.js';
import type { Looking } from '../../../src/programs/looking.js';
import { watchStatus } from '../../../src/programs/status-watch.js';
import { tailTerminal } from '../../../src/programs/tail.js';
import type { Options } from '../../../src/programs/usage.js';
import { FakeTime } from '../../kit/time.js';

const ORDER = 'KASIR1-01ARZ3NDEKTSV4RRFFQ69G5FAV';
const AWAY = new Failure(temporary(FAULT.noTerminalAnswers, 'no terminal answers at /run/x'));

/** Looks once for each answer, and is stopped behind the last. */
async function seen(
  command: (values: Options, looking: Looking) => Promise<void>,
  answers: readonly (ControlAnswer | Failure)[],
  values: Options = {},
  colour = false,
): Promise<{ printed: string[]; complained: string[]; asked: Readonly<Record<string, string>>[] }> {
  const told = {
    printed: [] as string[],
    complained: [] as string[],
    asked: [] as Readonly<Record<string, string>>[],
  };
  const left = [...answers];
  await command(values, {
    ask: async (flags) => {
      told.asked.push(flags);
      const next = left.shift();
      if (next === undefined || next instanceof Failure) throw next ?? AWAY;
      return next;
    },
    print: (text) => void told.printed.push(text),
    complain: (text) => void told.complained.push(text),
    pause: async () => left.length > 0,
    colour,
  });
  return told;
}

function pageOf(began: number, ...lines: TailPage['lines']): ControlAnswer {
  return { text: '', data: { began, zone: 'WITA', lines } satisfies TailPage, good: true };
}

const paid = {
  seq: 1,
  atMs: Date.UTC(2026, 10, 30, 4),
  level: 'info',
  device: '',
  text: `${ORDER} settled`,
} as const;
const jam = {
  ...paid,
  seq: 2,
  level: 'error',
  device: 'printer',
  text: `printer: E${FAULT.paperOut} no paper`,
} as const;

it('tells each line once, with the zone, goes on behind a restart, and waits for a terminal that is away', async () => {
  const told = await seen(tailTerminal, [
    pageOf(1, paid),
    AWAY,
    AWAY,
    pageOf(1),
    pageOf(1, jam),
    pageOf(2, paid),
  ]);
  expect(told.printed).toEqual([
    `2026-11-30 12:00:00 WITA INFO  ${ORDER} settled`,
    `2026-11-30 12:00:00 WITA ERROR printer: E${FAULT.paperOut} no paper`,
    `2026-11-30 12:00:00 WITA INFO  ${ORDER} settled`,
  ]);
  expect(told.complained).toEqual([expect.stringMatching(/^E831 .*waiting for it$/)]);
  expect(told.asked.map(({ began, after }) => [began, after])).toEqual([
    [undefined, undefined],
    ...Array.from({ length: 4 }, () => ['1', '1']),
    ['1', '2'],
  ]);
  await expect(seen(tailTerminal, [AWAY])).rejects.toThrow('E831');
});

it('chooses by order, device, number and level, and colours on a person’s terminal only', async () => {
  const both = [pageOf(1, paid, jam)];
  const chosen = async (values: Options) => (await seen(tailTerminal, both, values)).printed.length;
  expect(await chosen({ lines: '1' })).toBe(1);
  for (const values of [
    { order: '9g5fav' },
    { device: 'printer' },
    { code: `e${FAULT.paperOut}` },
    { level: 'warn' },
  ])
    expect([values, await chosen(values)]).toEqual([values, 1]);
  expect(await chosen({ order: ORDER, device: 'printer' })).toBe(0);
  for (const wrong of [{ level: 'loud' }, { code: 'paper' }, { lines: '0' }])
    await expect(seen(tailTerminal, both, wrong)).rejects.toThrow('--');
  const [line, fault] = (await seen(tailTerminal, both, {}, true)).printed;
  expect(line).toContain(`\x1b[36m${ORDER}\x1b[0m`);
  expect(fault).toContain(`\x1b[31mE${FAULT.paperOut}\x1b[0m`);
  expect((await seen(tailTerminal, both, { json: '' })).printed.map((text) => JSON.parse(text))).toEqual([
    paid,
    jam,
  ]);
});

it('shows the status again when more has changed than its ages, and that nobody answers', async () => {
  const status = (text: string): ControlAnswer => ({ text, data: { text }, good: true });
  const looks = [
    status('ready\n  paper good, 1 s ago'),
    status('ready\n  paper good, 3 s ago'),
    AWAY,
    status('busy'),
  ];
  const { printed } = await seen(watchStatus, looks);
  expect(printed).toEqual(['ready\n  paper good, 1 s ago', AWAY.message, 'busy']);
  expect((await seen(watchStatus, looks, {}, true)).printed).toHaveLength(4);
  const lines = (await seen(watchStatus, looks, { json: '' })).printed.map(
    (text) => JSON.parse(text) as unknown,
  );
  expect(lines[2]).toEqual({
    error: { code: FAULT.noTerminalAnswers, text: 'no terminal answers at /run/x' },
  });
});

it('keeps the newest lines of the log, masked, with the device that says them', () => {
  const recent = new RecentLines(7);
  const secrets = new SecretRegistry();
  secrets.register('key', 'SB-Mid-server-abcdefghijkl');
  const log = createLog({
    ...{ level: 'info', format: 'journal', clock: new FakeTime(), secrets, sink: () => {} },
    kept: (entry) => recent.add(entry),
  });
  log.child('register').child('COM1').warn('SB-Mid-server-abcdefghijkl');
  log.debug('not told');
  expect(recent.after(0)).toMatchObject([
    { seq: 1, level: 'warn', device: 'register', text: 'register: COM1: [secret:key]' },
  ]);
  for (let at = 0; at < 2_000; at += 1) log.info(`line ${at}`);
  const kept = recent.after(0);
  expect([kept.length, kept.at(-1)?.text, recent.after(2_000).length]).toEqual([400, 'line 1999', 1]);
});

it('is asked of a terminal: what is new since the last question, and all of it after a restart', () => {
  const recent = new RecentLines(7);
  recent.add(paid);
  recent.add(jam);
  const asked = (flags: Record<string, string>, args: string[] = []) =>
    tail.run(
      { recent, head: { zone: 'WIT' } } as unknown as Subject,
      { command: 'tail', args, flags, user: 'uid 0' },
      () => {},
      async () => true,
    );
  expect(asked({})).toMatchObject({ good: true, data: { began: 7, zone: 'WIT', lines: [paid, jam] } });
  expect(asked({ began: '7', after: '1' })).toMatchObject({ data: { lines: [jam] } });
  expect(asked({ began: '6', after: '1' })).toMatchObject({ data: { lines: [paid, jam] } });
  expect(asked({}, ['x'])).toMatchObject({ good: false });
});
