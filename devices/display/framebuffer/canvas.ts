import type { Size } from './blocks.js';
import type { Geometry } from './geometry.js';
import type { Picture } from './picture.js';

/** How the panel hangs: clockwise turns that bring its picture upright. */
export type Rotation = 0 | 90 | 180 | 270;

/** A piece of the framebuffer's memory that has changed. */
export interface Span {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** The framebuffer's memory as it should be, byte for byte. Pictures are laid into it in the way they are looked at. */
export class Canvas {
  readonly geometry: Geometry;
  readonly #rotation: Rotation;
  readonly #swap: boolean;
  readonly #bytes: Uint8Array;

  /** @param swap red and blue are the other way round in this panel */
  constructor(geometry: Geometry, rotation: Rotation, swap: boolean) {
    this.geometry = geometry;
    this.#rotation = rotation;
    this.#swap = swap;
    this.#bytes = new Uint8Array(geometry.stride * geometry.height);
  }

  /** As a customer in front of it sees it. */
  get size(): Size {
    const { width, height } = this.geometry;
    return this.#rotation % 180 === 0 ? { width, height } : { width: height, height: width };
  }

  get all(): Span {
    return { offset: 0, bytes: this.#bytes };
  }

  /** Lays `picture` with its left upper corner at `x`, `y`; it lies inside. @returns the rows that it touched, whole */
  lay(picture: Picture, x: number, y: number): Span {
    const { stride, bitsPerPixel } = this.geometry;
    const { base, right, down } = this.#steps();
    const view = new DataView(this.#bytes.buffer);
    const [red, blue] = this.#swap ? [2, 0] : [0, 2];
    const { bytes, width, height } = picture;
    let from = 0;
    for (let row = 0; row < height; row += 1) {
      let to = base + x * right + (y + row) * down;
      for (const end = from + 4 * width; from < end; from += 4) {
        const r = bytes[from + red] ?? 0;
        const g = bytes[from + 1] ?? 0;
        const b = bytes[from + blue] ?? 0;
        if (bitsPerPixel === 16) view.setUint16(to, ((r >> 3) << 11) | ((g >> 2) << 5) | (b >> 3), true);
        // The byte that XRGB8888 leaves open is full: some display controllers take it for opacity.
        else view.setUint32(to, 0xff000000 | (r << 16) | (g << 8) | b, true);
        to += right;
      }
    }
    const corner = (column: number, line: number): number =>
      Math.floor((base + column * right + line * down) / stride);
    const one = corner(x, y);
    const other = corner(x + width - 1, y + height - 1);
    const offset = Math.min(one, other) * stride;
    const end = (Math.max(one, other) + 1) * stride;
    return { offset, bytes: this.#bytes.subarray(offset, end) };
  }

  /** Where the pixel at 0, 0 lies, and how far it is to the one on its right and to the one below, in bytes. */
  #steps(): { readonly base: number; readonly right: number; readonly down: number } {
    const { width, height, stride, bitsPerPixel } = this.geometry;
    const pixel = bitsPerPixel / 8;
    switch (this.#rotation) {
      case 0:
        return { base: 0, right: pixel, down: stride };
      case 90:
        return { base: (width - 1) * pixel, right: stride, down: -pixel };
      case 180:
        return { base: (height - 1) * stride + (width - 1) * pixel, right: -pixel, down: -stride };
      case 270:
        return { base: (height - 1) * stride, right: -stride, down: pixel };
    }
  }
}
