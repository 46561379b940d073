import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const READER = fileURLToPath(new URL('./framebuffer.py', import.meta.url));

export interface FakeGeometry {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  /** Bytes of a row beyond its pixels. */
  readonly spare?: number;
}

/** What `framebuffer.py` says of a picture. */
export interface Seen {
  readonly width: number;
  readonly height: number;
  readonly edge: readonly string[];
  readonly black?: readonly [left: number, top: number, right: number, bottom: number];
  readonly grey?: number;
  readonly sum: number;
  readonly png: string;
}

export interface Photograph {
  readonly memory: string;
  readonly turn: number;
  readonly picture: boolean;
}

/** A file in the place of the device, and a folder in the place of the kernel's words about it. */
export class FakeFramebuffer {
  readonly folder = mkdtempSync(join(tmpdir(), 'fb-'));
  readonly device = join(this.folder, 'fb0');
  readonly sysfs = join(this.folder, 'class');
  #pictures = 0;

  constructor(geometry: FakeGeometry) {
    this.plug(geometry);
  }

  plug({ width, height, bits, spare = 0 }: FakeGeometry): void {
    const stride = (width * bits) / 8 + spare;
    const words = join(this.sysfs, 'graphics', 'fb0');
    mkdirSync(words, { recursive: true });
    writeFileSync(join(words, 'virtual_size'), `${width},${height}\n`);
    writeFileSync(join(words, 'bits_per_pixel'), `${bits}\n`);
    writeFileSync(join(words, 'stride'), `${stride}\n`);
    // A new file under the name, as a new device is: whoever has the old one open writes into nothing.
    writeFileSync(`${this.device}.new`, Buffer.alloc(stride * height, 0x5a));
    renameSync(`${this.device}.new`, this.device);
  }

  /** From now on whoever opens it can write nothing: the name leads to a device that is always full. */
  full(): void {
    rmSync(this.device, { force: true });
    symlinkSync('/dev/full', this.device);
    renameSync(join(this.sysfs, 'graphics', 'fb0'), join(this.sysfs, 'graphics', 'full'));
  }

  unplug(): void {
    rmSync(this.device, { force: true });
    rmSync(join(this.sysfs, 'graphics', 'fb0'), { recursive: true, force: true });
  }

  /** What a connector says of its plug. */
  connector(name: string, status: string): void {
    mkdirSync(join(this.sysfs, 'drm', name), { recursive: true });
    writeFileSync(join(this.sysfs, 'drm', name, 'status'), `${status}\n`);
  }

  memory(): Buffer {
    return readFileSync(this.device);
  }

  /** Keeps what is seen now for {@link look}; with a `picture` of it as PNG, where that is wanted. */
  photograph(turn = 0, picture = true): Photograph {
    this.#pictures += 1;
    const memory = join(this.folder, `${this.#pictures}.bin`);
    copyFileSync(this.device, memory);
    return { memory, turn, picture };
  }

  /** Reads photographs, all in one go. */
  look(photographs: readonly Photograph[]): Seen[] {
    const sysfs = join(this.sysfs, 'graphics', 'fb0');
    const jobs = photographs.map((each) => ({ ...each, sysfs, png: `${each.memory}.png` }));
    const input = jobs.map((job) => JSON.stringify(job)).join('\n');
    const said = execFileSync('python3', [READER], { input, encoding: 'utf8' }).trim().split('\n');
    return said.map((line, i) => ({ ...(JSON.parse(line) as Seen), png: jobs[i]?.png ?? '' }));
  }

  now(turn = 0): Seen {
    const [seen] = this.look([this.photograph(turn)]);
    if (seen === undefined) throw new Error('nothing was read');
    return seen;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
