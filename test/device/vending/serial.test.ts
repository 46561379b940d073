import { expect, it } from 'vitest';
import { VENDING } from '../../../devices/vending/protocols.js';
import { SystemClock, SystemRandom } from '../../../src/host/clock.js';
import type { VendingEvent } from '../../../src/port/vending.js';
import { KeptLog } from '../../kit/kept-log.js';
import { Pty } from '../../kit/pty/pty.js';
import { realTimers, until } from '../../kit/pty/until.js';
import { fin, idl, serial, VtkListener, vrp } from './vtk-frames.js';

it('a VTK machine at a serial line is opened from its settings, and sold to', async () => {
  const listener = new VtkListener('serial');
  const heard: string[] = [];
  const pty = new Pty((bytes) => {
    for (const message of listener.hear(bytes)) heard.push(`${message.get(1)} ${message.get(4) ?? '-'}`);
  });
  await pty.plug();
  const events: VendingEvent[] = [];
  const log = new KeptLog();
  const machine = await VENDING.open(
    {
      enabled: true,
      protocol: 'vendotek-serial',
      device: pty.path,
      baud: 115_200,
      minorUnits: 0,
      operationSeconds: 120,
      vendSeconds: 60,
      patienceSeconds: 60,
      slotFailures: 3,
    },
    { clock: new SystemClock(), timers: realTimers, random: new SystemRandom(), log },
  );
  try {
    machine.start((event) => events.push(event));
    // Opening a port drops what came before.
    await until('the port to be open', () => log.lines.some((line) => line.includes('open, 115200')));
    pty.send(serial(idl()));
    pty.send(serial(vrp('9', '7', '15000')));
    await until('the request', () => events.some(({ kind }) => kind === 'asked'));
    const asked = events.find((event) => event.kind === 'asked');
    if (asked?.kind !== 'asked') throw new Error('no request');
    const outcome = machine.vend(asked.request);
    await until('the approval', () => heard.includes('VRP 15000'));
    pty.send(serial(fin('9', '7', '15000')));
    expect(await outcome).toMatchObject({ vend: 'done' });
    expect([machine.name, machine.repeats, machine.amounts]).toEqual(['vending', true, 'asks']);
    expect(events.map(({ kind }) => kind)).toEqual(['present', 'asked']);
  } finally {
    await machine.stop();
    await pty.remove();
  }
});
