import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { admission } from '../../devices/kit/admission.js';
import { TcpCallers } from '../../devices/kit/tcp-callers.js';
import { TcpLine } from '../../devices/kit/tcp-line.js';
import { KeptLog } from '../kit/kept-log.js';
import { until } from '../kit/pty/until.js';
import { FakeTime } from '../kit/time.js';

it('admits this machine and who is named, and nobody else', () => {
  const admits = admission(['192.168.1.20', '192.168.2.0/24', 'fe80::1', 'fd00::10/124']);
  const asked = (...addresses: readonly string[]) => addresses.map((address) => admits(address));
  expect(asked('127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1')).toEqual([true, true, true, true]);
  expect(asked('192.168.1.20', '::ffff:192.168.1.20', '192.168.2.255')).toEqual([true, true, true]);
  expect(asked('fe80::1', 'FE80:0:0::1', 'fd00::1f')).toEqual([true, true, true]);
  expect(asked('192.168.1.21', '192.168.3.1', '::ffff:192.168.1.21', '10.0.0.1')).toEqual([
    ...[false, false, false, false],
  ]);
  expect(asked('fe80::2', 'fd00::20', '', 'kasir', '::ffff:zz')).toEqual([false, false, false, false, false]);
  expect(admission([])('192.168.1.20')).toBe(false);
});

/** An address of this machine that a caller from elsewhere would have. */
const own = Object.values(networkInterfaces())
  .flatMap((each) => each ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

describe.runIf(own !== undefined)('a door on every address', () => {
  const open: { stop: () => Promise<void> }[] = [];
  afterEach(async () => {
    for (const each of open.splice(0)) await each.stop();
  });

  const made = {
    'a line': (callers: readonly string[], log: KeptLog) =>
      new TcpLine({ host: '0.0.0.0', port: 0, callers, timers: new FakeTime(), log }),
    'a place for several': (callers: readonly string[], log: KeptLog) =>
      new TcpCallers({ host: '0.0.0.0', port: 0, callers, timers: new FakeTime(), log }),
  };

  it.each(Object.entries(made))('%s takes who is named, and turns the others away', async (_what, make) => {
    for (const [callers, taken] of [
      [[own ?? ''], true],
      [['192.0.2.1'], false],
      [[], false],
    ] as const) {
      const log = new KeptLog();
      const door = make(callers, log);
      open.push(door);
      const kinds: string[] = [];
      door.start((event: { kind: string }) => void kinds.push(event.kind));
      await until('the port', () => door.port() !== undefined);
      const socket = connect({ port: door.port() ?? 0, host: own ?? '' });
      socket.on('error', () => undefined);
      await until('an answer', () => kinds.includes('open') || socket.closed);
      expect(kinds.includes('open')).toBe(taken);
      socket.destroy();
    }
  });
});
