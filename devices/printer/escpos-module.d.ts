/** What we use of escpos 3.0.0-alpha.6, which has no types of its own. The golden-byte test pins each call. */
declare module 'escpos' {
  interface Sink {
    write(bytes: Buffer, done?: (error?: Error) => void): void;
    close(done?: () => void): void;
  }

  interface PackedRaster {
    /** Bytes, not pixels. Must be a Buffer: other byte arrays are written as text. */
    readonly data: Buffer;
    /** Bytes in a row. */
    readonly width: number;
    readonly height: number;
  }

  class Image {
    constructor(pixels: { data: ArrayLike<number>; shape: readonly [number, number, number] });
    toRaster(): PackedRaster;
  }

  class Printer {
    constructor(sink: Sink, options: { encoding: string; width?: number });
    raw(bytes: Buffer): this;
    raster(image: Image, mode: 'normal' | 'dw' | 'dh' | 'dwdh'): this;
    flush(done?: (error?: Error) => void): this;
  }

  const escpos: { readonly Printer: typeof Printer; readonly Image: typeof Image };
  export default escpos;
}
