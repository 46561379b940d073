import { execFileSync } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32, deflateSync } from 'node:zlib';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KioskPage } from '../../devices/display/kiosk/kiosk-page.js';
import { loadSharp } from '../../devices/kit/load-sharp.js';
import { PictureCache } from '../../devices/kit/picture-cache.js';
import { QrSearchProcess } from '../../devices/kit/qr-search-process.js';
import { ok } from '../../src/base/result.js';
import { FAULT } from '../../src/core/fault/table.js';
import { SystemClock } from '../../src/host/clock.js';
import built from '../kit/built.js';
import { KeptLog } from '../kit/kept-log.js';
import { realTimers, until } from '../kit/pty/until.js';
import { FakeTime } from '../kit/time.js';

beforeAll(built, 600_000);

const WORKER = fileURLToPath(new URL('../../dist/devices/kit/qr-search-worker.js', import.meta.url));

let folder: string;
let log: KeptLog;
let cache: PictureCache;
let scaled: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pictures-'));
  log = new KeptLog();
  scaled = [];
  cache = open();
});
afterEach(async () => {
  await cache.stop();
  rmSync(folder, { recursive: true, force: true });
});

type Kind = Pick<ConstructorParameters<typeof PictureCache>[0], 'fault' | 'prefix' | 'side'>;

function open(kind: Kind = {}, program = WORKER): PictureCache {
  const process = new QrSearchProcess({ timers: new FakeTime(), log, program });
  return new PictureCache({
    folder: join(folder, 'small'),
    log,
    ...kind,
    scaler: {
      scale: (job) => {
        scaled.push(job.from);
        return process.scale(job);
      },
      stop: () => process.stop(),
    },
  });
}

async function picture(name: string, width: number, height: number): Promise<string> {
  const path = join(folder, name);
  const image = loadSharp()({ create: { width, height, channels: 4, background: '#ff000080' } });
  await (name.endsWith('.png') ? image.png() : image.jpeg()).toFile(path);
  return path;
}

/** A PNG of a few bytes that says it has `side` times `side` dots. */
function bomb(side: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const ends = [Buffer.alloc(4), Buffer.alloc(4)] as const;
    ends[0].writeUInt32BE(data.length);
    ends[1].writeUInt32BE(crc32(body));
    return Buffer.concat([ends[0], body, ends[1]]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const data = deflateSync(Buffer.alloc(1_000_000));
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

/** All of them are done, or refused. */
async function prepared(...paths: readonly string[]): Promise<void> {
  cache.prepare(paths);
  await until('the pictures', () => {
    const done = paths.filter(
      (path) => cache.nameOf(path) !== undefined || log.lines.join('\n').includes(`${path}: `),
    );
    return done.length === paths.length;
  });
}

describe('pictures of products', () => {
  it('are made small once, on white, and not again at the next start', async () => {
    const [png, jpeg] = [await picture('kopi.png', 900, 600), await picture('teh.jpg', 100, 80)];
    await prepared(png, jpeg);
    const name = cache.nameOf(png) ?? '';
    expect(name).toMatch(/^[0-9a-f]{24}\.jpg$/);
    const image = loadSharp()(readFileSync(join(folder, 'small', name)));
    expect(await image.metadata()).toMatchObject({ format: 'jpeg', width: 480, height: 320 });
    await cache.stop();
    cache = open();
    await prepared(png, jpeg);
    expect([scaled.length, cache.nameOf(png)]).toEqual([2, name]);
    // Another picture under the same path is another one.
    utimesSync(png, 1, 1);
    await prepared(png);
    expect(scaled.length).toBe(3);
    await until('the old ones to go', () => readdirSync(join(folder, 'small')).length === 1);
  });

  it.each([
    ['of products', 155, {}],
    ['of an idle screen', 762, { fault: FAULT.idlePicture, prefix: 'idle/', side: 1_920 }],
  ])(
    '%s that would burst the memory, or are none, are refused with their number, and the others are shown',
    async (_, number, kind) => {
      cache = open(kind);
      const good = await picture('kopi.png', 30, 20);
      const path = (name: string, content: Buffer | string): string => {
        writeFileSync(join(folder, name), content);
        return join(folder, name);
      };
      const bad = [
        path('bomb.png', bomb(50_000)),
        path('half.png', readFileSync(await picture('whole.png', 300, 200)).subarray(0, 60)),
        path('page.png', '<svg xmlns="http://www.w3.org/2000/svg"/>'),
        path('empty.jpg', ''),
        path('large.jpg', Buffer.from('ffd8ff', 'hex')),
        join(folder, 'none.png'),
        join(folder, 'endless.png'),
        join(folder, 'folder.png'),
      ];
      symlinkSync('/dev/zero', join(folder, 'endless.png'));
      mkdirSync(join(folder, 'folder.png'));
      truncateSync(join(folder, 'large.jpg'), 10_000_001);
      await prepared(...bad, good);
      expect(bad.map((each) => cache.nameOf(each))).toEqual(bad.map(() => undefined));
      expect(cache.nameOf(good)).toBeDefined();
      for (const each of bad) expect(log.lines.join('\n')).toMatch(new RegExp(`E${number} ${each}: .`));
      expect(log.lines.join('\n')).toMatch(/bomb\.png: .*pixel limit/);
      for (const name of ['endless', 'folder'])
        expect(log.lines.join('\n')).toContain(`E${number} ${join(folder, `${name}.png`)}: no file`);
      expect(log.lines.join('\n')).not.toContain('E483');
    },
  );

  it('whose process does not start are named with its number, a few of them, and what was made before is shown', async () => {
    const paths: string[] = [];
    for (let i = 0; i < 6; i += 1) paths.push(await picture(`${i}.png`, 30, 20));
    const [last = ''] = paths.slice(-1);
    await prepared(last);
    await cache.stop();
    const before = scaled.length;
    cache = open({}, join(folder, 'no-such-program.js'));
    cache.prepare(paths);
    await until('the last of them', () => cache.nameOf(last) !== undefined);
    expect(scaled.slice(before)).toEqual(paths.slice(0, 3));
    expect(
      log.lines.filter((line) => /warn E483 .*: the process that opens pictures: ended with 1$/.test(line)),
    ).toHaveLength(3);
    expect(log.lines.filter((line) => line.includes('error E483 no more of these pictures'))).toHaveLength(1);
    expect(log.lines.join('\n')).not.toContain('E155');
  });

  it('of 500 products are looked at one by one, and the loop turns in between', async () => {
    const source = await picture('kopi.png', 30, 20);
    const paths = Array.from({ length: 500 }, (_, i) => {
      const path = join(folder, `${i}.png`);
      linkSync(source, path);
      return path;
    });
    const scaler = {
      scale: ({ to }: { readonly to: string }) => {
        writeFileSync(to, 'small');
        return Promise.resolve(ok(to));
      },
      stop: () => Promise.resolve(),
    };
    /** How many became ready between two turns of the loop, at most: at this start or the next one. */
    const mostInATurn = async (): Promise<number> => {
      const all = new PictureCache({ folder: join(folder, 'many'), log, scaler });
      let [now, most, ready] = [0, 0, 0];
      all.start(() => {
        now += 1;
        ready += 1;
        most = Math.max(most, now);
      });
      all.prepare(paths);
      while (ready < paths.length)
        await new Promise<void>((resolve) => {
          setImmediate(() => {
            now = 0;
            resolve();
          });
        });
      await all.stop();
      return most;
    };
    expect(await mostInATurn()).toBeLessThanOrEqual(2);
    expect(await mostInATurn()).toBeLessThanOrEqual(2);
    await until('all of them', () => readdirSync(join(folder, 'many')).length === 500);
  });

  it('of a list that has just been replaced are not taken from the new one', async () => {
    const [first, second] = [await picture('kopi.png', 30, 20), await picture('teh.png', 30, 20)];
    await prepared(first, second);
    // The old list ends with what is to be forgotten; the new one finds all of it there.
    for (let times = 0; times < 5; times += 1) {
      cache.prepare([first]);
      await prepared(first, second);
    }
    for (const path of [first, second])
      expect(readFileSync(join(folder, 'small', cache.nameOf(path) ?? '')).length).toBeGreaterThan(100);
  });

  it('that are no files are refused, and nothing waits for them', async () => {
    const pipe = join(folder, 'pipe.png');
    execFileSync('mkfifo', [pipe]);
    await prepared(pipe, await picture('kopi.png', 30, 20));
    expect(log.lines.join('\n')).toContain(`E155 ${pipe}: no file`);
  });

  it('are served by the page under their names, and nothing else of the folder is', async () => {
    const path = await picture('kopi.png', 30, 20);
    await prepared(path);
    mkdirSync(join(folder, 'small', 'more'), { recursive: true });
    writeFileSync(join(folder, 'small', 'secret.jpg'), 'x');
    const page = new KioskPage({
      ...{ host: '127.0.0.1', hostNames: [], port: 0, pad: true, language: 'both', shop: 'Kopi', log },
      ...{ clock: new SystemClock(), timers: realTimers },
      random: { bytes: (count) => new Uint8Array(count), fraction: () => 0.5 },
      pictures: join(folder, 'small'),
    });
    await page.start();
    try {
      const answer = await fetch(`${page.url}picture/${cache.nameOf(path)}`);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
      expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(100);
      for (const name of ['secret.jpg', `${'0'.repeat(24)}.jpg`, '..%2f..%2fkopi.png', 'more'])
        expect((await fetch(`${page.url}picture/${name}`)).status).toBe(404);
    } finally {
      await page.stop();
    }
  });
});
