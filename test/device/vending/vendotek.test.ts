import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { VendotekOptions } from '../../../devices/vending/vendotek/driver.js';
import { crc16ccitt, fromHex, hex } from '../../../src/base/bytes.js';
import { rupiah } from '../../../src/base/rupiah.js';
import { settled } from '../../kit/time.js';
import { vendotekMachine } from './machines.js';
import { Bench, recordedLines } from './rig.js';
import { abr, crcByHand, fin, idl, serial, type VtkFields, VtkListener, vrp, vtk } from './vtk-frames.js';

/** 2026-11-25 12:00 in western Indonesia. */
const NOON_MS = Date.UTC(2026, 10, 25, 5);

const PAID = { amount: rupiah(15_000), item: '7', reference: 'vtk-1795612346-1500000-7' };

function machine(options: Partial<VendotekOptions> & { wallMs?: number } = {}) {
  let wallMs = options.wallMs ?? NOON_MS;
  const bench = new Bench(({ line, timers, log }) =>
    vendotekMachine({ line, timers, log, clock: { wallMs: () => wallMs, monoMs: () => wallMs }, ...options }),
  );
  const listener = new VtkListener(options.carrier ?? 'tcp');
  /** What the machine hears, as `VRP 6 1500000`. */
  const heard = (): string[] =>
    bench
      .wrote()
      .flatMap((write) =>
        listener
          .hear(write)
          .map((m) => [m.get(1), m.get(3), m.get(4)].filter((word) => word !== undefined).join(' ')),
      );
  const says = async (...frames: readonly Uint8Array[]): Promise<void> => {
    for (const frame of frames) bench.line.bring(frame);
    await settled();
  };
  const begin = async (): Promise<void> => {
    bench.line.open();
    await says(idl());
    heard();
    bench.told();
  };
  const later = (ms: number): void => {
    wallMs += ms;
  };
  return { bench, heard, says, begin, later };
}

describe('the recorded session', () => {
  it('is answered byte for byte, and ends with the goods', async () => {
    // In it the payment device told the number 5; ours tells the time in seconds.
    const { bench } = machine({ wallMs: 5_000 });
    bench.line.open();
    for (const entry of recordedLines('vtk-session.hex')) {
      const frame = fromHex(entry.slice(4)) ?? new Uint8Array();
      if (entry.startsWith('POS')) {
        if (bench.requests().length === 1 && bench.outcomes.length === 0 && bench.line.writes.length === 0)
          await bench.pay();
        expect(hex(bench.wrote()[0] ?? new Uint8Array())).toBe(hex(frame));
      } else bench.line.bring(frame);
      await settled();
    }
    expect(bench.told()).toEqual(['present', 'asked 15000 7']);
    expect(bench.words()).toEqual(['done']);
  });

  it('brings the name of the product, and how long the machine waits', async () => {
    const { bench, says, begin } = machine();
    await begin();
    await says(fromHex(recordedLines('vtk-session.hex')[2]?.slice(4) ?? '') ?? new Uint8Array());
    expect(bench.request).toMatchObject({ product: 'KOPI', item: '7', patienceMs: 120_000 });
  });

  it('has in its machine frames what a decoder in another language finds there', () => {
    const script = [
      'import sys',
      'for line in sys.stdin:',
      '    b = bytes.fromhex(line)',
      '    assert int.from_bytes(b[:2], "big") == len(b) - 2',
      '    out, i = [], 4',
      '    while i < len(b):',
      '        t, n = b[i], b[i + 1]',
      '        assert n < 128',
      '        out.append("%d=%s" % (t, b[i + 2:i + 2 + n].decode()))',
      '        i += 2 + n',
      '    print(b[2:4].hex(), " ".join(out))',
    ].join('\n');
    const { bench } = machine({ wallMs: 5_000 });
    bench.line.open();
    const input = recordedLines('vtk-session.hex').filter((entry) => entry.startsWith('VMC'));
    for (const entry of input) bench.line.bring(fromHex(entry.slice(4)) ?? new Uint8Array());
    const python = spawnSync('python3', ['-c', script], {
      input: bench
        .wrote()
        .map((write) => `${hex(write)}\n`)
        .join(''),
      encoding: 'utf8',
    });
    expect(python.error, 'python3 runs (apt-get install python3)').toBeUndefined();
    expect(python.stderr).toBe('');
    // FIN came before any payment here, so VRP has no answer.
    expect(python.stdout.trim().split('\n')).toEqual([
      '97fb 1=IDL 3=5 6=120 8=0',
      '97fb 1=FIN 3=6 4=1500000',
      '97fb 1=IDL 3=6 6=120 8=0',
    ]);
  });
});

describe('a serial frame', () => {
  it('has the checksum of the example in the description', () => {
    const example = fromHex('1F 0014 96FC 01 0001 01 20 0004 00000001 11 0004 000000FF') ?? new Uint8Array();
    expect(crc16ccitt(example)).toBe(0x72c9);
    expect(crcByHand([...example])).toBe(0x72c9);
  });

  it('is answered in one', async () => {
    const { heard, bench, says } = machine({ carrier: 'serial' });
    bench.line.open();
    await says(serial(idl()));
    expect(heard()).toEqual([`IDL ${NOON_MS / 1_000}`]);
  });
});

describe('the number that the machine counts on from', () => {
  it('is the time, so that no two sales of years have the same', async () => {
    const { bench, heard, says, later } = machine();
    bench.line.open();
    await says(idl());
    later(90_000);
    await says(idl());
    expect(heard()).toEqual([`IDL ${NOON_MS / 1_000}`, `IDL ${NOON_MS / 1_000 + 90}`]);
  });

  it('does not follow a number that no counter reaches', async () => {
    const { heard, says, begin } = machine();
    await begin();
    await says(vrp('999999999999999', '7', '1500000'), idl());
    expect(heard()).toEqual([`IDL ${NOON_MS / 1_000}`]);
  });

  it('never goes back behind what the machine has used, whatever the clock does', async () => {
    const { heard, says, begin, later } = machine();
    await begin();
    await says(vrp('1900000000', '7', '1500000'));
    later(-1e12);
    await says(idl());
    expect(heard()).toEqual(['IDL 1900000000']);
  });
});

describe('a request that is repeated', () => {
  const first = vrp('1795612346', '7', '1500000');

  it('while it is open is one request, and gets its answer as often as it was asked after the payment', async () => {
    const { bench, heard, says, begin } = machine();
    await begin();
    await says(first, first);
    expect(bench.told()).toEqual(['asked 15000 7']);
    expect(heard()).toEqual([]);
  });

  it('after the approval gets the approval again, and the goods fall once', async () => {
    const { bench, heard, says, begin } = machine();
    await begin();
    await says(first);
    await bench.pay();
    await says(first, first, fin('1795612346', '7', '1500000'));
    const yes = 'VRP 1795612346 1500000';
    expect(heard()).toEqual([yes, yes, yes, 'FIN 1795612346 1500000']);
    expect(bench.words()).toEqual(['done']);
    expect(bench.requests()).toHaveLength(1);
  });

  it('on a new line gets the approval that the old one could not carry', async () => {
    const { bench, heard, says, begin } = machine();
    await begin();
    await says(first);
    bench.line.drop();
    bench.line.open();
    await bench.pay();
    expect(heard()).toEqual([]);
    await says(first, fin('1795612346', '7', '1500000'));
    expect(heard()).toEqual(['VRP 1795612346 1500000', 'FIN 1795612346 1500000']);
    expect(bench.words()).toEqual(['done']);
  });

  it('from before a restart is approved when the machine asks again, and not before', async () => {
    const { bench, heard, says, begin } = machine();
    await begin();
    await bench.pay(PAID);
    await bench.timers.pass(119_000);
    await says(idl());
    expect(heard()).toEqual([`IDL ${NOON_MS / 1_000}`]);
    await says(first);
    await bench.timers.pass(59_000);
    await says(fin('1795612346', '7', '1500000'));
    expect(heard()).toEqual(['VRP 1795612346 1500000', 'FIN 1795612346 1500000']);
    expect(bench.words()).toEqual(['done']);
    expect(bench.requests()).toEqual([]);
  });

  it('from before a restart got nothing when the machine does not ask again, or for something else', async () => {
    for (const next of [[], [abr('1795612346')], [vrp('1795612347', '8', '700000')]]) {
      const { bench, heard, says, begin } = machine();
      await begin();
      await bench.pay(PAID);
      await says(...next);
      await bench.timers.pass(120_000);
      expect(bench.words()).toEqual(['failed']);
      expect(heard().filter((answer) => answer.startsWith('VRP'))).toEqual([]);
    }
  });

  it('has the same reference in another run, and so has its result', async () => {
    const references: string[] = [];
    for (let run = 0; run < 2; run += 1) {
      const { bench, says, begin } = machine({ wallMs: NOON_MS + run * 3_600_000 });
      await begin();
      await says(first);
      references.push(bench.request.reference);
    }
    const { bench, says, heard, begin } = machine();
    await begin();
    await says(fin('1795612346', '7', '1500000'));
    expect(heard()).toEqual(['FIN 1795612346 1500000']);
    const [event] = bench.events;
    references.push(event?.kind === 'vended' ? event.reference : '');
    expect(new Set(references).size).toBe(1);
  });

  it('with another amount or product is another request', async () => {
    const { bench, says, begin } = machine();
    await begin();
    await says(first, vrp('1795612346', '7', '2000000'), vrp('1795612346', '8', '2000000'));
    expect(new Set(bench.requests().map(({ reference }) => reference)).size).toBe(3);
    expect(bench.events.filter(({ kind }) => kind === 'gaveUp')).toHaveLength(2);
  });
});

describe('a machine that counts by itself', () => {
  const first = vrp('6', '7', '1500000');
  const done = fin('6', '7', '1500000');

  it('is another customer after each restart of ours, and is told so of what is paid', async () => {
    const references: string[] = [];
    for (let start = 0; start < 3; start += 1) {
      const { bench, says, begin } = machine();
      await begin();
      await says(first);
      references.push(bench.request.reference);
      expect(bench.request.counted).toBe(true);
    }
    expect(new Set(references).size).toBe(3);
    const { bench, says, heard, begin } = machine();
    await begin();
    await bench.pay({ amount: rupiah(15_000), item: '7', reference: references[0] ?? '' });
    expect(bench.words()).toEqual(['failed']);
    await says(first);
    expect(heard()).toEqual([]);
  });

  it('is another customer after more sales than anybody remembers', async () => {
    const { bench, says, heard, begin } = machine();
    await begin();
    for (let power = 0; power < 2; power += 1)
      for (let number = 1; number <= 20; number += 1) {
        await says(vrp(String(number), '7', '1500000'));
        expect(heard()).toEqual([]);
        await bench.pay();
        await says(fin(String(number), '7', '1500000'));
        heard();
      }
    expect(new Set(bench.requests().map(({ reference }) => reference)).size).toBe(40);
  });

  it('has begun anew when it asks for a finished number on a new line', async () => {
    const { bench, says, begin } = machine();
    await begin();
    for (let power = 0; power < 3; power += 1) {
      await says(first);
      await bench.pay();
      await says(done);
      bench.line.drop();
      bench.line.open();
    }
    expect(bench.words()).toEqual(['done', 'done', 'done']);
    expect(new Set(bench.requests().map(({ reference }) => reference)).size).toBe(3);
  });

  it('repeats an open request on the same line, and on another one asks anew', async () => {
    const { bench, says, begin } = machine();
    await begin();
    await says(first, first);
    expect(bench.requests()).toHaveLength(1);
    bench.line.drop();
    bench.line.open();
    await says(first);
    expect(new Set(bench.requests().map(({ reference }) => reference)).size).toBe(2);
  });

  it('is told "paid" once: who asks again under that number may be the next customer', async () => {
    const { bench, says, heard, begin } = machine();
    await begin();
    await says(first);
    await bench.pay();
    expect(heard()).toEqual(['VRP 6 1500000']);
    await says(first);
    expect(heard()).toEqual([]);
    await bench.timers.pass(60_000);
    expect(bench.words()).toEqual(['unknown']);
    await says(first);
    expect(heard()).toEqual([]);
    expect(new Set(bench.requests().map(({ reference }) => reference)).size).toBe(2);
    await says(done);
    expect(heard()).toEqual(['FIN 6 1500000']);
  });
});

describe('what the machine says of the goods', () => {
  async function paid() {
    const parts = machine();
    await parts.begin();
    await parts.says(vrp('1795612346', '7', '1500000'));
    await parts.bench.pay();
    parts.heard();
    parts.bench.told();
    return parts;
  }

  it('is failure when the amount is zero', async () => {
    const { bench, says, heard } = await paid();
    await says(fin('1795612346', '7', '0'));
    expect(bench.words()).toEqual(['failed']);
    expect(heard()).toEqual(['FIN 1795612346 0']);
  });

  it('is unknown when the amount is another', async () => {
    const { bench, says } = await paid();
    await says(fin('1795612346', '7', '1000000'));
    expect(bench.words()).toEqual(['unknown']);
  });

  it('gets the same answer when it is repeated, and counts once', async () => {
    const { bench, says, heard } = await paid();
    const done = fin('1795612346', '7', '1500000');
    await says(done, done, done);
    expect(new Set(heard())).toEqual(new Set(['FIN 1795612346 1500000']));
    expect(bench.words()).toEqual(['done']);
    expect(bench.told()).toEqual([]);
  });

  it('is news when it comes late', async () => {
    const { bench, says } = await paid();
    await bench.timers.pass(60_000);
    expect(bench.words()).toEqual(['unknown']);
    await says(fin('1795612346', '7', '1500000'));
    expect(bench.told()).toEqual(['vended done']);
  });

  it("is nobody's when it fails in a number that we do not know, and is answered all the same", async () => {
    const { bench, says, heard } = await paid();
    await says(fin('1795612399', '7', '0'));
    expect(heard()).toEqual(['FIN 1795612399 0']);
    expect(bench.told()).toEqual([]);
    expect(bench.words()).toEqual([]);
  });

  it('of what was denied is no delivery, and is put into the log', async () => {
    const { bench, says, begin } = machine();
    await begin();
    await says(vrp('1795612346', '7', '1500000'));
    bench.machine.deny(bench.request, { why: 'busy' });
    bench.told();
    await says(fin('1795612346', '7', '1500000'));
    expect(bench.told()).toEqual([]);
    expect(bench.log.lines.at(-1)).toContain('was not approved (denied)');
  });

  it('is heard by both who asked for one sale', async () => {
    const { bench, says, heard } = await paid();
    await bench.pay({ ...PAID, reference: bench.machine.name });
    await bench.pay(PAID);
    await says(fin('1795612346', '7', '1500000'));
    expect(bench.words()).toEqual(['failed', 'done', 'done']);
    expect(heard()).toEqual(['FIN 1795612346 1500000']);
  });

  it('of what was not paid ends the request without goods', async () => {
    const { bench, says, begin } = machine();
    await begin();
    await says(vrp('1795612346', '7', '1500000'), fin('1795612346', '7', '0'));
    expect(bench.told()[1]).toMatch(/^gaveUp: ended at the machine/);
  });
});

describe('a machine that does not wait any more', () => {
  it('says so by ABR, by IDL, or by asking for something else', async () => {
    for (const end of [abr('1795612346'), vtk([[1, 'ABR']]), idl(), vrp('1795612347', '8', '700000')]) {
      const { bench, says, begin } = machine();
      await begin();
      await says(vrp('1795612346', '7', '1500000'), end);
      expect(bench.told()[1]).toMatch(/^gaveUp: /);
    }
  });

  it('does not say so by DIS, which is a sign of life, nor by aborting another number', async () => {
    const { bench, says, heard, begin } = machine();
    await begin();
    await says(vrp('1795612346', '7', '1500000'), vtk([[1, 'DIS']]), abr('1795612340'));
    expect(bench.told()).toEqual(['asked 15000 7']);
    expect(heard()).toEqual([`DIS 1795612346`, 'ABR 1795612340']);
  });

  it('after the payment leaves unknown what became of the goods', async () => {
    for (const [end, word] of [
      [abr('1795612346'), 'unknown'],
      [vrp('1795612347', '8', '700000'), 'unknown'],
    ] as const) {
      const { bench, says, begin } = machine();
      await begin();
      await says(vrp('1795612346', '7', '1500000'));
      await bench.pay();
      await says(end);
      expect(bench.words()).toEqual([word]);
    }
  });

  it('and was not told, has got nothing', async () => {
    for (const end of [abr('1795612346'), vrp('1795612347', '8', '700000')]) {
      const { bench, says, begin } = machine();
      await begin();
      await says(vrp('1795612346', '7', '1500000'));
      bench.line.drop();
      await bench.pay();
      bench.line.open();
      await says(end);
      expect(bench.words()).toEqual(['failed']);
    }
  });
});

describe('a request that cannot be sold', () => {
  it('is declined at once with the amount zero', async () => {
    const cases: readonly [VtkFields, string][] = [
      [
        [
          [3, '9'],
          [4, '1500050'],
        ],
        'VRP 9 0',
      ],
      [
        [
          [3, '9'],
          [4, '0'],
        ],
        'VRP 9 0',
      ],
      [
        [
          [3, '9'],
          [4, '15e3'],
        ],
        'VRP 9 0',
      ],
      [[[3, '9']], 'VRP 9 0'],
      [[[4, '1500000']], 'VRP 0'],
      [
        [
          [3, 'x'],
          [4, '1500000'],
        ],
        'VRP x 0',
      ],
      [
        [
          [3, '9'],
          [4, '999999999999999'],
        ],
        'VRP 9 0',
      ],
    ];
    for (const [fields, answer] of cases) {
      const { bench, says, heard, begin } = machine();
      await begin();
      await says(vtk([[1, 'VRP'], ...fields]));
      expect(bench.told()).toEqual([]);
      expect(heard()).toEqual([answer]);
    }
  });

  it('counts whole rupiah where the settings say so', async () => {
    const { bench, says, begin } = machine({ minorUnits: 0 });
    await begin();
    await says(vrp('9', '7', '15050'));
    expect(bench.told()).toEqual(['asked 15050 7']);
  });
});

describe('the rest of what a machine sends', () => {
  it('is answered under its own name', async () => {
    const { says, heard, begin } = machine();
    await begin();
    await says(
      vtk([
        [1, 'STA'],
        [3, '4'],
      ]),
      vtk([[1, 'CDP']]),
      vtk([[1, 'XYZ']]),
    );
    expect(heard()).toEqual(['STA 4', 'CDP', 'XYZ']);
  });

  it('may have a QR text in it, which is not shown, with a line in the log', async () => {
    const { bench, says, begin } = machine();
    await begin();
    await says(idl([0x0a, 'https://example.com/'.repeat(20)], [0x14, '5000']));
    expect(bench.log.lines.some((line) => line.includes('the QR text of the machine is not shown'))).toBe(
      true,
    );
    expect(bench.told()).toEqual([]);
  });

  it('may carry an event, whose number is confirmed', async () => {
    const { bench, says, begin } = machine();
    await begin();
    bench.wrote();
    await says(idl([0x08, '12'], [0x07, 'DOOR']));
    const [answer] = new VtkListener('tcp').hear(bench.wrote()[0] ?? new Uint8Array());
    expect(answer?.get(8)).toBe('12');
  });
});

describe('presence', () => {
  it('begins with the first message, not with whoever dials', async () => {
    const { bench, says } = machine();
    bench.line.open();
    await settled();
    expect(bench.told()).toEqual([]);
    await says(idl());
    expect(bench.told()).toEqual(['present']);
    bench.line.drop();
    expect(bench.told()).toEqual(['gone: E302 unplugged']);
  });

  it('ends after three of the announced keepalives and eight seconds without a word', async () => {
    const { bench, says, begin } = machine();
    await begin();
    await says(idl([0x05, '10']));
    await bench.timers.pass(37_999);
    expect(bench.told()).toEqual([]);
    await bench.timers.pass(1);
    expect(bench.told()).toEqual(['gone: E301 the machine has stopped speaking']);
    await says(idl());
    expect(bench.told()).toEqual(['present']);
  });

  it('does not end while the machine waits for a payment', async () => {
    const { bench, says, begin } = machine();
    await begin();
    await says(idl([0x05, '10']), vrp('1795612346', '7', '1500000'));
    bench.told();
    await bench.timers.pass(119_000);
    expect(bench.told()).toEqual([]);
  });
});
