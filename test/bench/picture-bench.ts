import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { seeded } from '../kit/qr-pictures/chance.js';
import { drawPicture } from '../kit/qr-pictures/draw.js';
import type { BenchResult, Comparison, Context } from './bench.js';
import { Child } from './child.js';
import type { PictureTill, Reading } from './picture-till.js';
import { benchPicture, PAYLOAD } from './print-slip.js';
import { spread } from './stats.js';

const ROUNDS = 5;
const SIDE = 2_400;
/** The loop may be held so long, and so much of the terminal's own processor time may go into a picture. */
const BOUND_MS = 300;

interface Hard {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly read: string | number;
}

/** Pictures of 2400 by 2400 that are hard to read, or cannot be: what they take of the terminal, and in all. */
export async function benchPictures(context: Context): Promise<BenchResult> {
  mkdirSync(context.directory, { recursive: true });
  const till = new Child<PictureTill>('./picture-till.js');
  try {
    await till.call('warm', await benchPicture());
    const comparisons: Comparison[] = [];
    const notes: string[] = [];
    for (const { name, bytes, read } of await hardPictures()) {
      const file = join(context.directory, 'hard.png');
      writeFileSync(file, bytes);
      const rounds: Reading[] = [];
      const peer: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const one = await till.call('read', bytes);
        if (one.read !== read) throw new Error(`${name}: read ${one.read}`);
        rounds.push(one);
        peer.push(zbarMs(file));
      }
      comparisons.push(...rowsOf(name, rounds, peer));
      const searchMs = spread(rounds.map((one) => one.searchMs)).median;
      notes.push(
        `${name}: ${bytes.length} bytes; in the process that searches ${searchMs} ms, its start included`,
      );
    }
    return { title: `hard pictures of ${SIDE} by ${SIDE}`, comparisons, notes };
  } finally {
    await till.end();
  }
}

function rowsOf(name: string, rounds: readonly Reading[], peer: readonly number[]): Comparison[] {
  const bound = rounds.map(() => BOUND_MS);
  const against = `the bound of ${BOUND_MS} ms`;
  const goal = { of: 'ours', atMost: BOUND_MS } as const;
  return [
    {
      what: `${name}: CPU of the terminal itself`,
      ...{ against, unit: 'ms', ours: rounds.map((one) => one.ownMs), theirs: bound, goal },
    },
    {
      what: `${name}: longest turn of its loop`,
      ...{ against, unit: 'ms', ours: rounds.map((one) => one.heldMs), theirs: bound, goal },
    },
    {
      what: `${name}: CPU in all`,
      ...{ against: 'zbarimg', unit: 'ms' },
      ...{ ours: rounds.map((one) => one.ownMs + one.searchMs), theirs: peer },
    },
  ];
}

/** Processor time of zbarimg for one picture, its start included. */
function zbarMs(file: string): number {
  const before = endedChildrenMs();
  const done = spawnSync('zbarimg', ['-q', '--raw', '-Sdisable', '-Sqrcode.enable', file]);
  // 4: there was no code in it.
  if (done.status !== 0 && done.status !== 4) throw new Error('zbarimg is needed (zbar-tools)');
  return endedChildrenMs() - before;
}

/** proc(5): cutime and cstime, in hundredths of a second. */
function endedChildrenMs(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
  return 10 * (Number(fields[13]) + Number(fields[14]));
}

async function hardPictures(): Promise<Hard[]> {
  const turned = await drawPicture(PAYLOAD, { ecc: 'medium', px: 1_200, kernel: 'nearest', rotate: 7 }, 1);
  const large = sharp(turned).greyscale().resize(SIDE, SIDE, { kernel: 'cubic' });
  const { data } = await large.raw().toBuffer({ resolveWithObject: true });
  const chance = seeded(3);
  const specks = data.map((value) => (chance() < 0.3 ? 255 * Math.round(chance()) : value < 128 ? 0 : 255));
  const noise = data.map(() => 255 * Math.round(chance()));
  const finders = data.map((_, at) => {
    const [x, y] = [Math.floor((at % SIDE) / 6) % 9, Math.floor(at / SIDE / 6) % 9];
    return x < 7 && y < 7 && Math.max(Math.abs(x - 3), Math.abs(y - 3)) !== 2 ? 0 : 255;
  });
  return [
    { name: 'turned, three pixels in ten wrong', bytes: await black(specks), read: PAYLOAD },
    { name: 'noise', bytes: await black(noise), read: 452 },
    { name: 'full of finder patterns', bytes: await black(finders), read: 452 },
  ];
}

/** In black and white, so that so much noise is a file of less than 2 MiB. */
async function black(data: Uint8Array): Promise<Uint8Array> {
  const raw = { width: SIDE, height: SIDE, channels: 1 } as const;
  return Uint8Array.from(await sharp(data, { raw }).png({ palette: true, colours: 2 }).toBuffer());
}
