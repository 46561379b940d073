import { join } from 'node:path';
import { composeSlip } from '../../devices/printer/compose.js';
import { PRINTER_PROFILES, type PrinterProfile, type QrWay } from '../../devices/printer/profiles.js';
import type { Slip } from '../../src/base/slip.js';
import type { BenchResult, Comparison, Context } from './bench.js';
import { Child } from './child.js';
import type { PrintFirst } from './print-first.js';
import { escposSlip, thermalPrinterSlip } from './print-peers.js';
import { benchPicture, benchSlip } from './print-slip.js';
import type { PrintTill, Way } from './print-till.js';
import { columns } from './report.js';

const ROUNDS = 15;
/** Rounds before the first that counts: a till prints hundreds a day. */
const WARM_UP = 12;
/** So that collecting garbage, which comes once in some slips, is in every round. */
const SLIPS_A_ROUND = 8;
const WAYS = ['raster', 'node-thermal-printer', 'native', 'escpos'] as const satisfies readonly Way[];
const SALES = 200;
const FIRST_ROUNDS = 9;

/** Bytes a millisecond. Serial: ten bits a byte (8N1). USB: what usblp does with printers of this class; both inferred. */
const WIRES = [
  { name: '9600', rate: 0.96 },
  { name: '19200', rate: 1.92 },
  { name: '115200', rate: 11.52 },
  { name: 'USB', rate: 700 },
  { name: 'TCP', rate: 11_000 },
] as const;

/** One QR slip with a picture of 500 by 500: bytes, processor, wire and paper, against two libraries as they are. */
export async function benchPrint(context: Context): Promise<BenchResult> {
  const png = await benchPicture();
  const slip = benchSlip();
  const peers = {
    'node-thermal-printer': (await thermalPrinterSlip(slip, png)).length,
    escpos: (await escposSlip(slip, png)).length,
  };
  const cpu = await cpuRounds(png);
  const peakMiB = await memory(context, png);
  const first = await firstRounds(slip, png);
  const bytes = (qr: QrWay, of = slip): number => {
    const job = composeSlip(of, { ...profileNamed('generic-58'), qr });
    if (!job.ok) throw new Error(job.error.detail);
    return job.value.bytes;
  };
  const bare: Slip = { ...slip, lines: [] };
  const code: Slip = { ...slip, lines: slip.lines.filter(({ put }) => put === 'qr') };
  const picture = (await thermalPrinterSlip(bare, png)).length;
  const comparisons: Comparison[] = [
    {
      what: 'CPU from the picture to a drawn slip, first of a process',
      ...{ against: 'node-thermal-printer', unit: 'ms' },
      ...{
        ours: first.ours.map(({ firstMs }) => firstMs),
        theirs: first.theirs.map(({ firstMs }) => firstMs),
      },
      goal: { of: 'ratio', atMost: 1 },
    },
    {
      what: 'CPU of loading for it, ours with the check before the first sale',
      ...{ against: 'node-thermal-printer', unit: 'ms' },
      ...{ ours: first.ours.map(({ loadMs }) => loadMs), theirs: first.theirs.map(({ loadMs }) => loadMs) },
    },
  ];
  for (const peer of ['node-thermal-printer', 'escpos'] as const) {
    const their = cpu.get(peer) ?? [];
    const compare = (what: string, ours: readonly number[], unit: 'ms' | 'bytes', theirs = their): void =>
      void comparisons.push({ what, against: peer, unit, ours, theirs });
    comparisons.push({
      ...{ what: 'CPU from the picture to a drawn slip, warm', against: peer, unit: 'ms', theirs: their },
      ours: cpu.get('raster') ?? [],
      ...(peer === 'escpos' ? {} : { goal: { of: 'ratio', atMost: 0.1 } }),
    });
    compare('CPU from the QR string to a slip by the printer, warm', cpu.get('native') ?? [], 'ms');
    for (const way of ['raster', 'raster-double', 'native'] as const)
      compare(`bytes of the slip, qr = "${way}"`, [bytes(way)], 'bytes', [peers[peer]]);
  }
  for (const way of ['raster', 'raster-double', 'native'] as const)
    comparisons.push({
      what: `bytes of the code alone, qr = "${way}"`,
      against: 'node-thermal-printer, the picture alone',
      unit: 'bytes',
      ours: [bytes(way, code) - bytes(way, bare)],
      theirs: [picture],
    });
  comparisons.push({
    what: `resident memory at its highest, ${SALES} sales back to back`,
    against: 'the bound of 90 MiB',
    unit: 'MiB',
    ours: [peakMiB],
    theirs: [90],
  });
  return {
    title: 'one QR slip of a payload of 250 characters',
    comparisons,
    notes: [
      'CPU: picture decoded, checked by its decoder, drawn anew and laid out; theirs: picture dithered to dots as it is',
      'first of a process: the terminal has read a picture of its own by then, at its start; that is in the line below',
      'escpos: pixels by pngjs, which its get-pixels uses; that package itself is not installed',
      'memory: decoder, slips and journal in a process with MALLOC_ARENA_MAX=2 --max-semi-space-size=1',
    ],
    pages: [wireTable(slip, peers)],
  };
}

/** In turns, each way in a process of its own: what one leaves to be collected is not put down to another. */
async function cpuRounds(png: Uint8Array): Promise<Map<Way, number[]>> {
  const tills = WAYS.map((way) => ({ way, till: new Child<PrintTill>('./print-till.js') }));
  try {
    const cpu = new Map<Way, number[]>();
    for (let round = -WARM_UP; round < ROUNDS; round += 1)
      for (const { way, till } of tills) {
        const { cpuMs } = await till.call('slips', SLIPS_A_ROUND, way, way === 'native' ? undefined : png);
        if (round >= 0) cpu.set(way, [...(cpu.get(way) ?? []), cpuMs]);
      }
    return cpu;
  } finally {
    for (const { till } of tills) await till.end();
  }
}

type First = Awaited<ReturnType<PrintFirst['slip']>>;

/** A process for each slip, in turns. */
async function firstRounds(slip: Slip, png: Uint8Array) {
  const cpu = { ours: [] as First[], theirs: [] as First[] };
  for (let round = 0; round < FIRST_ROUNDS; round += 1)
    for (const who of ['ours', 'theirs'] as const) {
      const till = new Child<PrintFirst>('./print-first.js');
      try {
        cpu[who].push(await till.call('slip', slip, png, who === 'ours'));
      } finally {
        await till.end();
      }
    }
  return cpu;
}

async function memory(context: Context, png: Uint8Array): Promise<number> {
  const till = new Child<PrintTill>('./print-till.js', {
    flags: ['--max-semi-space-size=1'],
    environment: { MALLOC_ARENA_MAX: '2' },
  });
  try {
    return await till.call('sales', SALES, png, join(context.directory, 'journal'));
  } finally {
    await till.end();
  }
}

function wireTable(slip: ReturnType<typeof benchSlip>, peers: Record<string, number>): string {
  const rows: string[][] = [];
  const wires = (bytes: number): string[] => WIRES.map(({ rate }) => seconds(bytes / rate));
  for (const profile of PRINTER_PROFILES) {
    const ways =
      profile.qr === 'native' ? (['native', 'raster'] as const) : (['raster', 'raster-double'] as const);
    for (const qr of ways) {
      const job = composeSlip(slip, { ...profile, qr });
      const top = composeSlip(topOf(slip), profile);
      if (!job.ok || !top.ok) throw new Error('a slip that cannot be composed');
      rows.push([
        profile.name,
        qr,
        String(job.value.bytes),
        ...wires(job.value.bytes),
        paper(job.value.paperDots, profile),
        `${top.value.bytes} bytes, ${paper(top.value.paperDots - profile.tearDots, profile)} of paper`,
      ]);
    }
  }
  for (const [peer, bytes] of Object.entries(peers))
    rows.push([peer, 'picture', String(bytes), ...wires(bytes), '', '']);
  const head = ['profile', 'qr', 'bytes', ...WIRES.map(({ name }) => name), 'paper', 'while charging'];
  return `time of the same slip on the wire (arithmetic) and of its paper (data sheets)\n${columns(head, rows)}`;
}

/** What is printed while the charge is under way. */
function topOf(slip: Slip): Slip {
  const lines = slip.lines.slice(
    0,
    slip.lines.findIndex(({ put }) => put === 'qr'),
  );
  return { ...slip, lines, rest: 'follows' };
}

function paper(paperDots: number, { dpi, mmPerS }: PrinterProfile): string {
  return seconds(((paperDots / dpi) * 25.4 * 1000) / mmPerS);
}

function seconds(ms: number): string {
  return ms >= 1000 ? `${(ms / 1000).toFixed(1)} s` : `${ms.toFixed(ms >= 10 ? 0 : 1)} ms`;
}

function profileNamed(name: string): PrinterProfile {
  const found = PRINTER_PROFILES.find((profile) => profile.name === name);
  if (found === undefined) throw new Error(`no profile ${name}`);
  return found;
}
