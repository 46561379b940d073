import { rupiah } from '../../../src/base/rupiah.js';
import { until } from '../../kit/pty/until.js';
import { fakeWire, ptyWire } from '../../kit/pty/wires.js';
import { FakeTime } from '../../kit/time.js';
import { concat, spoiled } from '../register/frames.js';
import { type Said, type VendingSubject, vendingContract } from './contract.js';
import { press, recorded, result, slotInfo } from './fafb-frames.js';
import { counting, fafbMachine } from './machines.js';

const random = counting();
const POLL = recorded('poll');
const ACK = recorded('ack');

/** Reads our commands as the controller would: one that comes again under its packet number was had before. */
function makeListener(): (bytes: Uint8Array) => readonly Said[] {
  let held = '';
  let last = '';
  return (bytes) => {
    held += Buffer.from(bytes).toString('hex');
    const said: Said[] = [];
    for (const found of held.matchAll(/fafb(06|05)(..)(..)/g)) {
      if (found[0] === last) continue;
      last = found[0];
      said.push(found[1] === '06' ? 'approved' : 'denied');
    }
    held = '';
    return said;
  };
}

const subject: VendingSubject = {
  make: (line, timers, log) => fafbMachine({ line, timers, log, random }),
  ready: async (machine) => {
    let said = '';
    await machine.send(POLL);
    await machine.send(POLL);
    await until('the driver to ask for the slots', () => {
      said += Buffer.from(machine.takeAll()).toString('hex');
      return /fafb3101/.test(said);
    });
    await machine.send(concat(ACK, recorded('slot-12'), slotInfo(6, 300, 4_500)));
  },
  asks: recorded('press-12'),
  means: { amount: rupiah(15_000), item: '12' },
  // A controller that was silent for long has to tell its prices again.
  another: concat(slotInfo(7, 300, 4_500), press(8, 300)),
  anotherMeans: { amount: rupiah(4_500), item: '300' },
  cancels: press(9, 0),
  done: concat(ACK, result(10, 1, 12), result(11, 2, 12)),
  failed: concat(ACK, result(10, 1, 12), result(11, 3, 12)),
  afterDenial: concat(ACK, press(12, 0)),
  wrongChecksum: spoiled(recorded('press-12')),
  garbage: Uint8Array.of(0x00, 0xff, 0xfa, 0x41, 0x0a),
  prompt: POLL,
  makeListener,
  silenceMs: 60,
  vendMs: 60_000,
};

vendingContract('the FA FB driver at the byte boundary', subject, fakeWire, () => new FakeTime());
vendingContract('the FA FB driver over a pty', subject, ptyWire, () => new FakeTime());
