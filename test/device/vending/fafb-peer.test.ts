import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SerialLine } from '../../../devices/kit/serial-line.js';
import type { FafbMachine, FafbOptions } from '../../../devices/vending/fafb/driver.js';
import { rupiah } from '../../../src/base/rupiah.js';
import type { VendRequest } from '../../../src/base/vending-messages.js';
import type { VendingEvent } from '../../../src/port/vending.js';
import { KeptLog } from '../../kit/kept-log.js';
import { realTimers, until } from '../../kit/pty/until.js';
import { FafbPeer } from './fafb-peer.js';
import { fafbMachine } from './machines.js';

let peer: FafbPeer;
let machine: FafbMachine;
let events: VendingEvent[];
let log: KeptLog;

function switchOn(patienceSeconds?: number): void {
  peer = new FafbPeer(patienceSeconds);
  peer.order('price 12 15000', 'price 300 4500');
}

beforeEach(() => switchOn());

afterEach(async () => {
  await machine.stop();
  await peer.remove();
});

async function begin(options: Partial<FafbOptions> = {}): Promise<void> {
  log = new KeptLog();
  events = [];
  const path = await peer.path();
  machine = fafbMachine({
    line: new SerialLine({ path, baudRate: 57_600, timers: realTimers, log }),
    timers: realTimers,
    log,
    ...options,
  });
  machine.start((event) => events.push(event));
  await peer.says('synchronised');
  await until('the prices', () => log.lines.filter((line) => line.includes('<- slot (11)')).length >= 2);
}

async function choose(slot: number): Promise<VendRequest> {
  const before = events.length;
  peer.order(`press ${slot}`);
  await until('a request', () => events.slice(before).some((event) => event.kind === 'asked'));
  const asked = events.slice(before).find((event) => event.kind === 'asked');
  if (asked?.kind !== 'asked') throw new Error('nothing was asked');
  return asked.request;
}

describe('a controller written from the tables alone', () => {
  it('sells: the key, the price, the motor, the report on the goods', async () => {
    await begin();
    const request = await choose(12);
    expect(request).toMatchObject({ amount: 15_000, item: '12' });
    expect(await machine.vend(request)).toMatchObject({ vend: 'done' });
    expect(await peer.says('driven')).toEqual({ driven: 12, sensor: 1, elevator: 0 });
    expect(peer.all('driven')).toBe(1);
    expect(peer.all('damaged') + peer.all('strange') + peer.all('unanswered')).toBe(0);
  });

  it('has a command that it did not hear sent again under the same number', async () => {
    await begin();
    const request = await choose(12);
    peer.order('deaf 2');
    expect(await machine.vend(request)).toMatchObject({ vend: 'done' });
    const unheard = peer.said.flatMap((said) => ('unheard' in said ? [said['unheard']] : []));
    expect(unheard).toHaveLength(2);
    expect(new Set(unheard).size).toBe(1);
    expect(peer.all('driven')).toBe(1);
  });

  it('is not told again what it has obeyed without an acknowledgement', async () => {
    await begin();
    const request = await choose(12);
    peer.order('mute 9');
    expect(await machine.vend(request)).toMatchObject({ vend: 'done' });
    await choose(300);
    expect(peer.all('unacknowledged')).toBe(1);
    expect(peer.all('driven')).toBe(1);
  });

  it('acknowledges with a length of 1, as some do', async () => {
    peer.order('odd');
    await begin();
    const request = await choose(300);
    expect(await machine.vend(request)).toMatchObject({ vend: 'done' });
    expect(peer.all('driven')).toBe(1);
  });

  it('says that the slot is jammed', async () => {
    await begin();
    peer.order('status 3');
    const request = await choose(12);
    expect(await machine.vend(request)).toEqual({ vend: 'failed', detail: '03 the slot is jammed' });
  });

  it('is told of the money, then which slot to sell, where that is the setting', async () => {
    await begin({ deliver: 'buy', priceUnit: rupiah(100) });
    const request = await choose(300);
    expect(request.amount).toBe(450_000);
    expect(await machine.vend(request)).toMatchObject({ vend: 'done' });
    expect(await peer.says('money')).toEqual({ money: 4_500, mode: 9 });
    expect(await peer.says('bought')).toEqual({ bought: 300 });
  });

  it('is told when nothing will be paid, and tells when the customer takes the choice back', async () => {
    await begin();
    machine.deny(await choose(12), { why: 'busy' });
    expect(await peer.says('taken_back')).toEqual({ taken_back: 0 });
    const { reference } = await choose(12);
    peer.order('press 0');
    await until('the machine to give up', () => events.at(-1)?.kind === 'gaveUp');
    expect(events.at(-1)).toMatchObject({ reference });
  });

  it('is served although the thread of the terminal stands still again and again, as a slow card makes it', async () => {
    await peer.remove();
    switchOn(0.2);
    await begin();
    const bell = new Int32Array(new SharedArrayBuffer(4));
    // Longer than the controller waits once; it says everything six times, and in between there is room for an answer.
    const stalls = setInterval(() => Atomics.wait(bell, 0, 0, 300), 900);
    try {
      for (const slot of [12, 300, 12]) {
        const request = await choose(slot);
        expect(await machine.vend(request)).toMatchObject({ vend: 'done' });
      }
    } finally {
      clearInterval(stalls);
    }
    // What was answered too late was said again: more frames, and still one drive for each sale.
    expect(peer.said.flatMap((said) => ('driven' in said ? [said['driven']] : []))).toEqual([12, 300, 12]);
  });

  it('has each poll answered while nobody empties the inbox of the terminal', async () => {
    await begin();
    // The terminal is stuck: what it was asked stays unanswered from here on.
    await choose(12);
    peer.order('press 300', 'press 12', 'press 300', 'press 999');
    await peer.says('taken_back');
    peer.order('figures');
    const { polls, answered } = await peer.says('polls');
    expect(Number(polls)).toBeGreaterThan(0);
    // Every poll had its answer in the end; how fast is a figure for people, not for a test.
    expect(Number(answered) + peer.all('silent')).toBe(polls);
    expect(peer.all('unanswered')).toBe(0);
  });
});
