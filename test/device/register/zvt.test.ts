import { readApdu } from '../../../devices/register/zvt/apdu.js';
import { ZvtRegister } from '../../../devices/register/zvt/driver.js';
import { partsFor } from '../../../devices/register/zvt/performance.js';
import { LOGGED_OFF } from '../../../devices/register/zvt/registration.js';
import { unpackScript } from '../../../devices/register/zvt/script.js';
import { wrapSerial } from '../../../devices/register/zvt/serial-frame.js';
import { hex } from '../../../src/base/bytes.js';
import { rupiah } from '../../../src/base/rupiah.js';
import { fakeWire, ptyWire, tcpWire } from '../../kit/pty/wires.js';
import { FakeTime } from '../../kit/time.js';
import { type Hand, type RegisterSubject, registerContract } from './contract.js';
import { concat, spoiled } from './frames.js';
import { AUTHORIZATION, bytes, CONFIRMED, inside, recorded, SALE, SHOP } from './zvt-frames.js';

const ACK = bytes('06');

/** The register that logged off, or never registered: it prints by lines, and wants no intermediate status. */
const common = {
  means: { ask: 'sale', amount: rupiah(15_000), patienceMs: 160_000 },
  anotherMeans: { ask: 'cancel', sale: { by: 'last' } },
  result: { result: 'approved', sale: SALE },
  silenceMs: 500,
  patienceMs: 15_000,
} as const satisfies Partial<RegisterSubject>;

/** Everything that is on the wire of an answer, in its order. */
function apdusOf(answer: Uint8Array): readonly Uint8Array[] {
  const { question, answers } = unpackScript(answer);
  return [...answers.slice(0, 1), ...partsFor(question, answers.slice(1), LOGGED_OFF)];
}

async function expectTaken(wire: Hand, expected: Uint8Array): Promise<void> {
  const taken = hex(await wire.take(expected.length));
  if (taken !== hex(expected)) throw new Error(`${taken} in place of ${hex(expected)}`);
}

const serial: RegisterSubject = {
  ...common,
  make: (line, timers, log) => new ZvtRegister({ line, framing: 'serial', timers, log, ...SHOP }),
  question: recorded('serial-authorization-15000'),
  another: recorded('serial-abort'),
  wrongChecksum: spoiled(recorded('serial-authorization-15000')),
  garbage: bytes('00 ff 41 03 30 7f'),
  unknownType: wrapSerial(bytes('06 22 07 04 00 00 01 50 00 00')),
  taken: ACK,
  refused: bytes('15'),
  acknowledgement: ACK,
  frameOf: inside,
  begins: (answer) => wrapSerial(apdusOf(answer)[0] ?? CONFIRMED),
  hears: async (wire, answer) => {
    for (const [n, apdu] of apdusOf(answer).entries()) {
      await expectTaken(wire, wrapSerial(apdu));
      await wire.send(ACK);
      if (n === 0) continue;
      await wire.send(wrapSerial(CONFIRMED));
      await expectTaken(wire, ACK);
    }
  },
};

const stream: RegisterSubject = {
  ...common,
  make: (line, timers, log) => new ZvtRegister({ line, framing: 'stream', apartMs: 0, timers, log, ...SHOP }),
  question: AUTHORIZATION,
  another: inside(recorded('serial-abort')),
  garbage: bytes('00 ff 41 03 30 7f'),
  unknownType: bytes('06 22 07 04 00 00 01 50 00 00'),
  // A stream has no link control: a question is confirmed when somebody has said what becomes of it.
  taken: new Uint8Array(),
  refused: new Uint8Array(),
  acknowledgement: CONFIRMED,
  begins: (answer) => concat(...apdusOf(answer).slice(0, 2)),
  hears: async (wire, answer) => {
    for (const apdu of apdusOf(answer)) {
      await expectTaken(wire, apdu);
      if (readApdu(apdu)?.command !== 0x8000) await wire.send(CONFIRMED);
    }
  },
  sendsAgain: false,
};

registerContract('ZVT in serial frames at the byte boundary', serial, fakeWire, () => new FakeTime());
registerContract('ZVT in serial frames over a pty', serial, ptyWire, () => new FakeTime());
registerContract('ZVT as a stream at the byte boundary', stream, fakeWire, () => new FakeTime());
registerContract('ZVT as a stream over TCP', stream, tcpWire, () => new FakeTime());
