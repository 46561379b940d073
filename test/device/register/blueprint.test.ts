import { BlueprintRegister } from '../../../devices/register/blueprint/driver.js';
import { rupiah } from '../../../src/base/rupiah.js';
import { fakeWire, ptyWire } from '../../kit/pty/wires.js';
import { FakeTime } from '../../kit/time.js';
import { type RegisterSubject, registerContract } from './contract.js';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

const subject: RegisterSubject = {
  make: (line, timers, log) => new BlueprintRegister({ line, timers, log }),
  question: bytes('#S 15000*47\n'),
  means: { ask: 'sale', amount: rupiah(15_000) },
  another: bytes('#I 000000000042*6F\n'),
  anotherMeans: { ask: 'inquiry', sale: { by: 'rrn', rrn: '000000000042' } },
  wrongChecksum: bytes('#S 15000*46\n'),
  garbage: Uint8Array.of(0x00, 0xff, 0x41, 0x0a),
  unknownType: bytes('#Z 1*4B\n'),
  result: { result: 'busy' },
  taken: bytes('+'),
  refused: bytes('-'),
  acknowledgement: bytes('+'),
  silenceMs: 500,
  patienceMs: 9_000,
};

registerContract('the blueprint at the byte boundary', subject, fakeWire, () => new FakeTime());
registerContract('the blueprint over a pty', subject, ptyWire, () => new FakeTime());
