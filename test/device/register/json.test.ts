import type { Callers } from '../../../devices/kit/callers.js';
import type { Line } from '../../../devices/kit/line.js';
import { lineCallers } from '../../../devices/kit/open-callers.js';
import { JsonRegister } from '../../../devices/register/json/driver.js';
import { rupiah } from '../../../src/base/rupiah.js';
import type { Timers } from '../../../src/port/clock.js';
import type { Log } from '../../../src/port/log.js';
import type { Register } from '../../../src/port/register.js';
import { fakeWire, ptyWire } from '../../kit/pty/wires.js';
import { FakeTime } from '../../kit/time.js';
import { type RegisterSubject, registerContract } from './contract.js';
import { patientClock, tcpCallersWire } from './json-wires.js';
import { PAID_SALE } from './results.js';

const found = (text: string): string => JSON.stringify(text);
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'utf8'));

function make(callers: Callers, timers: Timers, log: Log): Register {
  return new JsonRegister({
    name: 'register',
    callers,
    clock: patientClock(),
    timers,
    log,
    ackWaitMs: 3_000,
    resends: 2,
    acknowledge: 'required',
    zoneMinutes: 420,
  });
}

const subject: RegisterSubject<Callers> = {
  make,
  question: bytes('{"op":"charge","ref":"INV-0001","amount":15000,"deadline_s":120}\n'),
  means: { ask: 'sale', amount: rupiah(15_000), reference: 'INV-0001', patienceMs: 120_000 },
  another: bytes('{"op":"status","rrn":"307515001470","id":"2"}\n'),
  anotherMeans: { ask: 'inquiry', sale: { by: 'rrn', rrn: '307515001470' } },
  wrongChecksum: bytes('{"op":"charge","ref":"INV-0001","amount":15000,"deadline_s":120]\n'),
  garbage: Uint8Array.of(0x00, 0xff, 0x41, 0x30, 0x7d, 0x7f),
  unknownType: bytes('{"op":"tip","ref":"INV-0001"}\n'),
  result: {
    result: 'approved',
    sale: { ...PAID_SALE, reference: 'INV-0001' },
  },
  // It says nothing to a good line: the answer carries the names of its request.
  taken: new Uint8Array(),
  refused: bytes(
    `{"msg":"answer","code":"invalid","field":"line","found":${found('{"op":"charge","ref":"INV-0001","amount":15000,"deadline_...')},"allowed":"one JSON object"}\n`,
  ),
  unfinished: bytes(
    `{"msg":"answer","code":"invalid","field":"line","found":${found('{"op":"charge","ref":"INV-0001",, then silence')},"allowed":"a whole JSON object and a line feed"}\n`,
  ),
  acknowledgement: bytes('{"op":"ack","ref":"INV-0001"}\n'),
  silenceMs: 2_000,
  patienceMs: 9_000,
};

const overLine: RegisterSubject<Line> = {
  ...subject,
  make: (line, timers, log) => make(lineCallers(line), timers, log),
};

registerContract('JSON lines at the byte boundary', overLine, fakeWire, () => new FakeTime());
registerContract('JSON lines over a pty', overLine, ptyWire, () => new FakeTime());
registerContract('JSON lines over TCP', subject, tcpCallersWire, () => new FakeTime());
