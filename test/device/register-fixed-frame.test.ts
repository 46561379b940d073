import { FixedFrameRegister } from '../../devices/register/fixed-frame/driver.js';
import { rupiah } from '../../src/base/rupiah.js';
import { FakeTimers } from '../kit/pty/fake-timers.js';
import { fakeWire, ptyWire, tcpWire } from '../kit/pty/wires.js';
import { type RegisterSubject, registerContract } from './register-contract.js';
import { question, recorded, spoiled } from './register-frames.js';

const subject: RegisterSubject = {
  make: (line, timers, log) =>
    new FixedFrameRegister({ line, timers, log, merchantId: '000885000015999', terminalId: 'DHMPN003' }),
  question: recorded('question-qris-15000'),
  means: { ask: 'sale', amount: rupiah(15_000) },
  another: recorded('question-inquiry'),
  anotherMeans: { ask: 'inquiry', sale: { by: 'rrn', rrn: '307515001470' } },
  wrongChecksum: spoiled(recorded('question-qris-15000')),
  garbage: Uint8Array.of(0x00, 0xff, 0x41, 0x03, 0x30, 0x7f),
  unknownType: question(recorded('question-qris-15000'), { 1: '25' }),
  result: {
    result: 'approved',
    sale: {
      orderId: 'T1-01ARZ3NDEKTSV4RRFFQ69G5FAV',
      amount: rupiah(15_000),
      rrn: '307515001470',
      approvalCode: '153318',
      invoice: 207,
      atMs: Date.UTC(2026, 0, 15, 3, 15, 30),
      issuer: 'gopay',
    },
  },
  taken: Uint8Array.of(0x06),
  refused: Uint8Array.of(0x15),
  acknowledgement: Uint8Array.of(0x06),
  silenceMs: 500,
  patienceMs: 9_000,
};

registerContract('the fixed frame at the byte boundary', subject, fakeWire, () => new FakeTimers());
registerContract('the fixed frame over a pty', subject, ptyWire, () => new FakeTimers());
registerContract('the fixed frame over TCP', subject, tcpWire, () => new FakeTimers());
