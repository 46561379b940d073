import { describe, expect, it } from 'vitest';
import type { QibixxOptions } from '../../../devices/vending/mdb-qibixx/driver.js';
import { BoardLineParser } from '../../../devices/vending/mdb-qibixx/lines.js';
import { readPrice } from '../../../devices/vending/mdb-qibixx/message.js';
import { rupiah } from '../../../src/base/rupiah.js';
import { settled } from '../../kit/time.js';
import { qibixxMachine } from './machines.js';
import { Bench, bytes, recordedLines } from './rig.js';

function board(options: Partial<QibixxOptions> = {}) {
  const bench = new Bench(({ line, timers, log }) => qibixxMachine({ line, timers, log, ...options }));
  const says = async (...lines: readonly string[]): Promise<void> => {
    for (const line of lines) bench.line.bring(bytes(`${line}\n`));
    await settled();
  };
  const wrote = (): string[] => bench.wrote().map((line) => Buffer.from(line).toString('latin1').trimEnd());
  /** From the plug to a machine that takes us. */
  const begin = async (): Promise<void> => {
    bench.line.open();
    await says('v,4.0.2.0,0123456789ab', 'c,0', ...(options.setup ?? []).map(() => 'c,SET,OK'));
    await says('c,STATUS,INACTIVE', 'c,1', 'c,STATUS,DISABLED', 'c,STATUS,ENABLED');
    wrote();
    bench.told();
  };
  return { bench, says, wrote, begin };
}

describe('the published log', () => {
  const log = recordedLines('mdb-qibixx-published.txt');

  /** Plays the board's lines, and checks ours where the program in the log wrote the same. */
  async function replay(
    unit: number,
  ): Promise<{ readonly wrote: string[]; readonly told: string[]; readonly ends: string[] }> {
    const { bench, says, wrote } = board({ session: 'authorization-first', unit: rupiah(unit) });
    bench.line.open();
    await says('v,4.0.2.0,0123456789ab');
    const all: string[] = [];
    for (const entry of log) {
      if (entry.startsWith('< ')) await says(entry.slice(2));
      else await bench.timers.pass(500);
      if (entry.startsWith('> C,VEND') && bench.requests().length > 0 && unit === 100) await bench.pay();
      all.push(...wrote());
    }
    return { wrote: all, told: bench.told(), ends: bench.words() };
  }

  it('is two sales of 15.19, each approved with the very price', async () => {
    const { wrote, told, ends } = await replay(100);
    // Ours opens the next session by itself; the program in the log was restarted between its two sales.
    const session = ['C,START,0', 'C,VEND,15.19', 'C,START,0'];
    expect(wrote).toEqual(['V', 'C,0', 'C,1', ...session, 'C,START,0', 'C,VEND,15.19']);
    expect(told).toEqual([
      'present',
      'asked 1519 17',
      'gone: E321 the machine went to INACTIVE',
      'present',
      'asked 1519 21',
    ]);
    expect(ends).toEqual(['done', 'done']);
  });

  it('is denied twice, and nothing is asked, where a price of 1 is one rupiah', async () => {
    const { wrote, told, ends } = await replay(1);
    expect(wrote.filter((line) => line === 'C,STOP')).toHaveLength(2);
    expect(told.filter((word) => word.startsWith('asked'))).toEqual([]);
    expect(ends).toEqual([]);
  });
});

describe('a price', () => {
  it('is read exactly, in the unit of the machine', () => {
    expect(readPrice('15000', rupiah(1))).toBe(15_000);
    expect(readPrice('15000.00', rupiah(1))).toBe(15_000);
    expect(readPrice('15.00', rupiah(1_000))).toBe(15_000);
    expect(readPrice('15.5', rupiah(1_000))).toBe(15_500);
    expect(readPrice('0.29', rupiah(100))).toBe(29);
    expect(readPrice('4.35', rupiah(100))).toBe(435);
    expect(readPrice('999999999999', rupiah(1))).toBe(999_999_999_999);
  });

  it('is refused when it comes to no whole rupiah, to nothing, to too much, or is no number', () => {
    for (const text of ['15000.50', '0.1', '15.0001'])
      expect(readPrice(text, rupiah(1))).toMatch(/no whole number/);
    expect(readPrice('0.00', rupiah(1))).toBe('the price is zero');
    expect(readPrice('999999999999', rupiah(1_000))).toMatch(/more than any sale/);
    for (const text of ['', '-1', '1e3', '1.', '.5', '1,5', ' 1', '0x10', 'NaN', '1.2.3', '1234567890123'])
      expect(readPrice(text, rupiah(1)), text).toMatch(/no decimal number/);
  });
});

describe('the set-up', () => {
  it('asks the version, switches off, sends the settings of the shop and switches on, a line for each answer', async () => {
    const setup = ['C,SETCONF,mdb-currency-code=0x1360', 'F,RESPTIMEOUT,100'];
    const { bench, says, wrote } = board({ setup });
    bench.line.open();
    expect(wrote()).toEqual(['V']);
    for (const [answer, next] of [
      ['v,4.0.2.0,0123456789ab', 'C,0'],
      ['c,ERR,"cashless is off"', 'C,SETCONF,mdb-currency-code=0x1360'],
      ['c,SET,OK', 'F,RESPTIMEOUT,100'],
      ['f,ACK', 'C,1'],
    ] as const) {
      await says('r,ACK', answer);
      expect(wrote()).toEqual([next]);
    }
    await says('c,STATUS,ONLINE');
    expect(bench.told()).toEqual([]);
    await says('c,1', 'c,STATUS,DISABLED', 'c,STATUS,ENABLED');
    expect(bench.told()).toEqual(['present']);
    expect(wrote()).toEqual([]);
  });

  it('is done again each time that the board comes back', async () => {
    const { bench, wrote, begin } = board();
    await begin();
    bench.line.drop();
    bench.line.open();
    expect(wrote()).toEqual(['V']);
    expect(bench.told()).toEqual(['gone: E302 unplugged']);
  });

  it('says which setting the board refuses, and tries again later', async () => {
    const { bench, says, wrote } = board({ setup: ['C,SETCONF,x=1'] });
    bench.line.open();
    await says('v,1,2', 'c,0', 'c,ERR,"-1"');
    expect(bench.told()).toEqual(['gone: E322 the board refuses "C,SETCONF,x=1"']);
    wrote();
    await bench.timers.pass(30_000);
    expect(wrote()).toEqual(['V']);
  });

  it('says once that the board does not answer, and goes on trying', async () => {
    const { bench, wrote } = board();
    bench.line.open();
    await bench.timers.pass(20_000);
    expect(bench.told()).toEqual(['gone: E320 the board does not answer "V"']);
    expect(wrote().length).toBeGreaterThan(5);
  });

  it('says when the machine does not enable us', async () => {
    const { bench, says } = board();
    bench.line.open();
    await says('v,1,2', 'c,0', 'c,STATUS,INACTIVE', 'c,1');
    await bench.timers.pass(60_000);
    expect(bench.told()).toEqual(['gone: E321 the machine has not enabled cashless payment']);
  });
});

describe('sessions', () => {
  it('selection first: none is opened, and the price goes back letter by letter', async () => {
    const { bench, says, wrote, begin } = board();
    await begin();
    await says('c,STATUS,VEND,0015000.000,5');
    expect(bench.told()).toEqual(['asked 15000 5']);
    bench.events.length = 0;
    await bench.timers.pass(30_000);
    expect(wrote()).toEqual([]);
  });

  it('approves with the very text of the price', async () => {
    const { bench, says, wrote, begin } = board();
    await begin();
    await says('c,STATUS,VEND,0015000.000,5');
    await bench.pay();
    expect(wrote()).toEqual(['C,VEND,0015000.000']);
  });

  it('authorization first: one is opened when the machine is ready, after each sale and after a refusal', async () => {
    const { bench, says, wrote, begin } = board({ session: 'authorization-first' });
    await begin();
    await bench.timers.pass(500);
    expect(wrote()).toEqual(['C,START,0']);
    await bench.timers.pass(9_999);
    expect(wrote()).toEqual([]);
    await bench.timers.pass(1);
    expect(wrote()).toEqual(['C,START,0']);
    await says('c,STATUS,IDLE,0', 'c,STATUS,VEND,15000,5');
    bench.machine.deny(bench.request, { why: 'expired' });
    expect(wrote()).toEqual(['C,STOP']);
    await says('c,STATUS,IDLE', 'c,STATUS,ENABLED');
    await bench.timers.pass(500);
    expect(wrote()).toEqual(['C,START,0']);
  });

  it('an item may be missing', async () => {
    const { bench, says, begin } = board();
    await begin();
    await says('c,STATUS,VEND,15000');
    expect(bench.told()).toEqual(['asked 15000 -']);
  });

  it('a line that is written twice is one request', async () => {
    const { bench, says, begin } = board();
    await begin();
    await says('c,STATUS,VEND,15000,5', 'c,STATUS,VEND,15000,5');
    expect(bench.told()).toEqual(['asked 15000 5']);
  });

  it('another choice takes the place of the one that is not paid', async () => {
    const { bench, says, begin } = board();
    await begin();
    await says('c,STATUS,VEND,15000,5', 'c,STATUS,VEND,15000,6');
    expect(bench.told()).toEqual([
      'asked 15000 5',
      'gaveUp: the machine asks for something else',
      'asked 15000 6',
    ]);
  });

  it('each request has a reference of its own', async () => {
    const { bench, says, begin } = board();
    await begin();
    for (let i = 0; i < 5; i += 1) await says('c,STATUS,VEND,15000,5', 'c,STATUS,ENABLED');
    expect(new Set(bench.requests().map(({ reference }) => reference)).size).toBe(5);
  });
});

describe('a refusal of ours', () => {
  it('is said in the other documented word when the machine does not take the first, then by switching off and on', async () => {
    const { bench, says, wrote, begin } = board();
    await begin();
    await says('c,STATUS,VEND,15000,5');
    bench.machine.deny(bench.request, { why: 'busy' });
    expect(wrote()).toEqual(['C,STOP']);
    await bench.timers.pass(5_000);
    expect(wrote()).toEqual(['C,VEND,-1']);
    await bench.timers.pass(5_000);
    expect(wrote()).toEqual(['V']);
  });

  it('comes at once for a price that nobody could pay, and nothing is asked', async () => {
    for (const price of ['15000.50', '0', 'free', '']) {
      const { bench, says, wrote, begin } = board();
      await begin();
      await says(`c,STATUS,VEND,${price},5`);
      expect(bench.told(), price).toEqual([]);
      expect(wrote(), price).toEqual(['C,STOP']);
      expect(bench.log.lines.some((line) => line.includes('E323 denied'))).toBe(true);
    }
  });
});

describe('a session that breaks off', () => {
  const ENDS = [
    'c,STATUS,ENABLED',
    'c,STATUS,IDLE',
    'c,STATUS,DISABLED',
    'c,STATUS,INACTIVE',
    'c,ERR,VEND 1',
  ];

  it('before the payment: the machine gave up', async () => {
    for (const end of ENDS) {
      const { bench, says, wrote, begin } = board();
      await begin();
      await says('c,STATUS,VEND,15000,5', end);
      expect(bench.told()[1], end).toMatch(/^gaveUp: /);
      await bench.pay({ amount: rupiah(15_000), reference: 'gone' });
      expect(bench.words()).toEqual(['failed']);
      expect(wrote()).toEqual([]);
    }
  });

  it('by the plug: the machine gave up, because the board forgets its session', async () => {
    const { bench, says, begin } = board();
    await begin();
    await says('c,STATUS,VEND,15000,5');
    bench.line.drop();
    expect(bench.told().slice(1)).toEqual(['gaveUp: E302 unplugged', 'gone: E302 unplugged']);
  });

  it('asked twice for one sale, both hear the same', async () => {
    const { bench, says, wrote, begin } = board();
    await begin();
    await says('c,STATUS,VEND,15000,5');
    await bench.pay();
    await bench.pay();
    expect(wrote()).toEqual(['C,VEND,15000']);
    await says('c,VEND,SUCCESS');
    expect(bench.words()).toEqual(['done', 'done']);
  });

  it('after the payment, without a report on the goods: nobody knows', async () => {
    for (const end of [...ENDS, 'c,ERR,"-1"', 'c,STATUS,VEND,7000,6']) {
      const { bench, says, begin } = board();
      await begin();
      await says('c,STATUS,VEND,15000,5');
      await bench.pay();
      await says(end);
      await bench.timers.pass(1_000);
      expect(bench.words(), end).toEqual(['unknown']);
    }
  });

  it('when the board was off, it was not told: failed', async () => {
    const { bench, says, begin } = board();
    await begin();
    await says('c,STATUS,VEND,15000,5');
    await bench.pay();
    await says('c,ERR,"cashless is off"');
    expect(bench.words()).toEqual(['failed']);
  });

  it('the report on the goods may come right after the end of the session', async () => {
    const { bench, says, begin } = board();
    await begin();
    await says('c,STATUS,VEND,15000,5');
    await bench.pay();
    await says('c,STATUS,IDLE', 'c,STATUS,ENABLED', 'c,VEND,SUCCESS');
    expect(bench.words()).toEqual(['done']);
  });

  it('and late word is told as news of that sale, once', async () => {
    for (const [line, word] of [
      ['c,VEND,SUCCESS', 'vended done'],
      ['c,ERR,VEND 3', 'vended failed'],
    ] as const) {
      const { bench, says, begin } = board();
      await begin();
      await says('c,STATUS,VEND,15000,5');
      await bench.pay();
      await bench.timers.pass(60_000);
      expect(bench.words()).toEqual(['unknown']);
      bench.told();
      await says(line, line);
      expect(bench.told()).toEqual([word]);
    }
  });

  it("late word after another request is nobody's", async () => {
    const { bench, says, begin } = board();
    await begin();
    await says('c,STATUS,VEND,15000,5');
    await bench.pay();
    await bench.timers.pass(60_000);
    bench.told();
    await says('c,STATUS,VEND,7000,6', 'c,STATUS,ENABLED', 'c,VEND,SUCCESS');
    expect(bench.told()).toEqual(['asked 7000 6', 'gaveUp: the machine went to ENABLED']);
  });

  it('goods that nobody approved are no delivery of the open request', async () => {
    const { bench, says, begin } = board();
    await begin();
    await says('c,STATUS,VEND,15000,5', 'c,VEND,SUCCESS');
    expect(bench.told()[1]).toMatch(/^gaveUp: not approved/);
  });
});

describe('a board that tells of polls, and of none any more', () => {
  it('is set up anew, because it may have lost its power and all that it was told', async () => {
    const { bench, says, wrote, begin } = board();
    await begin();
    await says('r,ACK', 'c,STATUS,VEND,15000,5');
    await bench.timers.pass(120_000);
    expect(wrote()[0]).toBe('V');
    const why = 'E321 the machine has stopped polling';
    expect(bench.told().slice(0, 3)).toEqual(['asked 15000 5', `gaveUp: ${why}`, `gone: ${why}`]);
  });

  it('is left alone while polls come, and while it may be dispensing', async () => {
    const { bench, says, wrote, begin } = board({ vendMs: 290_000 });
    await begin();
    for (let minute = 0; minute < 10; minute += 1) {
      await says('r,ACK');
      await bench.timers.pass(60_000);
    }
    expect(wrote()).toEqual([]);
    await says('c,STATUS,VEND,15000,5');
    await bench.pay();
    await bench.timers.pass(280_000);
    expect(wrote()).toEqual(['C,VEND,15000']);
    expect(bench.words()).toEqual([]);
  });
});

describe('the end of the service', () => {
  it('switches the reader off, so that nothing can be chosen while nobody would answer', async () => {
    const { bench, wrote, begin } = board();
    await begin();
    await bench.machine.stop();
    expect(wrote()).toEqual(['C,0']);
  });

  it('leaves a machine alone that is dispensing', async () => {
    const { bench, says, wrote, begin } = board();
    await begin();
    await says('c,STATUS,VEND,15000,5');
    await bench.pay();
    wrote();
    await bench.machine.stop();
    expect(wrote()).toEqual([]);
    await settled();
    expect(bench.words()).toEqual(['unknown']);
  });
});

describe('lines', () => {
  const texts = (parser: BoardLineParser, text: string): string[] =>
    parser.push(bytes(text)).flatMap((e) => (e.kind === 'line' ? [e.text] : []));

  it('end with LF, CR or both, and empty ones count for nothing', () => {
    expect(texts(new BoardLineParser(), 'a\nb\r\n\r\n\nc\r')).toEqual(['a', 'b', 'c']);
  });

  it('do not begin or end with bytes that no line can hold', () => {
    expect(texts(new BoardLineParser(), 'c,STATUS,VEND,1\x00500,7\nc,1\n')).toEqual(['500,7', 'c,1']);
    expect(texts(new BoardLineParser(), 'c,STATUS,VEND,1500\xff\n')).toEqual([]);
  });

  it('have a limit', () => {
    const parser = new BoardLineParser();
    expect(texts(parser, `${'x'.repeat(100_000)}c,1\n`)).toEqual([]);
    expect(texts(parser, 'c,1\n')).toEqual(['c,1']);
  });
});
