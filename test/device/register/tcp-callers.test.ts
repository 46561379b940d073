import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Caller, CallersEvent } from '../../../devices/kit/callers.js';
import { TcpCallers } from '../../../devices/kit/tcp-callers.js';
import { KeptLog } from '../../kit/kept-log.js';
import { freePort } from '../../kit/net/free-port.js';
import { until } from '../../kit/pty/until.js';
import { FakeTime } from '../../kit/time.js';

describe('several registers by TCP', () => {
  let timers: FakeTime;
  let log: KeptLog;
  let callers: TcpCallers;
  let events: CallersEvent[];
  const sockets: Socket[] = [];
  const count = (kind: CallersEvent['kind']): number => events.filter((event) => event.kind === kind).length;
  const opened = (): Caller[] => events.flatMap((event) => (event.kind === 'open' ? [event.caller] : []));
  const dial = async (from = '127.0.0.1'): Promise<Socket> => {
    const before = count('open');
    const socket = connect({ port: callers.port() ?? 0, host: '127.0.0.1', localAddress: from });
    socket.on('error', () => undefined);
    sockets.push(socket);
    await until('an answer to the call', () => count('open') > before || socket.closed);
    return socket;
  };
  const start = async (most: number): Promise<void> => {
    callers = new TcpCallers({ host: '127.0.0.1', port: 0, timers, log, most });
    callers.start((event) => events.push(event));
    await until('the port', () => count('absent') === 1);
  };

  beforeEach(() => {
    timers = new FakeTime();
    log = new KeptLog();
    events = [];
  });

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await callers.stop();
  });

  it('takes and gives bytes of each by itself', async () => {
    await start(8);
    const one = await dial();
    const two = await dial();
    const heard: string[] = [];
    one.on('data', (bytes: Buffer) => heard.push(`one ${bytes.toString()}`));
    two.on('data', (bytes: Buffer) => heard.push(`two ${bytes.toString()}`));
    two.write('x');
    await until('the byte', () => count('bytes') === 1);
    const [first, second] = opened();
    expect(events.at(-1)).toMatchObject({ caller: second });
    expect(await first?.write(Uint8Array.of(0x31))).toBe(true);
    expect(await second?.write(Uint8Array.of(0x32))).toBe(true);
    await until('both', () => heard.length === 2);
    expect(heard.sort()).toEqual(['one 1', 'two 2']);
    one.destroy();
    await until('the end', () => count('closed') === 1);
    expect(await first?.write(Uint8Array.of(0x31))).toBe(false);
    expect(await second?.write(Uint8Array.of(0x32))).toBe(true);
  });

  it('gives the place of the most silent one of an address to a new one, and none to a stranger', async () => {
    await start(2);
    const one = await dial();
    const two = await dial();
    one.write('x');
    await until('the byte', () => count('bytes') === 1);
    const stranger = await dial('127.0.0.2');
    expect(stranger.closed).toBe(true);
    expect(log.lines.some((line) => line.includes('turned 127.0.0.2 away'))).toBe(true);
    await dial();
    await until('the silent one to be closed', () => two.closed);
    expect(one.closed).toBe(false);
    expect(count('open')).toBe(3);
  });

  it('drops one that does not read', async () => {
    await start(8);
    const one = await dial();
    one.pause();
    const [caller] = opened();
    const large = new Uint8Array(1024 * 1024);
    const outcomes: boolean[] = [];
    for (let at = 0; at < 30; at += 1) void caller?.write(large).then((sent) => outcomes.push(sent));
    await until('its end', () => count('closed') === 1);
    await until('all outcomes', () => outcomes.length === 30);
    expect(outcomes).toContain(false);
  });

  it('drops one that takes no more for five seconds', async () => {
    await start(8);
    const one = await dial();
    one.pause();
    const [caller] = opened();
    let outcome: boolean | undefined;
    void caller?.write(new Uint8Array(32 * 1024 * 1024)).then((sent) => {
      outcome = sent;
    });
    await timers.pass(5_000);
    await until('the outcome', () => outcome !== undefined);
    expect(outcome).toBe(false);
    expect(count('closed')).toBe(1);
  });

  it('says that its port is taken, and listens once it is free', async () => {
    const squatter: Server = createServer();
    const port = await freePort();
    await new Promise<void>((resolve) => squatter.listen(port, '127.0.0.1', resolve));
    callers = new TcpCallers({ host: '127.0.0.1', port, timers, log });
    callers.start((event) => events.push(event));
    await until('the word', () => count('absent') === 1);
    expect(events).toMatchObject([{ kind: 'absent', cause: 'taken' }]);
    await new Promise((resolve) => squatter.close(resolve));
    await until('a timer', () => timers.waiting().length > 0);
    await timers.pass(500);
    await until('the port', () => callers.port() === port);
    await dial();
    expect(count('open')).toBe(1);
  });

  it('stops at once, also before it listens, and says nothing after that', async () => {
    callers = new TcpCallers({ host: '127.0.0.1', port: 0, timers, log });
    callers.start((event) => events.push(event));
    await callers.stop();
    expect(events).toEqual([]);
  });
});
