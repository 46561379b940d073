import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { levelsOf, readChips, type Train, versionOf } from '../../../devices/vending/pulse/tools.js';
import {
  emit,
  type Gpio,
  LINE_REFUSED,
  programArguments,
  TRAIN_BROKEN,
} from '../../../devices/vending/pulse/train-program.js';
import setup from '../../kit/built.js';

const where = { chip: 'gpiochip0', line: 17, activeLow: false };

/** A line in counted time. `breaksAt`: the edge that cannot be set. */
function fakeGpio(
  options: { readonly refused?: boolean; readonly breaksAt?: number; readonly late?: number } = {},
) {
  const levels: [number, boolean][] = [];
  let nowMs = 0;
  let released = 0;
  const gpio: Gpio = {
    take: () => {
      if (options.refused) throw new Error('errno 16');
      levels.push([nowMs, false]);
      return {
        set: (active) => {
          if (levels.length === options.breaksAt) throw new Error('errno 5');
          levels.push([nowMs, active]);
        },
        release: () => {
          released += 1;
        },
      };
    },
    sleep: (ms) => {
      nowMs += ms + (options.late ?? 0);
    },
    nowMs: () => nowMs,
  };
  return { gpio, levels, released: () => released };
}

describe('a train of our own', () => {
  it('has the same levels as one of gpioset 2', () => {
    const { gpio, levels, released } = fakeGpio();
    const train = { pulses: 3, pulseMs: 50, gapMs: 60, leadMs: 100 };
    expect(emit(where, train, gpio)).toEqual({ code: 0, words: '3 pulses, the longest 50.0 ms' });
    expect(levels).toEqual([
      [0, false],
      [100, true],
      [150, false],
      [210, true],
      [260, false],
      [320, true],
      [370, false],
    ]);
    expect(released()).toBe(1);
  });

  it('never makes a level shorter than it is set, however late its process is', () => {
    const { gpio, levels } = fakeGpio({ late: 7 });
    const { words } = emit(where, { pulses: 2, pulseMs: 50, gapMs: 60, leadMs: 100 }, gpio);
    expect(levels.map(([ms]) => ms)).toEqual([0, 107, 164, 231, 288]);
    expect(words).toBe('2 pulses, the longest 57.0 ms');
  });

  it('says whether it ever had the line', () => {
    const train = { pulses: 2, pulseMs: 50, gapMs: 50, leadMs: 100 };
    expect(emit(where, train, fakeGpio({ refused: true }).gpio)).toEqual({
      code: LINE_REFUSED,
      words: 'errno 16',
    });
    const broken = fakeGpio({ breaksAt: 3 });
    expect(emit(where, train, broken.gpio)).toEqual({ code: TRAIN_BROKEN, words: 'errno 5' });
    expect(broken.released()).toBe(1);
  });

  it('has, for any settings, exactly its pulses, each as long as set with a gap before it, and ends idle', () => {
    const trains = fc.record({
      pulses: fc.integer({ min: 1, max: 500 }),
      pulseMs: fc.integer({ min: 10, max: 1_000 }),
      gapMs: fc.integer({ min: 10, max: 2_000 }),
      leadMs: fc.integer({ min: 100, max: 2_000 }),
    });
    fc.assert(
      fc.property(trains, (train: Train) => {
        const { gpio, levels } = fakeGpio();
        emit(where, train, gpio);
        const lengths = levels.slice(1).map(([ms], i) => ms - (levels[i]?.[0] ?? 0));
        expect(lengths).toEqual(levelsOf(train));
        expect(levels.filter(([, active]) => active)).toHaveLength(train.pulses);
        expect(levels.at(-1)?.[1]).toBe(false);
        expect(levels.every(([, active], i) => i === 0 || active !== levels[i - 1]?.[1])).toBe(true);
      }),
    );
  });
});

describe('the compiled program', () => {
  beforeAll(() => setup());

  const compiled = fileURLToPath(
    new URL('../../../dist/devices/vending/pulse/train-program.js', import.meta.url),
  );
  const code = `import { main } from ${JSON.stringify(compiled)}; await main(process.argv.slice(1));`;
  const node = (chip: string): string[] => {
    const train = { pulses: 2, pulseMs: 10, gapMs: 10, leadMs: 100 };
    const args = programArguments({ chip, line: 17, activeLow: true }, train);
    return [process.execPath, '--input-type=module', '--eval', code, '--', ...args];
  };

  it('refuses, with nothing driven, where there is no chip or something else', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gpio-'));
    const file = join(folder, 'file');
    writeFileSync(file, '');
    for (const chip of [join(folder, 'none'), file, '/dev/null']) {
      const [program = '', ...args] = node(chip);
      const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
      expect([chip, status, stderr.trim().split('\n').length]).toEqual([chip, LINE_REFUSED, 1]);
    }
    rmSync(folder, { recursive: true });
  });

  it('asks the kernel for the line as an output that is idle at first, read by strace', () => {
    const { stderr } = spawnSync('strace', ['-f', '-e', 'trace=ioctl', ...node('/dev/null')], {
      encoding: 'utf8',
    });
    const asked = stderr.split('\n').find((line) => line.includes('GPIO_V2_GET_LINE_IOCTL'));
    expect(asked).toContain('num_lines=1, offsets=[17], consumer="gopay-pos"');
    expect(asked).toContain('flags=GPIO_V2_LINE_FLAG_ACTIVE_LOW|GPIO_V2_LINE_FLAG_OUTPUT');
    expect(asked).toContain('attrs=[{values=0, mask=0x1}]');
  });
});

describe('what the programs say', () => {
  it('is read in both versions', () => {
    expect(versionOf('gpioset (libgpiod) v1.6.3\nCopyright (C) 2017-2018\n')).toBe(1);
    expect(versionOf('gpioset (libgpiod) v2.2.1\n')).toBe(2);
    expect(versionOf('gpioset (libgpiod) v12.0\n')).toBeUndefined();
    expect(versionOf('')).toBeUndefined();
    expect(readChips('gpiochip0 [pinctrl-rp1] (54 lines)\nnonsense\ngpiochip11 [] (1 line)\n')).toEqual([
      { name: 'gpiochip0', label: 'pinctrl-rp1', lines: 54 },
      { name: 'gpiochip11', label: '', lines: 1 },
    ]);
  });
});
