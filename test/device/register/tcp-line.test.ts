import { connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LineEvent } from '../../../devices/kit/line.js';
import { Listening } from '../../../devices/kit/listening.js';
import { TcpLine } from '../../../devices/kit/tcp-line.js';
import { KeptLog } from '../../kit/kept-log.js';
import { freePort } from '../../kit/net/free-port.js';
import { until } from '../../kit/pty/until.js';
import { FakeTime, settled } from '../../kit/time.js';

describe('a register line over TCP', () => {
  let timers: FakeTime;
  let log: KeptLog;
  let line: TcpLine;
  let events: LineEvent[];
  const sockets: Socket[] = [];
  const kinds = (): string[] => events.map((event) => event.kind);
  const count = (kind: string): number => kinds().filter((other) => other === kind).length;
  const dial = (from = '127.0.0.1'): Socket => {
    const socket = connect({ port: line.port() ?? 0, host: '127.0.0.1', localAddress: from });
    socket.on('error', () => undefined);
    sockets.push(socket);
    return socket;
  };

  beforeEach(async () => {
    timers = new FakeTime();
    log = new KeptLog();
    events = [];
    line = new TcpLine({ host: '127.0.0.1', port: await freePort(), timers, log });
    line.start((event) => events.push(event));
    await until('the line to listen', () => count('gone') === 1);
  });

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await line.stop();
  });

  it('is open while a register is on it', async () => {
    const socket = dial();
    await until('open', () => count('open') === 1);
    socket.destroy();
    await until('gone', () => count('gone') === 2);
    expect(await line.write(Uint8Array.of(1))).toBe(false);
    dial();
    await until('open again', () => count('open') === 2);
    expect(await line.write(Uint8Array.of(1))).toBe(true);
  });

  it('turns away a second register from another address', async () => {
    dial();
    await until('open', () => count('open') === 1);
    const second = dial('127.0.0.2');
    await until('the second to be closed', () => second.closed);
    expect(kinds()).toEqual(['gone', 'open']);
    expect(await line.write(Uint8Array.of(1))).toBe(true);
  });

  it('prefers the newer of two connections from one address: the older is a leftover', async () => {
    const first = dial();
    await until('open', () => count('open') === 1);
    const second = dial();
    await until('open again', () => count('open') === 2);
    await until('the first to be closed', () => first.closed);
    expect(kinds()).toEqual(['gone', 'open', 'gone', 'open']);
    second.write(Uint8Array.of(0x06));
    await until('bytes from the second', () => count('bytes') === 1);
  });

  it('survives a register that resets its connection', async () => {
    const socket = dial();
    await until('open', () => count('open') === 1);
    socket.resetAndDestroy();
    await until('gone', () => count('gone') === 2);
    dial();
    await until('open again', () => count('open') === 2);
  });

  it('stops at once, also before it listens', async () => {
    const other = new TcpLine({ host: '127.0.0.1', port: 0, timers, log });
    const said: LineEvent[] = [];
    other.start((event) => said.push(event));
    await other.stop();
    await settled();
    expect(other.port()).toBeUndefined();
    expect(said).toEqual([]);
  });

  it('goes on listening when a caller cannot be taken, and has no port any more once it is stopped', async () => {
    const server = createServer();
    const said: string[] = [];
    const listening = new Listening({
      strangers: log,
      name: 'a line',
      host: '127.0.0.1',
      port: 0,
      timers,
      log,
      make: () => server,
      listens: () => said.push('listens'),
      cannot: (cause) => said.push(cause),
    });
    listening.start();
    await until('the server to listen', () => listening.port() !== undefined);
    server.emit('error', Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' }));
    expect([said, server.listening, timers.waiting()]).toEqual([['listens'], true, []]);
    await listening.stop();
    expect(listening.port()).toBeUndefined();
  });

  it('says taken when another program has the port, and tries again', async () => {
    const other = new TcpLine({ host: '127.0.0.1', port: line.port() ?? 0, timers, log });
    const said: LineEvent[] = [];
    other.start((event) => said.push(event));
    await until('the refusal', () => said.length === 1);
    expect(said).toMatchObject([{ kind: 'gone', cause: 'taken' }]);
    await line.stop();
    await timers.pass(500);
    await until('the other to listen', () => other.port() !== undefined);
    await other.stop();
  });
});
