import { FixedFrameRegister } from '../../../devices/register/fixed-frame/driver.js';
import { type ProfileName, profileOf } from '../../../devices/register/fixed-frame/profiles.js';
import { rupiah } from '../../../src/base/rupiah.js';
import { fakeWire, ptyWire, tcpWire } from '../../kit/pty/wires.js';
import { FakeTime } from '../../kit/time.js';
import { type RegisterSubject, registerContract } from './contract.js';
import { bareQuestion, longQuestion, question, recorded, spoiled } from './frames.js';
import { PAID_SALE } from './results.js';

type Asking = Pick<RegisterSubject, 'question' | 'another' | 'anotherMeans' | 'unknownType'>;

const RRN = { ask: 'inquiry', sale: { by: 'rrn', rrn: '307515001470' } } as const;

const ASKING: Readonly<Record<ProfileName, Asking>> = {
  bca: {
    question: recorded('question-qris-15000'),
    another: recorded('question-inquiry'),
    anotherMeans: RRN,
    unknownType: question(recorded('question-qris-15000'), { 1: '25' }),
  },
  mandiri: {
    question: recorded('mandiri-question-sale-15000'),
    another: recorded('mandiri-question-echo'),
    anotherMeans: { ask: 'echo' },
    unknownType: bareQuestion('77'),
  },
  bri: {
    question: recorded('bri-question-qr-15000'),
    another: longQuestion(0x05, `${'0'.repeat(24)}307515001470`),
    anotherMeans: RRN,
    unknownType: longQuestion(0x07, ''),
  },
  cimb: {
    question: recorded('cimb-question-qris-15000'),
    another: longQuestion(0x0b, '000000000000000000'),
    anotherMeans: { ask: 'endOfDay' },
    unknownType: longQuestion(0x08, ''),
  },
};

function subject(name: ProfileName): RegisterSubject {
  return {
    ...ASKING[name],
    make: (line, timers, log) =>
      new FixedFrameRegister({
        line,
        timers,
        log,
        profile: profileOf(name),
        merchantId: '000885000015999',
        terminalId: 'DHMPN003',
      }),
    means: { ask: 'sale', amount: rupiah(15_000) },
    wrongChecksum: spoiled(ASKING[name].question),
    garbage: Uint8Array.of(0x00, 0xff, 0x41, 0x03, 0x30, 0x7f),
    result: {
      result: 'approved',
      sale: PAID_SALE,
    },
    taken: Uint8Array.of(0x06),
    refused: Uint8Array.of(0x15),
    acknowledgement: Uint8Array.of(0x06),
    silenceMs: 500,
    patienceMs: 9_000,
  };
}

for (const name of Object.keys(ASKING) as ProfileName[])
  for (const [where, wire] of [
    ['at the byte boundary', fakeWire],
    ['over a pty', ptyWire],
    ['over TCP', tcpWire],
  ] as const)
    registerContract(`the fixed frame, profile ${name}, ${where}`, subject(name), wire, () => new FakeTime());
