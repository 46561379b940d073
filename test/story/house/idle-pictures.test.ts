import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import built from '../../kit/built.js';
import { said } from '../kit/register-peer.js';
import { type Shop, story } from '../kit/shop.js';

const WORKER = fileURLToPath(new URL('../../../dist/devices/kit/qr-search-worker.js', import.meta.url));

let folder: string;

beforeAll(built, 600_000);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gopay-pos-slides-'));
  for (const [name, background] of [
    ['1-red.png', '#c00000'],
    ['3-blue.jpg', '#0000c0'],
  ] as const)
    await sharp({ create: { width: 2_400, height: 1_350, channels: 3, background } }).toFile(
      join(folder, name),
    );
  writeFileSync(join(folder, '2-broken.png'), 'no picture at all');
  symlinkSync('/dev/zero', join(folder, '4-endless.jpg'));
  mkdirSync(join(folder, '5-folder.png'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const idle = (more = '') => ({ toml: `[idle]\nfolder = "${folder}"\nseconds = 10\n${more}` });

function slideOf({ screen: { now } }: Shop): string | undefined {
  return now?.show === 'idle' ? now.slide?.picture : undefined;
}

/** The colour in the middle, and the size, of what displays find under this name. */
async function look(bytes: Uint8Array) {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  const at = info.channels * (info.width * Math.floor(info.height / 2) + Math.floor(info.width / 2));
  const strong = ['red', 'green', 'blue'].filter((_, i) => (data[at + i] ?? 0) > 128);
  return { width: info.width, height: info.height, strong };
}

it('the pictures of a real folder stand on the idle face in turn, small, and those that are none are named and left out', () =>
  story({ ...idle(), pictureProgram: WORKER }, async (shop) => {
    await shop.until('each of them to be made or named', () => said(shop, 'E762') === 3);
    for (const name of ['2-broken.png', '4-endless.jpg', '5-folder.png'])
      expect(said(shop, `E762 ${join(folder, name)}: `)).toBe(1);
    expect(said(shop, 'E483')).toBe(0);
    const seen: string[] = [];
    for (let turn = 0; turn < 2; turn += 1) {
      seen.push(
        await shop.found('a picture', () => {
          const now = slideOf(shop);
          return now === seen[0] ? undefined : now;
        }),
      );
      await shop.clock.advance(10_000);
    }
    const looks = await Promise.all(
      seen.map(async (name) => {
        const file = readFileSync(join(shop.directory, 'journal', 'pictures', name));
        const answer = await fetch(`${shop.program.pageUrl}picture/${name}`);
        expect(Buffer.from(await answer.arrayBuffer()).equals(file)).toBe(true);
        return look(file);
      }),
    );
    const size = { width: 1_920, height: 1_080 };
    expect(looks.sort((a, b) => String(b.strong).localeCompare(String(a.strong)))).toEqual([
      { ...size, strong: ['red'] },
      { ...size, strong: ['blue'] },
    ]);
    shop.press('7');
    expect((await shop.shows('entering')).amount).toBe(7);
  }));

it('an idle face is the usual one where no process opens pictures: said with its number, once each, and not tried on and on', () =>
  story({ ...idle(), pictureProgram: join(tmpdir(), 'there-is-no-such-program.js') }, async (shop) => {
    await shop.until('both of them to be named', () => said(shop, 'E483 ') >= 2);
    await shop.clock.advance(200_000);
    expect(slideOf(shop)).toBeUndefined();
    await shop.shows('idle');
    expect(said(shop, 'E483 ')).toBe(2);
    for (const name of ['1-red.png', '3-blue.jpg']) expect(said(shop, `E762 ${join(folder, name)}`)).toBe(0);
    // What is sold is not held up by it.
    await shop.ring(15_000);
    await shop.shows('scan');
  }));
