import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterEach, describe, expect, it } from 'vitest';
import { QrPictureReader } from '../../../devices/kit/qr-picture.js';
import { QrSearchProcess } from '../../../devices/kit/qr-search-process.js';
import build from '../../kit/built.js';
import { KeptLog } from '../../kit/kept-log.js';
import { drawPicture } from '../../kit/qr-pictures/draw.js';
import { FakeTime } from '../../kit/time.js';
import { QRIS } from '../printer/rig.js';

build();
const WORKER = fileURLToPath(new URL('../../../dist/devices/kit/qr-search-worker.js', import.meta.url));
const worker = (name: string): string => fileURLToPath(new URL(`./workers/${name}.mjs`, import.meta.url));

const made: QrSearchProcess[] = [];
afterEach(async () => {
  await Promise.all(made.splice(0).map((search) => search.stop()));
});

function searching(program = WORKER) {
  const log = new KeptLog();
  const time = new FakeTime();
  const search = new QrSearchProcess({ timers: time, log, program });
  made.push(search);
  return { log, time, search, reader: new QrPictureReader(search) };
}

/** The pids of our children that search pictures. */
function workers(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const line = readFileSync(`/proc/${name}/cmdline`, 'utf8');
        const parent = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1];
        return Number(parent) === process.pid && /qr-search-worker|workers\//.test(line)
          ? [Number(name)]
          : [];
      } catch {
        // It ended meanwhile.
        return [];
      }
    });
}

const plain = () => drawPicture(QRIS, { ecc: 'medium', px: 400, kernel: 'nearest' }, 1);
const turned = async () =>
  sharp(await plain())
    .rotate(3, { background: '#fff' })
    .png()
    .toBuffer();

/** Finder patterns everywhere. */
async function finders(cell: number): Promise<Uint8Array> {
  const side = 2_400;
  const dots = Uint8Array.from({ length: side * side }, (_, at) => {
    const [x, y] = [Math.floor((at % side) / cell) % 9, Math.floor(at / side / cell) % 9];
    const isDark = x < 7 && y < 7 && Math.max(Math.abs(x - 3), Math.abs(y - 3)) !== 2;
    return isDark ? 0 : 255;
  });
  return sharp(dots, { raw: { width: side, height: side, channels: 1 } })
    .png()
    .toBuffer();
}

describe('the search of pictures', () => {
  it('is not asked for the usual picture, and runs in a process of its own for others', async () => {
    const { reader } = searching();
    expect(await reader.read(await plain(), 'image/png')).toEqual({ ok: true, value: QRIS });
    expect(workers()).toEqual([]);
    expect(await reader.read(await turned(), 'image/png')).toEqual({ ok: true, value: QRIS });
    expect(workers()).toHaveLength(1);
  });

  it('leaves the loop free, tells what it saw, and goes on with the next picture', async () => {
    const { reader, log } = searching();
    let turns = 0;
    const ticker = setInterval(() => (turns += 1), 1);
    const hard = await finders(10);
    const picture = await turned();
    const found = await Promise.all([reader.read(hard, 'image/png'), reader.read(picture, 'image/png')]);
    clearInterval(ticker);
    expect(found).toMatchObject([{ error: { kind: 'refused', code: 452 } }, { value: QRIS }]);
    expect(log.matching(/^debug QR picture not read: framed: /)).toHaveLength(1);
    expect(turns).toBeGreaterThan(10);
    expect(workers()).toHaveLength(1);
  });

  it('gives the same faults as in one process: a bomb of pixels, a cut download, two codes', async () => {
    const { reader } = searching();
    const bomb = { create: { width: 5000, height: 5000, channels: 3, background: '#fff' } } as const;
    const code = Buffer.from(await plain());
    const two = await sharp(code)
      .extend({ left: 500, background: '#fff' })
      .composite([{ input: code, left: 0, top: 0 }])
      .png()
      .toBuffer();
    const codes = [await sharp(bomb).png().toBuffer(), code.subarray(0, 2_000), two].map(async (picture) => {
      const read = await reader.read(picture, 'image/png');
      return read.ok ? read.value : read.error.code;
    });
    expect(await Promise.all(codes)).toEqual([451, 453, 480]);
  });

  it('gives a picture up that takes longer than twenty seconds, for good, and reads the next one', async () => {
    const { search, time } = searching(worker('silent'));
    const found = search.search(new Uint8Array(8));
    const next = search.search(new Uint8Array(9));
    await expect.poll(workers).toHaveLength(1);
    const [first] = workers();
    time.advance(20_000);
    expect(await found).toMatchObject({ error: { kind: 'refused', code: 483 } });
    await expect.poll(() => workers().filter((pid) => pid !== first)).toHaveLength(1);
    time.advance(20_000);
    expect(await next).toMatchObject({ error: { kind: 'refused', code: 483 } });
  });

  it.each([
    ['is killed', 'killed', /SIGKILL/],
    ['runs out of memory', 'greedy', /SIGABRT|134/],
    ['does not begin', 'missing', /ended with 1/],
  ])(
    'is a fault that may pass when the process %s, and the next picture has another one',
    async (_, name, how) => {
      const { search } = searching(worker(name));
      const found = await search.search(new Uint8Array(8));
      expect(found).toMatchObject({ error: { kind: 'temporary', code: 483 } });
      expect(found.ok ? '' : found.error.detail).toMatch(how);
      const again = search.search(new Uint8Array(8));
      expect(await again).toMatchObject({ error: { kind: 'temporary', code: 483 } });
    },
  );

  it('reads the next picture after its process was killed', async () => {
    const { reader } = searching();
    const picture = await turned();
    await reader.read(picture, 'image/png');
    for (const pid of workers()) process.kill(pid, 'SIGKILL');
    // Before its end is known here, a picture may still be given to it, and is asked for again.
    await expect.poll(() => reader.read(picture, 'image/png')).toEqual({ ok: true, value: QRIS });
  });

  it('is let go two minutes after its last picture, and is there again for a sale after one that needed it', async () => {
    const { reader, time } = searching();
    reader.prepare();
    expect(workers()).toEqual([]);
    await reader.read(await turned(), 'image/png');
    const [pid] = workers();
    time.advance(119_999);
    expect(workers()).toEqual([pid]);
    time.advance(1);
    await expect.poll(workers).toEqual([]);
    reader.prepare();
    await expect.poll(workers).toHaveLength(1);
    expect(await reader.read(await plain(), 'image/png')).toEqual({ ok: true, value: QRIS });
    time.advance(120_000);
    await expect.poll(workers).toEqual([]);
    reader.prepare();
    expect(workers()).toEqual([]);
  });

  it('ends with the terminal, in the middle of a picture too', async () => {
    const { search } = searching(worker('silent'));
    const found = search.search(new Uint8Array(8));
    const waiting = search.search(new Uint8Array(8));
    await expect.poll(workers).toHaveLength(1);
    await search.stop();
    expect(workers()).toEqual([]);
    expect(await found).toMatchObject({ error: { kind: 'temporary', code: 483 } });
    expect(await waiting).toMatchObject({ error: { code: 483, detail: expect.stringMatching(/stops/) } });
    search.prepare();
    expect(workers()).toEqual([]);
  });

  it('is found broken by a check, with the reason, before a customer finds out', async () => {
    expect(await searching().reader.check()).toBeUndefined();
    expect(await searching(worker('missing')).reader.check()).toMatchObject({ kind: 'temporary', code: 483 });
  });

  it('is what the kernel takes first where memory runs out', async () => {
    const { reader } = searching();
    await reader.read(await turned(), 'image/png');
    expect(workers().map((pid) => readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8').trim())).toEqual([
      '1000',
    ]);
  });
});
