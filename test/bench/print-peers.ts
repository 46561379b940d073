import { createRequire } from 'node:module';
import { ThermalPrinter, types } from 'node-thermal-printer';
import type { Slip } from '../../src/base/slip.js';

const require = createRequire(import.meta.url);

interface Pixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** What node-thermal-printer decodes with, and get-pixels of escpos as well. */
const { PNG } = require('pngjs') as { readonly PNG: { readonly sync: { read(bytes: Buffer): Pixels } } };

interface EscposPrinter {
  align(how: 'ct' | 'lt'): EscposPrinter;
  text(text: string): EscposPrinter;
  raster(image: object, mode: 'normal'): EscposPrinter;
  cut(): EscposPrinter;
  flush(): EscposPrinter;
}
interface Escpos {
  readonly Printer: new (sink: object, options: { encoding: string }) => EscposPrinter;
  readonly Image: new (pixels: { data: Uint8Array; shape: readonly number[] }) => object;
}

/** Lines of the slip above and below its QR, as a user of these libraries writes them. */
function texts(slip: Slip): { readonly above: readonly string[]; readonly below: readonly string[] } {
  const above: string[] = [];
  const below: string[] = [];
  let into = above;
  for (const line of slip.lines) {
    if (line.put === 'qr') into = below;
    else if (line.put === 'text') into.push(line.text);
    else if (line.put === 'pair') into.push(`${line.left} ${line.right}`);
    else if (line.put === 'rule') into.push('-'.repeat(32));
  }
  return { above, below };
}

/** node-thermal-printer as it is: the picture goes to the paper as it came. */
export async function thermalPrinterSlip(slip: Slip, png: Uint8Array): Promise<Uint8Array> {
  const { above, below } = texts(slip);
  const printer = new ThermalPrinter({ type: types.EPSON, interface: 'tcp://127.0.0.1' });
  printer.alignCenter();
  for (const line of above) printer.println(line);
  await printer.printImageBuffer(Buffer.from(png));
  for (const line of below) printer.println(line);
  printer.cut();
  return Uint8Array.from(printer.getBuffer() as Uint8Array);
}

/** escpos as it is, with the pixels that its `Image.load` gets. */
export async function escposSlip(slip: Slip, png: Uint8Array): Promise<Uint8Array> {
  const { above, below } = texts(slip);
  // Not for who prints with the other one only.
  const escpos = require('escpos') as Escpos;
  const chunks: Buffer[] = [];
  const sink = {
    write: (bytes: Buffer, done?: () => void): void => {
      chunks.push(Buffer.from(bytes));
      done?.();
    },
    close: (): void => undefined,
  };
  const { data, width, height } = PNG.sync.read(Buffer.from(png));
  const printer = new escpos.Printer(sink, { encoding: 'ascii' });
  printer.align('ct');
  for (const line of above) printer.text(line);
  printer.raster(new escpos.Image({ data, shape: [width, height, 4] }), 'normal');
  for (const line of below) printer.text(line);
  printer.cut().flush();
  return Uint8Array.from(Buffer.concat(chunks));
}
