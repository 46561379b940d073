import { afterEach, describe, expect, it } from 'vitest';
import { rupiah } from '../../../src/base/rupiah.js';
import type { Given } from '../../../src/base/sold-item.js';
import type { VendRequest } from '../../../src/base/vending-messages.js';
import { until } from '../../kit/pty/until.js';
import { FakeTime } from '../../kit/time.js';
import { GpioRig, type RigOptions } from './gpio-rig.js';

let rig: GpioRig;

afterEach(() => rig.end());

async function begin(options: RigOptions = {}): Promise<string> {
  rig = new GpioRig(options);
  const event = await rig.begin();
  return event?.kind === 'gone' ? event.why : (event?.kind ?? 'nothing');
}

const sale = (amount: number, reference = 'T1-1'): VendRequest => ({ amount: rupiah(amount), reference });

describe('a train', () => {
  it('is whole, in one process, from idle to idle, each level as long as it is set', async () => {
    expect(await begin()).toBe('present');
    expect(await rig.machine.vend(sale(3_000))).toEqual({
      ...{ vend: 'done', detail: '3 pulses' },
      places: [{ place: 'line-17', good: true }],
    });
    expect(rig.trains().map((train) => train.map(({ ms, high }) => [ms, high]))).toEqual([
      [
        [0, false],
        [100, true],
        [150, false],
        [210, true],
        [260, false],
        [320, true],
        [370, false],
      ],
    ]);
  });

  it('has as many pulses as the amount is worth, up to the most', async () => {
    await begin();
    expect(await rig.machine.vend(sale(100_000))).toMatchObject({ vend: 'done' });
    const [train = []] = rig.trains();
    expect(train.filter(({ high }) => high)).toHaveLength(100);
    expect(train.at(-1)?.high).toBe(false);
  });

  it('is upside down where a pulse is low', async () => {
    await begin({ emitter: { activeLow: true } });
    await rig.machine.vend(sale(2_000));
    expect(rig.trains()[0]?.map(({ high }) => high)).toEqual([true, false, true, false, true]);
    expect(rig.levels()[0]).toMatchObject({ ms: 0, high: true });
  });

  it('goes out once for a sale, and each other sale has its own', async () => {
    await begin();
    expect(await rig.machine.vend(sale(1_000))).toMatchObject({ vend: 'done' });
    expect(await rig.machine.vend(sale(1_000))).toMatchObject({ vend: 'unknown' });
    expect(await rig.machine.vend(sale(1_000, 'T1-2'))).toMatchObject({ vend: 'done' });
    expect(rig.trains()).toHaveLength(2);
  });

  it('waits for the one before it', async () => {
    await begin();
    const ends = await Promise.all([1, 2, 3].map((n) => rig.machine.vend(sale(1_000, `T1-${n}`))));
    expect(ends.map(({ vend }) => vend)).toEqual(['done', 'done', 'done']);
    const order = rig.trains().map(([first]) => first?.pid);
    // One process had ended before the next began: their lines do not mix.
    expect(
      rig
        .levels()
        .map(({ pid }) => pid)
        .filter((pid, i, all) => order.includes(pid) && pid !== all[i - 1]),
    ).toEqual(order);
  });
});

describe('lines of products', () => {
  const gives = (line: number) => [{ pulses: 2, line }];

  it('are left idle from the start on, as the machine’s own is, and have trains of their own', async () => {
    rig = new GpioRig();
    rig.machine.mind([22, 23, 22]);
    await rig.begin();
    expect(rig.levels().map(({ high }) => high)).toEqual([false, false, false]);
    expect(
      await rig.machine.vend({
        ...sale(500),
        gives: [...gives(22), { seconds: 3, line: 23 }, { seconds: 4, line: 23 }],
      }),
    ).toEqual({
      vend: 'done',
      detail: 'line 22: 2 pulses; line 23: 1 pulses',
      places: [
        { place: 'line-22', good: true },
        { place: 'line-23', good: true },
      ],
    });
    const ms = rig.trains().map((train) => train.map((level) => level.ms));
    expect(ms).toEqual([
      [0, 100, 150, 210, 260],
      [0, 100, 7_100],
    ]);
  });

  it('that was busy for one train stops itself alone, the machine’s own as well', async () => {
    rig = new GpioRig();
    rig.machine.mind([22, 23]);
    await rig.begin();
    for (const line of [22, 17]) {
      rig.env['FAKE_GPIO_TROUBLE'] = `busy:${line}`;
      expect(await rig.machine.vend({ ...sale(500, `T1-${line}`), gives: gives(line) })).toMatchObject({
        vend: 'failed',
        places: [{ place: `line-${line}`, good: false }],
      });
      expect(rig.machine.refuses(rupiah(500), gives(line))).toMatch(/cannot be had: .*busy/);
    }
    expect(rig.machine.refuses(rupiah(1_000))).toMatch(/line 17 cannot be had/);
    expect(rig.machine.refuses(rupiah(500), gives(23))).toBeUndefined();
    expect(rig.events.map(({ kind }) => kind)).toEqual(['present']);
    rig.env['FAKE_GPIO_TROUBLE'] = '';
    expect(await rig.machine.vend({ ...sale(500, 'T1-23'), gives: gives(23) })).toMatchObject({
      vend: 'done',
    });
  });

  it('that cannot be had are charged for no more, and the others are sold', async () => {
    rig = new GpioRig({ trouble: 'busy:22' });
    rig.machine.mind([22, 23]);
    await rig.begin();
    expect(rig.machine.refuses(rupiah(500), gives(22))).toMatch(/line 22 cannot be had: .*busy/);
    expect(rig.machine.refuses(rupiah(500), gives(23))).toBeUndefined();
    expect(rig.machine.refuses(rupiah(1_000))).toBeUndefined();
    rig.env['FAKE_GPIO_TROUBLE'] = '';
    rig.machine.mind([22, 23]);
    await until('the line', () => rig.machine.refuses(rupiah(500), gives(22)) === undefined);
  });

  it('give no more than is allowed, of all that was chosen together', async () => {
    await begin();
    const many = (count: number, given: Given) => new Array<Given>(count).fill(given);
    expect(rig.machine.refuses(rupiah(500), many(50, { pulses: 2 }))).toBeUndefined();
    expect(rig.machine.refuses(rupiah(500), many(51, { pulses: 2 }))).toContain('102 pulses');
    expect(rig.machine.refuses(rupiah(500), many(11, { seconds: 30 }))).toContain('330 seconds');
  });
});

describe('a train that does not end well', () => {
  it.each(['kill:2', 'kill:5', 'kill:7'])(
    'is unknown when it is killed (%s), and there is no second',
    async (trouble) => {
      await begin({ trouble: '' });
      rig.env['FAKE_GPIO_TROUBLE'] = trouble;
      expect(await rig.machine.vend(sale(3_000))).toMatchObject({
        vend: 'unknown',
        detail: expect.stringMatching(/E353.*SIGKILL/),
      });
      rig.env['FAKE_GPIO_TROUBLE'] = '';
      expect(await rig.machine.vend(sale(3_000))).toMatchObject({ vend: 'unknown' });
      expect(rig.trains().length).toBeLessThanOrEqual(1);
      // Whatever level the killed program left it at.
      expect(rig.levels().at(-1)).toMatchObject({ ms: 0, high: false });
    },
  );

  it('stays unknown when its line cannot be had afterwards: that nothing more can come out says nothing of what did', async () => {
    await begin({ trouble: '' });
    rig.env['FAKE_GPIO_TROUBLE'] = 'kill:5';
    expect(await rig.machine.vend(sale(3_000))).toMatchObject({ vend: 'unknown' });
    rig.env['FAKE_GPIO_TROUBLE'] = 'busy';
    expect(await rig.machine.vend(sale(3_000, 'T1-2'))).toMatchObject({ vend: 'failed' });
    expect(rig.machine.refuses(rupiah(3_000))).toMatch(/cannot be had/);
    expect(await rig.machine.vend(sale(3_000))).toMatchObject({ vend: 'unknown' });
  });

  it('is unknown when a level could not be set, although the program ends as if all were well', async () => {
    await begin();
    rig.env['FAKE_GPIO_TROUBLE'] = 'set';
    expect(await rig.machine.vend(sale(3_000))).toMatchObject({ vend: 'unknown' });
  });

  it.each([
    [
      'a level that could not be set',
      'broken:3:1:unable to set values on chip',
      /E353 .*unable to set values/,
    ],
    ['a code and words of its own', 'broken:7:3:the sky fell', /E353 .*the sky fell/],
    ['before the first pulse, of something that is not known', 'broken:1:1:out of memory', /E353 /],
    ['without a word', 'broken:2:1:', /E353 gpioset ended with 1/],
    [
      'words that it only has before it has the line, and others',
      `broken:2:1:unable to open chip 'x'\nx`,
      /E353/,
    ],
  ])('is unknown when its program ended on the way: %s', async (_, trouble, detail) => {
    await begin();
    rig.env['FAKE_GPIO_TROUBLE'] = trouble;
    expect(await rig.machine.vend(sale(3_000))).toMatchObject({
      vend: 'unknown',
      detail: expect.stringMatching(detail),
    });
    rig.env['FAKE_GPIO_TROUBLE'] = '';
    expect(rig.levels().at(-1)?.high).toBe(false);
  });

  it.each([
    `unable to request lines on chip '/dev/gpiochip0': Device or resource busy`,
    'unable to request lines on chip /dev/gpiochip0: Operation not permitted',
    `unable to open chip '/dev/gpiochip0': Permission denied`,
    `cannot find a GPIO chip 'gpiochip0'`,
    `cannot find line '17'`,
    `offset 17 is out of range on chip 'gpiochip0'`,
  ])('has failed when its program never had the line: %s', async (words) => {
    await begin();
    rig.env['FAKE_GPIO_TROUBLE'] = `refused:${words}`;
    expect(await rig.machine.vend(sale(3_000))).toMatchObject({
      vend: 'failed',
      detail: expect.stringContaining('E352 no pulse left'),
    });
    expect(rig.trains()).toEqual([]);
  });

  it('has failed when the line was refused, so that nothing left', async () => {
    await begin();
    rig.env['FAKE_GPIO_TROUBLE'] = 'busy';
    expect(await rig.machine.vend(sale(3_000))).toMatchObject({ vend: 'failed' });
    expect(rig.trains()).toEqual([]);
    expect(rig.events.at(-1)).toMatchObject({ kind: 'gone', why: expect.stringMatching(/^E352 .*busy/) });
  });

  it('is ended and unknown when its program hangs', async () => {
    const timers = new FakeTime();
    await begin({ emitter: { timers } });
    rig.env['FAKE_GPIO_TROUBLE'] = 'hang';
    const outcome = rig.machine.vend(sale(1_000));
    await until('the train', () => rig.trains()[0]?.length === 3);
    await timers.pass(20_000);
    expect(await outcome).toMatchObject({ vend: 'unknown' });
    rig.env['FAKE_GPIO_TROUBLE'] = '';
  });

  it('is waited for when the terminal stops', async () => {
    await begin();
    const outcome = rig.machine.vend(sale(50_000));
    await rig.machine.stop();
    expect(await outcome).toMatchObject({ vend: 'done' });
    expect(rig.levels().at(-1)?.high).toBe(false);
  });

  it('does not come of what was paid while it stopped, and that is told before it has stopped', async () => {
    await begin();
    let told = '';
    const stopping = rig.machine.stop();
    void rig.machine.vend(sale(1_000)).then(({ vend }) => {
      told = vend;
    });
    await stopping;
    expect(told).toBe('failed');
    expect(rig.trains()).toEqual([]);
  });
});

describe('an amount', () => {
  it('that is no multiple of a pulse, nothing, or too many pulses, is refused before anything is charged', async () => {
    await begin();
    expect(rig.machine.refuses(rupiah(3_500))).toBe('not a multiple of Rp1.000');
    expect(rig.machine.refuses(rupiah(0))).toBe('not a multiple of Rp1.000');
    expect(rig.machine.refuses(rupiah(101_000))).toBe('101 pulses, and at most 100 are allowed');
    expect(rig.machine.refuses(rupiah(100_000))).toBeUndefined();
    expect(await rig.machine.vend(sale(3_500))).toMatchObject({ vend: 'failed' });
    expect(rig.trains()).toEqual([]);
  });
});

describe('the line', () => {
  it('is driven idle at the start and at the end', async () => {
    await begin();
    expect(rig.levels()).toMatchObject([{ ms: 0, high: false }]);
    await rig.machine.stop();
    expect(rig.levels()).toMatchObject([{ high: false }, { high: false }]);
  });

  it('is found by the label of its chip, and by its name', async () => {
    expect(await begin({ emitter: { chip: 'gpiochip1', line: 7 } })).toBe('present');
    await rig.end();
    const moved = 'gpiochip4 [pinctrl-rp1] (54 lines)\n';
    expect(await begin({ chips: moved, emitter: { chip: 'pinctrl-rp1' } })).toBe('present');
    expect(await rig.machine.vend(sale(1_000))).toMatchObject({ vend: 'done' });
  });

  it.each([
    ['no such chip', { emitter: { chip: 'pinctrl-rp1' } }, /^E351 no chip pinctrl-rp1; there is gpiochip0/],
    ['no chip at all', { chips: '' }, /^E351 .*none that we may see/],
    [
      'two of that label',
      { chips: 'gpiochip0 [x] (8 lines)\ngpiochip1 [x] (8 lines)\n', emitter: { chip: 'x', line: 1 } },
      /^E351 2 chips/,
    ],
    ['no such line', { emitter: { line: 58 } }, /^E352 .*lines 0 to 57, not 58/],
    ['a line in use', { trouble: 'busy' }, /^E352 .*Device or resource busy/],
    ['no programs', { version: 'none' }, /^E350 gpioset does not run/],
    ['programs of an unknown version', { version: '3.0' }, /^E350 gpioset of an unknown version/],
  ] as const)('is gone, with a reason, and nothing is sold: %s', async (_, options, why) => {
    expect(await begin(options)).toMatch(why);
    expect(await rig.machine.vend(sale(1_000))).toMatchObject({ vend: 'failed' });
    expect(rig.trains()).toEqual([]);
  });

  it('is there as soon as it can be had', async () => {
    const timers = new FakeTime();
    expect(await begin({ version: 'none', machine: { timers } })).toMatch(/^E350/);
    rig.install();
    await timers.pass(10_000);
    await until('the line', () => rig.events.at(-1)?.kind === 'present');
    expect(rig.events.map(({ kind }) => kind)).toEqual(['gone', 'present']);
  });

  it('that goes away between two sales costs no money: the sale has failed, and the terminal knows', async () => {
    await begin();
    rig.env['FAKE_GPIO_CHIPS'] = '';
    expect(await rig.machine.vend(sale(1_000))).toMatchObject({ vend: 'failed' });
    expect(rig.events.map(({ kind }) => kind)).toEqual(['present', 'gone']);
  });
});

describe('gpioset 1, which has no trains', () => {
  const program = (name: string): URL => new URL(`../fixtures/vending/${name}.mjs`, import.meta.url);

  it('drives the line idle; the train is a process of our own with all that it needs', async () => {
    expect(await begin({ version: '1.6.3', emitter: { program: program('train-that-tells') } })).toBe(
      'present',
    );
    expect(rig.levels()).toMatchObject([{ ms: 0, high: false }]);
    const detail = 'asked for gpiochip0 17 0 3 50 60 100';
    const places = [{ place: 'line-17', good: true }];
    expect(await rig.machine.vend(sale(3_000))).toEqual({ vend: 'done', detail, places });
  });

  it('leaves a train that was cut unknown', async () => {
    await begin({ version: '1.6.3', emitter: { program: program('train-that-is-cut') } });
    expect(await rig.machine.vend(sale(3_000))).toMatchObject({ vend: 'unknown' });
    expect(await rig.machine.vend(sale(3_000))).toMatchObject({ vend: 'unknown' });
  });
});
