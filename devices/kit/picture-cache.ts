import { createHash } from 'node:crypto';
import { access, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Fault, messageOf } from '../../src/base/fault.js';
import { pictureTrouble } from '../../src/base/picture-file.js';
import { err, ok, type Result } from '../../src/base/result.js';
import { FAULT } from '../../src/core/fault/table.js';
import type { Log } from '../../src/port/log.js';
import type { Pictures } from '../../src/port/pictures.js';
import type { ScaleJob } from './picture-scale.js';

export interface PictureCacheOptions {
  /** For the small ones, which are kept over restarts. */
  readonly folder: string;
  /** In a process of its own. */
  readonly scaler: { scale(job: ScaleJob): Promise<Result<string, Fault>>; stop(): Promise<void> };
  readonly log: Log;
  /** Of pictures as large as a screen. */
  readonly side?: number;
  /** What is said of one that cannot be used; FAULT.productPicture when absent. */
  readonly fault?: number;
  /** Before the names of pictures in a folder within that of the others. */
  readonly prefix?: string;
}

/** One after the other without a process that opens them: there is none, and starting one for each is in vain. */
const MOST_DOWN = 3;

/** What a small picture is called: of the content that it was made of. */
export const PICTURE_NAME = /^(idle\/)?[0-9a-f]{24}\.jpg$/;

/** Within the folder of the products' pictures, those of the idle screen. */
export const IDLE_FOLDER = 'idle';
/** The longer side of a screen. */
export const SCREEN_SIDE = 1_920;

/** Small copies of the shop's pictures, each made once. */
export class PictureCache implements Pictures {
  readonly #options: PictureCacheOptions;
  /** By path; undefined while it is not ready, or of no use. */
  #names = new Map<string, string>();
  #round = 0;
  #making: Promise<void> = Promise.resolve();
  #changed: () => void = () => undefined;

  constructor(options: PictureCacheOptions) {
    this.#options = options;
  }

  start(changed: () => void): void {
    this.#changed = changed;
  }

  nameOf(path: string): string | undefined {
    const name = this.#names.get(path);
    return name === undefined ? undefined : `${this.#options.prefix ?? ''}${name}`;
  }

  prepare(paths: readonly string[]): void {
    this.#round += 1;
    this.#names = new Map();
    const round = this.#round;
    // After the list of before has ended, so that it does not take away what this one finds there.
    this.#making = this.#making.then(() => this.#make([...new Set(paths)], round));
  }

  get #fault(): number {
    return this.#options.fault ?? FAULT.productPicture;
  }

  async stop(): Promise<void> {
    this.#round += 1;
    await this.#options.scaler.stop();
  }

  /** One after the other; ended by a newer list. */
  async #make(paths: readonly string[], round: number): Promise<void> {
    const { folder, scaler, log } = this.#options;
    const side = this.#options.side === undefined ? {} : { side: this.#options.side };
    const kept = new Set<string>();
    let down = 0;
    for (const path of paths) {
      if (round !== this.#round) return;
      const name = await this.#sourceName(path);
      if (!name.ok) {
        log.warn(`E${this.#fault} ${path}: ${name.error}`);
        continue;
      }
      const to = join(folder, name.value);
      const there = await isThere(to);
      if (!there && down >= MOST_DOWN) continue;
      const made = there ? ok(to) : await scaler.scale({ from: path, to, ...side });
      if (round !== this.#round) return;
      if (made.ok) {
        if (!there) down = 0;
        kept.add(name.value);
        this.#names.set(path, name.value);
        this.#changed();
      } else down = this.#failed(path, made.error, down);
    }
    if (round === this.#round) await this.#forget(kept);
  }

  /** @returns how many in a row found no process to open them */
  #failed(path: string, { kind, code, detail }: Fault, down: number): number {
    const { log } = this.#options;
    // A picture may have taken the process down, and then the next one finds another process.
    const isProcess = kind === 'temporary';
    log.warn(`E${isProcess ? code : this.#fault} ${path}: ${detail}`);
    if (!isProcess) return 0;
    if (down + 1 === MOST_DOWN)
      log.error(`E${code} no more of these pictures are made small: tried again with the next list or start`);
    return down + 1;
  }

  /** By path, size and time of change: a picture that was replaced has another name. Looks before anything unpacks it. */
  async #sourceName(path: string): Promise<Result<string, string>> {
    try {
      await mkdir(this.#options.folder, { recursive: true });
      const { size, mtimeMs, begins } = await lookAt(path);
      const trouble = pictureTrouble(size, begins);
      if (trouble !== undefined) return err(trouble);
      const digest = createHash('sha256').update(`${path}\0${size}\0${mtimeMs}`).digest('hex');
      return ok(`${digest.slice(0, 24)}.jpg`);
    } catch (thrown) {
      return err(messageOf(thrown));
    }
  }

  async #forget(kept: ReadonlySet<string>): Promise<void> {
    const { folder, log } = this.#options;
    try {
      if (!(await isThere(folder))) return;
      for (const name of await readdir(folder))
        if (!kept.has(name) && name !== IDLE_FOLDER)
          await rm(join(folder, name), { force: true, recursive: true });
    } catch (thrown) {
      log.warn(`E${this.#fault} old pictures stay in ${folder}: ${messageOf(thrown)}`);
    }
  }
}

/** What is no file (a pipe, say) might never answer. */
async function lookAt(path: string) {
  const what = await stat(path);
  if (!what.isFile()) throw new Error('no file');
  const file = await open(path, 'r');
  try {
    const { buffer } = await file.read(Buffer.alloc(8), 0, 8, 0);
    return { size: what.size, mtimeMs: what.mtimeMs, begins: buffer.toString('hex') };
  } finally {
    await file.close();
  }
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
