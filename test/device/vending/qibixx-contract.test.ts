import { rupiah } from '../../../src/base/rupiah.js';
import { until } from '../../kit/pty/until.js';
import { fakeWire, ptyWire } from '../../kit/pty/wires.js';
import { FakeTime } from '../../kit/time.js';
import { type MachineHand, type Said, type VendingSubject, vendingContract } from './contract.js';
import { qibixxMachine } from './machines.js';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

/** What a board says to each line of the set-up, as in the published log; INACTIVE comes before c,1 there. */
const ANSWERS: Readonly<Record<string, string>> = {
  V: 'v,4.0.2.0,0123456789ab\n',
  'C,0': 'c,0\n',
  'C,1': 'c,STATUS,INACTIVE\nc,1\nr,ACK\nc,STATUS,DISABLED\nr,ACK\nc,STATUS,ENABLED\n',
};

async function ready(hand: MachineHand): Promise<void> {
  let text = '';
  for (const line of ['V', 'C,0', 'C,1']) {
    await until(`the driver to say ${line}`, () => {
      text += Buffer.from(hand.takeAll()).toString('latin1');
      return text.includes(`${line}\n`);
    });
    await hand.send(bytes(ANSWERS[line] ?? ''));
  }
}

function makeListener(): (heard: Uint8Array) => readonly Said[] {
  let text = '';
  return (heard) => {
    text += Buffer.from(heard).toString('latin1');
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    return lines.flatMap((line): Said[] => {
      if (line === 'C,STOP' || line === 'C,VEND,-1') return ['denied'];
      // Only the very price of the request is an approval of it.
      return line === 'C,VEND,15000.00' || line === 'C,VEND,7500' ? ['approved'] : [];
    });
  };
}

const subject: VendingSubject = {
  make: (line, timers, log) => qibixxMachine({ line, timers, log }),
  ready,
  asks: bytes('c,STATUS,VEND,15000.00,17\n'),
  means: { amount: rupiah(15_000), item: '17' },
  another: bytes('c,STATUS,VEND,7500,3\n'),
  anotherMeans: { amount: rupiah(7_500), item: '3' },
  cancels: bytes('c,STATUS,ENABLED\n'),
  done: bytes('c,VEND,SUCCESS\nc,STATUS,IDLE\nc,STATUS,ENABLED\n'),
  failed: bytes('c,ERR,VEND 3\nc,STATUS,IDLE\nc,STATUS,ENABLED\n'),
  afterDenial: bytes('c,STATUS,IDLE\nc,STATUS,ENABLED\n'),
  garbage: Uint8Array.of(0x00, 0xff, 0x41, 0x0d, 0x80),
  makeListener,
  silenceMs: 500,
  vendMs: 60_000,
};

vendingContract('the MDB board at the byte boundary', subject, fakeWire, () => new FakeTime());
vendingContract('the MDB board over a pty', subject, ptyWire, () => new FakeTime());
