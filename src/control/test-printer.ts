import { type SlipHead, testSlip } from '../core/text/receipt.js';
import type { Printer, PrinterStatus } from '../port/printer.js';
import { type Answering, type ControlAnswer, refusal, type SayProgress, type Subject } from './answer.js';

/** Prints the test page of the printer of a running terminal, and says what it should look like. */
export function testPrinter({ terminal, printer, head, clock }: Subject, progress: SayProgress): Answering {
  if (printer === undefined) return refusal('no printer is configured');
  const printing = terminal.slips.print(testSlip(head, printer.about, clock.wallMs()));
  progress('printing');
  return told(printer, printing ?? Promise.resolve(false));
}

/** The same with a printer that no other program has. */
export function testPrinterAlone(printer: Printer, head: SlipHead, wallMs: number): Promise<ControlAnswer> {
  const printing = printer.print(testSlip(head, printer.about, wallMs));
  return told(
    printer,
    printing.then(({ kind }) => kind === 'printed'),
  );
}

async function told(printer: Printer, printing: Promise<boolean>): Promise<ControlAnswer> {
  const printed = await printing;
  const status = statusWords(await printer.status());
  const { about, name } = printer;
  const lines = [
    `${name}, ${about}`,
    `it says: ${status}`,
    ...(printed
      ? ['The test page is printed. On it:', ...LOOK.map((line) => `  ${line}`)]
      : ['NOT printed.']),
  ];
  return { text: lines.join('\n'), data: { printed, status, about }, good: printed };
}

const LOOK = [
  'the ruler ends in a whole tall tick at the right edge: otherwise width_dots is wrong',
  'the digits stand on one line: otherwise columns is wrong',
  'every QR that is there scans; the largest that is whole is what slips use',
  'no QR below "by the printer itself": keep qr = "raster"; all of it there: qr = "native" is fastest',
  'the paper is cut, or can be torn below the last line: otherwise cutter is wrong',
] as const;

function statusWords(status: PrinterStatus): string {
  if (status.state === 'unknown') return 'nothing (it cannot be asked)';
  if (status.state === 'ready') return status.nearEnd ? 'ready, the roll is near its end' : 'ready';
  return status.faults.map(({ code, detail }) => `E${code} ${detail}`).join(', ');
}
