import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import jsqr from 'jsqr';
import { decodeQR } from 'qr/decode.js';
import sharp from 'sharp';
import { QrPictureReader } from '../../devices/kit/qr-picture.js';
import { composeSlip } from '../../devices/printer/compose.js';
import { Paper } from '../../devices/printer/paper.js';
import { findProfile } from '../../devices/printer/profiles.js';
import type { Slip } from '../../src/base/slip.js';
import type { Log } from '../../src/port/log.js';
import { type QrPicture, qrPictures } from '../kit/qr-pictures/pictures.js';
import { zbarimg } from '../kit/zbarimg.js';
import { escposSlip, thermalPrinterSlip } from './print-peers.js';
import { columns } from './report.js';

const HEADS = [
  { widthDots: 384, profile: 'generic-58' },
  { widthDots: 576, profile: 'generic-80' },
] as const;

const VIEWS = ['ideal', 'blurred'] as const;
const READERS = ['zbarimg', 'qr', 'jsqr'] as const;
type View = (typeof VIEWS)[number];
type Reader = (typeof READERS)[number];

/** Hypotheses that the decoder `qr` may try a picture. */
const EFFORT = 8;

const silent: Log = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
  child: () => silent,
};

type Make = (picture: QrPicture, png: Uint8Array, profile: string) => Promise<Iterable<Uint8Array>>;

const NOTHING: Slip = { kind: 'qr', copy: false, lines: [] };

const WAYS: Readonly<Record<string, Make>> = {
  ours: async (picture, _png, profileName) => {
    const read = await new QrPictureReader({ log: silent }).read(picture.bytes, picture.contentType);
    const profile = findProfile(profileName);
    if (!read.ok || profile === undefined) return [];
    const job = composeSlip({ ...NOTHING, lines: [{ put: 'qr', payload: read.value }] }, profile);
    return job.ok ? job.value.parts : [];
  },
  'node-thermal-printer': async (_picture, png) => [await thermalPrinterSlip(NOTHING, png)],
  escpos: async (_picture, png) => [await escposSlip(NOTHING, png)],
};

/**
 * Every picture of the set through ours and the two libraries as they are, onto heads of 58 and 80 mm, and how many can
 * be read on the paper, by three decoders that share no code, as it is and as a poor camera sees it.
 */
export async function scanTable(directory: string): Promise<string> {
  const pictures = await qrPictures();
  const rows: string[][] = [];
  for (const { widthDots, profile } of HEADS)
    for (const [way, make] of Object.entries(WAYS)) {
      const counts = new Map<string, number>();
      const count = (key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);
      for (const picture of pictures) {
        const png = Uint8Array.from(await sharp(picture.bytes).png().toBuffer());
        const paper = await paperOf(await make(picture, png, profile), widthDots);
        if (paper === undefined) continue;
        for (const view of VIEWS) {
          const readers = await readBy(paper, view, picture.payload, directory);
          for (const reader of readers) count(`${view} ${reader}`);
          if (readers.length === READERS.length) count(`${view} all`);
        }
      }
      const cell = (view: View): string => {
        const each = READERS.map((reader) => counts.get(`${view} ${reader}`) ?? 0).join('/');
        return `${counts.get(`${view} all`) ?? 0} (${each})`;
      };
      rows.push([String(widthDots), way, ...VIEWS.map(cell)]);
    }
  const head = ['head', 'way', ...VIEWS.map((view) => `${view}: all (${READERS.join('/')})`)];
  return `of ${pictures.length} pictures, read on the printed slip\n${columns(head, rows)}`;
}

async function paperOf(bytes: Iterable<Uint8Array>, widthDots: number): Promise<Uint8Array | undefined> {
  const paper = new Paper({ widthDots });
  for (const part of bytes) paper.receive(part);
  return (paper.slips[0] ?? paper.hanging)?.png();
}

/** `blurred`: the whole ticket is 400 pixels wide, out of focus, on grey paper. */
async function readBy(png: Uint8Array, view: View, payload: string, directory: string): Promise<Reader[]> {
  const seen = sharp(png);
  const look = view === 'ideal' ? seen : seen.resize({ width: 400 }).blur(1).linear(0.7, 45);
  const { data, info } = await look.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const file = join(directory, 'seen.png');
  writeFileSync(
    file,
    await sharp(data, { raw: { width, height, channels: 4 } })
      .png()
      .toBuffer(),
  );
  const read: Readonly<Record<Reader, () => string | undefined>> = {
    zbarimg: () => zbarimg(file)[0],
    qr: () => tried(() => decodeQR({ width, height, data }, { effort: EFFORT })),
    jsqr: () => jsqr.default(Uint8ClampedArray.from(data), width, height)?.data,
  };
  return READERS.filter((reader) => read[reader]() === payload);
}

/** That decoder throws for "nothing found", which is what is counted here. */
function tried(decode: () => string): string | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}
