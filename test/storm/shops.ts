import { Stream } from './chance.js';
import { Cashier } from './sources/cashier.js';
import { CoinPeer } from './sources/coin-machine.js';
import { FafbPeer } from './sources/fafb-machine.js';
import { HttpPeer } from './sources/http-peer.js';
import { JsonPeer } from './sources/json-register.js';
import { KioskPeer } from './sources/kiosk.js';
import { MdbPeer } from './sources/mdb-machine.js';
import { RegisterPeer } from './sources/register.js';
import type { SaleSource, SourceParts } from './sources/source.js';
import { VtkPeer } from './sources/vtk-machine.js';
import { ZvtPeer } from './sources/zvt-register.js';

/** What a shop sells by. */
export const SHOPS = [
  'counter',
  'vtk machine',
  'mdb machine',
  'json register',
  'coin machine',
  'fafb machine',
  'zvt register',
  'market',
  'json tills',
  'kiosk',
  'http programs',
  'fafb kiosk',
] as const;
export type Shop = (typeof SHOPS)[number];

/** Of a hundred seeds, so many have it; the rest are counters with a pad, a register with fixed frames, or both. */
const SHARES: readonly (readonly [Shop, number])[] = [
  ['vtk machine', 12],
  ['mdb machine', 10],
  ['json register', 14],
  ['coin machine', 6],
  ['fafb machine', 6],
  ['zvt register', 8],
  ['market', 5],
  ['json tills', 4],
  ['kiosk', 5],
  ['http programs', 4],
  ['fafb kiosk', 3],
];

export function shopOf(seed: number): Shop {
  let left = new Stream(seed, 7_002).fraction() * 100;
  for (const [shop, share] of SHARES) {
    left -= share;
    if (left < 0) return shop;
  }
  return 'counter';
}

export function drawSources(parts: SourceParts, shop: Shop): readonly SaleSource[] {
  const draw = new Stream(parts.seed, 7_001).fraction();
  switch (shop) {
    case 'vtk machine':
      return draw < 0.3 ? [new VtkPeer(parts), new Cashier(parts)] : [new VtkPeer(parts)];
    case 'mdb machine':
      return [new MdbPeer(parts)];
    case 'json register':
      return draw < 0.3 ? [new JsonPeer(parts), new Cashier(parts)] : [new JsonPeer(parts)];
    case 'coin machine':
      return [new CoinPeer(parts)];
    case 'fafb machine':
      return [new FafbPeer(parts)];
    case 'zvt register':
      return draw < 0.3 ? [new ZvtPeer(parts), new Cashier(parts)] : [new ZvtPeer(parts)];
    // Three at once on one terminal: a register, a machine and a cashier, none of whom waits for the others.
    case 'market':
      return [new JsonPeer(parts), new VtkPeer(parts), new Cashier(parts)];
    case 'json tills':
      return [new JsonPeer(parts, true)];
    case 'http programs':
      return [new HttpPeer(parts)];
    case 'kiosk':
      return [new KioskPeer(parts)];
    case 'fafb kiosk':
      return [new FafbPeer(parts, true)];
    case 'counter':
      return [...(draw < 0.7 ? [new Cashier(parts)] : []), ...(draw >= 0.3 ? [new RegisterPeer(parts)] : [])];
  }
}
