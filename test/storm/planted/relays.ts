import { edge } from './edges.js';
import type { Patch } from './patches.js';

/** Bugs of several relays at one broker. */
export const RELAYS: readonly Patch[] = [
  edge('a notice has another name each time', 'src/relay/door.ts', 20, [
    [
      'expiresAt, orderId, says, said };',
      'expiresAt, orderId, says, said: said + at.slice(17, 23).replace(".", "") };',
    ],
  ]),
  edge('two relays have one name', 'src/mqtt/publisher.ts', 60, [
    ['        ...(instance === undefined\n', "        ...(instance !== ''\n"],
  ]),
  {
    ...edge('each of two relays gives back the whole of a day', 'src/relay/refund-book.ts', 400, [
      [
        '      maxADayOfTerminal: rupiah(shareOf(limits.maxADayOfTerminal, relays)),',
        '      maxADayOfTerminal: limits.maxADayOfTerminal,',
      ],
    ]),
    rates: { otherRelay: 0.5, machineFailsToVend: 0.25 },
    shop: 'vtk machine',
  },
];
