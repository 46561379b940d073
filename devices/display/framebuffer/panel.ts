import { type FileHandle, open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Fault, messageOf, refused, temporary } from '../../../src/base/fault.js';
import { err, ok, type Result } from '../../../src/base/result.js';
import { FAULT } from '../../../src/core/fault/table.js';
import type { Span } from './canvas.js';
import { type Geometry, readGeometry } from './geometry.js';

export interface PanelPlace {
  /** `/dev/fb0` */
  readonly device: string;
  /** `/sys/class` */
  readonly sysfs: string;
  /** `card1-HDMI-A-1`: which is asked whether a screen is plugged in. Absent: none is. */
  readonly connector?: string;
}

/** An open framebuffer. Everything else that may write to it (the console of the kernel) is not asked to stop. */
export class Panel {
  readonly geometry: Geometry;
  readonly #place: PanelPlace;
  readonly #file: FileHandle;
  readonly #identity: string;

  private constructor(place: PanelPlace, file: FileHandle, geometry: Geometry, identity: string) {
    this.#place = place;
    this.#file = file;
    this.geometry = geometry;
    this.#identity = identity;
  }

  /**
   * @returns FAULT.framebufferMissing when it is not there, FAULT.framebufferForbidden when it may not be opened,
   * FAULT.framebufferFormat when it cannot be drawn on
   */
  static async open(place: PanelPlace): Promise<Result<Panel, Fault>> {
    const geometry = await readGeometry(place.device, join(place.sysfs, 'graphics'));
    if (!geometry.ok) return geometry;
    const unplugged = await unpluggedFrom(place);
    if (unplugged !== undefined) return err(unplugged);
    try {
      // Not created: as root that would make a regular file of a screen that is not there, and "show" in it.
      const identity = await identityOf(place.device);
      return ok(new Panel(place, await open(place.device, 'r+'), geometry.value, identity));
    } catch (thrown) {
      const detail = `${place.device}: ${messageOf(thrown)}`;
      if (/EACCES|EPERM/.test(detail)) return err(refused(FAULT.framebufferForbidden, detail));
      return err(temporary(FAULT.framebufferMissing, detail));
    }
  }

  /** @returns FAULT.framebufferWrite when not every byte was taken: the screen is gone, or smaller than it said */
  async write({ offset, bytes }: Span): Promise<Fault | undefined> {
    try {
      let done = 0;
      while (done < bytes.length) {
        const left = bytes.length - done;
        const { bytesWritten } = await this.#file.write(bytes, done, left, offset + done);
        if (bytesWritten === 0) throw new Error(`it took ${done} of ${bytes.length} bytes`);
        done += bytesWritten;
      }
      return undefined;
    } catch (thrown) {
      return temporary(FAULT.framebufferWrite, `${this.#place.device}: ${messageOf(thrown)}`);
    }
  }

  /** Whether it is still the one that was opened. @returns why not */
  async changed(): Promise<Fault | undefined> {
    const { device, sysfs } = this.#place;
    const now = await readGeometry(device, join(sysfs, 'graphics'));
    if (!now.ok) return now.error;
    const other = (detail: string): Fault => temporary(FAULT.framebufferMissing, `${device} ${detail}`);
    if (JSON.stringify(now.value) !== JSON.stringify(this.geometry))
      return other('has another size or format now');
    try {
      if ((await identityOf(device)) !== this.#identity) return other('has been replaced');
    } catch (thrown) {
      return other(messageOf(thrown));
    }
    return unpluggedFrom(this.#place);
  }

  /** @returns what went wrong; the file is closed all the same */
  async close(): Promise<string | undefined> {
    try {
      await this.#file.close();
      return undefined;
    } catch (thrown) {
      return messageOf(thrown);
    }
  }
}

/** A framebuffer stays when the cable of its screen is pulled: only the connector knows. */
async function unpluggedFrom({ sysfs, connector }: PanelPlace): Promise<Fault | undefined> {
  if (connector === undefined) return undefined;
  const fault = (detail: string): Fault =>
    temporary(FAULT.framebufferMissing, `connector ${connector}: ${detail}`);
  try {
    const said = (await readFile(join(sysfs, 'drm', connector, 'status'), 'utf8')).trim();
    return said === 'connected' ? undefined : fault(said);
  } catch (thrown) {
    return fault(messageOf(thrown));
  }
}

async function identityOf(device: string): Promise<string> {
  const { rdev, ino, dev } = await stat(device);
  return `${dev}:${ino}:${rdev}`;
}
