import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../base/fault.js';
import type { ReportAnswer, ReportPost, ReportWay } from '../port/report.js';

/** Files of one name: more than a journal that was begun anew makes in a life. */
const MOST_NAMES = 99;

/** A file for each report, whole or not there, and never written over. */
export class ReportFolder implements ReportWay {
  readonly name = 'file';
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async send({ name, text }: ReportPost): Promise<ReportAnswer> {
    try {
      // Not its parents: where a medium is away, its place is no place for reports.
      await mkdir(this.#folder, { mode: 0o750 }).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      });
      const target = await this.#placeFor(name, text);
      if (target === undefined)
        return { taken: false, why: `${this.#folder} is full of files named ${name}` };
      if (!target.there) await this.#write(name, target.path, text);
      const folder = await open(this.#folder, 'r');
      await folder.sync().finally(() => folder.close());
      return { taken: true };
    } catch (thrown) {
      return { taken: false, why: messageOf(thrown) };
    }
  }

  stop(): void {}

  /** A file of this name is that of a try before, whose end nobody saw; or of a journal that was set aside: that one stays. */
  async #placeFor(name: string, text: string): Promise<{ path: string; there: boolean } | undefined> {
    for (let nth = 1; nth <= MOST_NAMES; nth += 1) {
      const path = join(this.#folder, `${name}${nth === 1 ? '' : `-${nth}`}.csv`);
      const before = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      if (before === undefined || before === text) return { path, there: before !== undefined };
    }
    return undefined;
  }

  async #write(name: string, path: string, text: string): Promise<void> {
    const part = join(this.#folder, `.${name}.part`);
    const file = await open(part, 'w', 0o640);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  }
}
