import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchResult, Context } from './bench.js';
import { Child } from './child.js';
import { scanTable } from './scan-table.js';
import { printerToml, terminalFiles } from './shop-files.js';
import { spread } from './stats.js';
import type { Till } from './till.js';
import { ROOT } from './unit.js';
import type { World } from './world.js';

/** Fresh processes; the first sale of each is a cold one. */
const TILLS = 4;
const SALES = 6;

interface Round {
  readonly paperMs: number;
  readonly screenMs: number;
  readonly gatewayMs: number;
  readonly peerMs: number;
}

/** From Enter to the QR, less what the gateway took, against node-thermal-printer's way from the picture to bytes. */
export async function benchQr(context: Context): Promise<BenchResult> {
  const world = new Child<World>('./world.js');
  try {
    const places = await world.call('open', join(context.directory, 'world'));
    const cold: Round[] = [];
    const warm: Round[] = [];
    for (let till = 0; till < TILLS; till += 1) {
      const socket = join(context.sockets, `qr-${till}.sock`);
      const files = terminalFiles(
        join(context.directory, `till-${till}`),
        socket,
        places,
        printerToml(places.printerPort),
      );
      const [first, ...more] = await tillRounds(context, world, files.toml);
      if (first !== undefined) cold.push(first);
      warm.push(...more);
    }
    return { ...result(cold, warm), pages: [await scanTable(context.directory)] };
  } finally {
    await world.end();
  }
}

async function tillRounds(context: Context, world: Child<World>, toml: string): Promise<Round[]> {
  const { flags, environment } = context.unit;
  const till = new Child<Till>('./till.js', { flags, environment });
  try {
    await world.call('openPage', await till.call('open', toml));
    const rounds: Round[] = [];
    for (let sale = 0; sale < SALES; sale += 1) rounds.push(await round(world, till, 15_000 + sale * 100));
    return rounds;
  } finally {
    await till.end();
  }
}

async function round(world: Child<World>, till: Child<Till>, amount: number): Promise<Round> {
  await till.call('ready');
  const enterMs = await till.call('sell', amount);
  const [paperMs, screenMs] = await Promise.all([
    world.call('after', 'raster', enterMs),
    world.call('after', 'screen scan', enterMs),
  ]);
  const paperGatewayMs = await world.call('gatewayMs', enterMs, paperMs);
  const screenGatewayMs = await world.call('gatewayMs', enterMs, screenMs);
  const slipMs = await world.call('after', 'slip', paperMs);
  const peerMs = await till.call('peer', await world.call('picture'));
  await world.call('pay');
  await world.call('after', 'slip', slipMs + 0.001);
  return {
    paperMs: paperMs - enterMs - paperGatewayMs,
    screenMs: screenMs - enterMs - screenGatewayMs,
    gatewayMs: paperGatewayMs,
    peerMs,
  };
}

function result(cold: readonly Round[], warm: readonly Round[]): BenchResult {
  const peer = `node-thermal-printer ${versionOf('node-thermal-printer')}`;
  const compare = (what: string, rounds: readonly Round[], ours: 'paperMs' | 'screenMs', state: string) => ({
    what,
    against: `${peer}, ${state}`,
    unit: 'ms' as const,
    ours: rounds.map((one) => one[ours]),
    theirs: rounds.map((one) => one.peerMs),
  });
  const gateway = spread([...cold, ...warm].map((one) => one.gatewayMs)).median;
  return {
    title: 'from Enter to the QR, less the time that the gateway took',
    comparisons: [
      compare('first byte of the QR on the printer wire, warm', warm, 'paperMs', 'warm'),
      compare('QR at the terminal page, warm', warm, 'screenMs', 'warm'),
      compare('first byte of the QR on the printer wire, first sale', cold, 'paperMs', 'first picture'),
      compare('QR at the terminal page, first sale', cold, 'screenMs', 'first picture'),
    ],
    notes: [
      'ours: Enter, journal commits, HTTP, download, decoding, checks, drawing anew, printer asked, on the wire',
      'theirs: printImageBuffer of the same PNG and getBuffer, in the same process; nothing is sent',
      `median time with the gateway, taken off ours: ${gateway.toFixed(1)} ms`,
    ],
  };
}

function versionOf(name: string): string {
  const text = readFileSync(`${ROOT}node_modules/${name}/package.json`, 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
