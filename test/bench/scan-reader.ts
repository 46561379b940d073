import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import jsqr from 'jsqr';
import { decodeQR } from 'qr/decode.js';
import sharp from 'sharp';
import { QrPictureReader } from '../../devices/kit/qr-picture.js';
import { searchHere } from '../../devices/kit/qr-search.js';
import { composeSlip } from '../../devices/printer/compose.js';
import { findProfile } from '../../devices/printer/profiles.js';
import { Paper } from '../../devices/simulated-printer/paper.js';
import type { Slip } from '../../src/base/slip.js';
import type { Log } from '../../src/port/log.js';
import { type QrPicture, qrPictures } from '../kit/qr-pictures/pictures.js';
import { zbarimgEach } from '../kit/zbarimg.js';
import { serveParent } from './child.js';
import { escposSlip, thermalPrinterSlip } from './print-peers.js';
import {
  HEADS,
  READERS,
  type Reader,
  type ScanKey,
  scanKey,
  VIEWS,
  type View,
  WAYS,
  type Way,
} from './scan-keys.js';

/** Hypotheses that the decoder `qr` may try a picture. */
const EFFORT = 8;

const silent: Log = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
  child: () => silent,
};

/** The libraries know of no heads: what they make for one is what they make for the other. */
type Make = (picture: QrPicture, png: Uint8Array) => Promise<(profile: string) => Iterable<Uint8Array>>;

const NOTHING: Slip = { kind: 'qr', copy: false, lines: [] };

const MAKE: Readonly<Record<Way, Make>> = {
  ours: async (picture) => {
    const read = await new QrPictureReader(searchHere(silent)).read(picture.bytes, picture.contentType);
    return (profileName) => {
      const profile = findProfile(profileName);
      if (!read.ok || profile === undefined) return [];
      const job = composeSlip({ ...NOTHING, lines: [{ put: 'qr', payload: read.value }] }, profile);
      return job.ok ? job.value.parts : [];
    };
  },
  'node-thermal-printer': async (_picture, png) => {
    const bytes = [await thermalPrinterSlip(NOTHING, png)];
    return () => bytes;
  },
  escpos: async (_picture, png) => {
    const bytes = [await escposSlip(NOTHING, png)];
    return () => bytes;
  },
};

/** What was seen on one slip, and what two of the readers read of it; the third reads all the files at once. */
interface Seen {
  readonly head: number;
  readonly way: Way;
  readonly view: View;
  readonly payload: string;
  readonly file: string;
  readonly read: readonly Reader[];
}

/** How many pictures there were, and of how many each reader, and all of them, read the payload. */
export interface Share {
  readonly pictures: number;
  readonly counts: ReadonlyMap<ScanKey, number>;
}

/** Prints and reads a share of the pictures. */
export class ScanReader {
  /** Reads every `of`-th picture from `from` on. */
  async read(from: number, of: number, directory: string): Promise<Share> {
    const pictures = (await qrPictures()).filter((_, index) => index % of === from);
    const seen: Seen[] = [];
    for (const picture of pictures) {
      const png = Uint8Array.from(await sharp(picture.bytes).png().toBuffer());
      for (const way of WAYS) {
        const slipFor = await MAKE[way](picture, png);
        for (const { widthDots, profile } of HEADS) {
          const paper = await paperOf(slipFor(profile), widthDots);
          if (paper === undefined) continue;
          for (const view of VIEWS) {
            const file = join(directory, `seen-${from}-${seen.length}.png`);
            const read = await look(paper, view, picture.payload, file);
            seen.push({ head: widthDots, way, view, payload: picture.payload, file, read });
          }
        }
      }
    }
    const counts = counted(seen, await zbarimgEach(seen.map(({ file }) => file)));
    return { pictures: pictures.length, counts };
  }
}

function counted(seen: readonly Seen[], byZbar: ReadonlyMap<string, string>): Map<ScanKey, number> {
  const counts = new Map<ScanKey, number>();
  for (const { head, way, view, payload, file, read } of seen) {
    const readers: readonly Reader[] = byZbar.get(file) === payload ? ['zbarimg', ...read] : read;
    const all = readers.length === READERS.length ? (['all'] as const) : [];
    for (const reader of [...readers, ...all]) {
      const key = scanKey(head, way, view, reader);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return counts;
}

async function paperOf(bytes: Iterable<Uint8Array>, widthDots: number): Promise<Uint8Array | undefined> {
  const paper = new Paper({ widthDots });
  for (const part of bytes) paper.receive(part);
  return (paper.slips[0] ?? paper.hanging)?.png();
}

/** `blurred`: the whole ticket is 400 pixels wide, out of focus, on grey paper. Leaves what is seen in `file`. */
async function look(png: Uint8Array, view: View, payload: string, file: string): Promise<Reader[]> {
  const seen = sharp(png);
  const shown = view === 'ideal' ? seen : seen.resize({ width: 400 }).blur(1).linear(0.7, 45);
  const { data, info } = await shown.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const raw = { width, height, channels: 4 } as const;
  writeFileSync(file, await sharp(data, { raw }).png({ compressionLevel: 1 }).toBuffer());
  const read = {
    qr: tried(() => decodeQR({ width, height, data }, { effort: EFFORT })),
    jsqr: jsqr.default(Uint8ClampedArray.from(data), width, height)?.data,
  };
  return (['qr', 'jsqr'] as const).filter((reader) => read[reader] === payload);
}

/** That decoder throws for "nothing found", which is what is counted here. */
function tried(decode: () => string): string | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}

serveParent(new ScanReader());
