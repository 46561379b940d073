import { testSlip } from '../core/text/receipt.js';
import type { SlipHead } from '../core/text/slip-style.js';
import type { Display } from '../port/display.js';
import type { Printer, PrinterStatus } from '../port/printer.js';
import type { Speaker } from '../port/speaker.js';
import {
  type Answering,
  type ControlAnswer,
  type Family,
  NEVER,
  refusal,
  type SayProgress,
  type Subject,
} from './answer.js';
import { toldOf } from './say.js';

/** How long a test page stays, unless something has to be shown before. */
export const TEST_PAGE_MS = 10_000;

/** Test pages on the devices of a running terminal, without money. */
export const test: Family = {
  help: [
    {
      usage: 'test display',
      about: 'a test page on every screen, for 10 s; without a running terminal, too',
      afar: NEVER,
    },
    {
      usage: 'test speaker',
      about: 'a sentence that is no payment; without a running terminal, too',
      afar: NEVER,
    },
    {
      usage: 'test printer',
      about: 'a test page: widths, code page, every way to a QR, cut; without a running terminal, too',
      afar: NEVER,
    },
    {
      usage: 'test register [--answer cancelled|expired|unknown|denied|busy|approved] [--after SECONDS]',
      about: 'bytes, names and a pretended sale without money; where no terminal runs',
      afar: NEVER,
    },
    {
      usage:
        'test vending [--answer cancelled|expired|unknown|denied|busy|vend] [--after SECONDS] [--amount N]',
      about: 'the same with the vending machine; vend gives goods',
      afar: NEVER,
    },
    { usage: 'test keypad', about: 'each key and the amount it makes; where no terminal runs', afar: NEVER },
    {
      usage: 'sniff register|vending|/dev/... [--baud N] [--protocol NAME]',
      about: 'listens to a line and writes nothing: bytes, names, and which protocol it looks like',
      afar: NEVER,
    },
  ],
  run: (subject, { args }, progress) => {
    const [device = ''] = args;
    if (device === 'display' && args.length === 1) return display(subject);
    if (device === 'printer' && args.length === 1) return testPrinter(subject, progress);
    if (device === 'speaker' && args.length === 1) return testSpeaker(subject.speaker);
    const what = ALONE.get(device);
    return what === undefined ? whatThen() : mine(what);
  },
};

/** Tools that need a device for themselves, and what of it a running terminal has. */
const ALONE: ReadonlyMap<string, string> = new Map([
  ['register', 'the register'],
  ['vending', 'the vending machine'],
  ['keypad', 'the keypad'],
  ['sniff', 'the line'],
]);

function mine(what: string): ControlAnswer {
  return refusal(
    `a terminal runs, and has ${what}: two programs would take each other's bytes.
  systemctl stop gopay-pos           then again; systemctl start gopay-pos afterwards
  gopay-pos status                   whether it is there
  gopay-pos terminal --log-level debug, journalctl -fu gopay-pos
                                     what the terminal itself hears and says`,
  );
}

export function whatThen(): ControlAnswer {
  return refusal('test display|printer|speaker|register|vending|keypad: which device is to be tested?');
}

function display({ terminal, displays }: Subject): Answering {
  const { open } = terminal.state();
  // The code of an open sale must not go off the screen while a customer is paying it.
  if (open !== undefined)
    return refusal(`${open.orderId} is open: the screens show it. Again when it is over`);
  return testDisplays(displays);
}

/** Shows the test page of every display at the same time. */
export async function testDisplays(displays: readonly Display[]): Promise<ControlAnswer> {
  if (displays.length === 0) return refusal('no screen is configured');
  const reports = await Promise.all(
    displays.map(async (each) => {
      const made = await each.test(TEST_PAGE_MS);
      const lines = made.ok ? made.value : [`E${made.error.code} ${made.error.detail}`];
      return { name: each.name, good: made.ok, lines };
    }),
  );
  const text = reports.flatMap(({ name, good, lines }) => [
    `${name}: ${good ? `test page for ${TEST_PAGE_MS / 1000} s. It should look like this:` : 'no test page'}`,
    ...lines.map((line) => `  ${line}`),
  ]);
  return { text: text.join('\n'), data: reports, good: reports.every(({ good }) => good) };
}

/** Says the test sentence, at the volume of this hour. */
export async function testSpeaker(speaker: Speaker | undefined): Promise<ControlAnswer> {
  if (speaker === undefined) return refusal('no speaker is configured');
  const told = toldOf(await speaker.say({ say: 'test' }));
  const should =
    'It should have been heard without a gap: "uji suara, lima belas ribu rupiah" (sound test, fifteen thousand rupiah)';
  const heard = told.text === 'said';
  return { ...told, text: `${speaker.name}: ${told.text}${heard ? `. ${should}` : ''}` };
}

/** Prints the test page of the printer of a running terminal, and says what it should look like. */
function testPrinter({ terminal, printer, head, clock }: Subject, progress: SayProgress): Answering {
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
