import type { Carrier } from '../../../devices/vending/vendotek/frame.js';
import { rupiah } from '../../../src/base/rupiah.js';
import { until } from '../../kit/pty/until.js';
import { fakeWire, ptyWire, tcpWire } from '../../kit/pty/wires.js';
import { FakeTime } from '../../kit/time.js';
import { type Said, type VendingSubject, vendingContract } from './contract.js';
import { vendotekMachine } from './machines.js';
import { abr, fin, idl, serial, VtkListener, vrp } from './vtk-frames.js';

function subject(carrier: Carrier): VendingSubject {
  const on = (frame: Uint8Array): Uint8Array => (carrier === 'serial' ? serial(frame) : frame);
  const asks = on(vrp('1795612346', '7', '1500000'));
  const spoiled = Uint8Array.from(asks);
  spoiled[asks.length - 1] = (spoiled[asks.length - 1] ?? 0) ^ 1;
  return {
    make: (line, timers, log) => vendotekMachine({ carrier, line, timers, log }),
    ready: async (hand) => {
      await hand.send(on(idl()));
      const listener = new VtkListener(carrier);
      await until('the answer to IDL', () => listener.hear(hand.takeAll()).some((m) => m.get(1) === 'IDL'));
    },
    asks,
    means: { amount: rupiah(15_000), item: '7', patienceMs: 120_000 },
    another: on(vrp('1795612347', '8', '750000')),
    anotherMeans: { amount: rupiah(7_500), item: '8', patienceMs: 120_000 },
    cancels: on(abr('1795612346')),
    done: on(fin('1795612346', '7', '1500000')),
    failed: on(fin('1795612346', '7', '0')),
    afterDenial: on(idl()),
    ...(carrier === 'serial' ? { wrongChecksum: spoiled } : {}),
    garbage: Uint8Array.of(0x00, 0xff, 0x1f, 0x97, 0xfb, 0x41),
    makeListener: () => {
      const listener = new VtkListener(carrier);
      return (bytes) =>
        listener.hear(bytes).flatMap((message): Said[] => {
          if (message.get(1) !== 'VRP') return [];
          // Only number and amount of the request are an approval of it.
          const approved = message.get(3) === '1795612346' && message.get(4) === '1500000';
          return approved ? ['approved'] : message.get(4) === '0' ? ['denied'] : [];
        });
    },
    silenceMs: 1_000,
    // One that was not told is waited for as long as it waits itself.
    vendMs: 120_000,
  };
}

const timers = (): FakeTime => new FakeTime();

vendingContract('VTK over TCP, at the byte boundary', subject('tcp'), fakeWire, timers);
vendingContract('VTK over TCP', subject('tcp'), tcpWire, timers);
vendingContract('VTK over serial, at the byte boundary', subject('serial'), fakeWire, timers);
vendingContract('VTK over a pty', subject('serial'), ptyWire, timers);
