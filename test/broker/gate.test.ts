import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EmbeddedBroker } from '../../src/mqtt/broker.js';
import {
  BEFORE_LOGIN_MAX_BYTES,
  Gate,
  LOGIN_MS,
  LOGIN_WHILE_OTHERS_WAIT_MS,
  PACKET_MAX_BYTES,
  PacketMeter,
  STRANGERS_MOST,
  WAIT_MS,
} from '../../src/mqtt/gate.js';
import { until } from '../kit/pty/until.js';
import { FakeTime } from '../kit/time.js';
import { AwaitedLog } from './kit/collect.js';
import { makeLink } from './kit/links.js';
import { identify } from './kit/people.js';

/** As `once` of Node, which takes the reset that is to come for a failure. */
const heard = (socket: Socket, event: 'close' | 'drain') =>
  new Promise<void>((resolve) => {
    if (event === 'close' && socket.closed) resolve();
    socket.once(event, () => resolve());
  });

/** The head of a packet: type and remaining length. */
function head(type: number, length: number): Buffer {
  const bytes = [type << 4];
  for (let rest = length; ; rest = Math.floor(rest / 128)) {
    bytes.push((rest % 128) | (rest >= 128 ? 0x80 : 0));
    if (rest < 128) return Buffer.from(bytes);
  }
}

const MEBIBYTE = Buffer.alloc(1024 * 1024);

describe('a connection that is not let in', () => {
  let broker: EmbeddedBroker;
  let log: AwaitedLog;
  let time: FakeTime;
  let port: number;
  const open: Socket[] = [];
  const said = () => log.lines;

  beforeEach(async () => {
    log = new AwaitedLog();
    time = new FakeTime();
    broker = new EmbeddedBroker({
      authenticate: identify,
      persistence: 'memory',
      clock: time,
      timers: time,
      log,
    });
    port = Number(new URL(await broker.listen(0, '127.0.0.1')).port);
  });
  afterEach(async () => {
    for (const socket of open.splice(0)) socket.destroy();
    await broker.close();
  });

  async function dial(): Promise<Socket> {
    const socket = connectTcp({ port, host: '127.0.0.1' });
    socket.on('error', () => undefined);
    open.push(socket);
    await once(socket, 'connect');
    return socket;
  }

  /** @returns how many bytes the kernel could send before the other end was gone, at most 64 MiB */
  async function pour(socket: Socket, first: Buffer): Promise<number> {
    socket.write(first);
    for (let i = 0; i < 64 && !socket.destroyed; i += 1) {
      const taken = socket.write(MEBIBYTE);
      if (!taken) await Promise.race([heard(socket, 'drain'), heard(socket, 'close')]);
    }
    return socket.bytesWritten - socket.writableLength;
  }

  it.each([
    ['a CONNECT that announces 256 MB', head(1, 268_435_455)],
    ['a CONNECT that announces one byte too many', head(1, BEFORE_LOGIN_MAX_BYTES + 1)],
    ['a PUBLISH that announces 256 MB', head(3, 268_435_455)],
    ['a length that never ends', Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0xff])],
    ['nothing of MQTT', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ])('is ended at once after %s, and twelve of them cost no memory', async (_title, first) => {
    const before = process.memoryUsage();
    const poured = await Promise.all(Array.from({ length: 12 }, async () => pour(await dial(), first)));
    await until('twelve ends', () => said().filter((line) => line.includes('E613')).length === 12);
    const after = process.memoryUsage();
    // What had no reader any more lay in the buffers of the two kernels' ends.
    for (const bytes of poured) expect(bytes).toBeLessThan(64 * 1024 * 1024);
    const kept = after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed;
    expect(kept).toBeLessThan(64 * 1024 * 1024);
  });

  it('may send little packets before its login, and not without end', async () => {
    const socket = await dial();
    // A CONNECT that is whole stays unanswered only while it is being judged; one that lacks its last byte stays for ever.
    socket.write(Buffer.concat([head(1, BEFORE_LOGIN_MAX_BYTES), Buffer.alloc(BEFORE_LOGIN_MAX_BYTES - 8)]));
    socket.write(MEBIBYTE);
    await heard(socket, 'close');
    expect(said().join('\n')).toMatch(/E613 .*(more than 16384 bytes before its login|a packet of)/);
  });

  it('has ten seconds, however it drips', async () => {
    const socket = await dial();
    socket.write(head(1, 60));
    await until('the watch', () => time.waiting().includes(LOGIN_MS));
    time.advance(LOGIN_MS - 1);
    socket.write('x');
    expect(socket.destroyed).toBe(false);
    time.advance(1);
    await heard(socket, 'close');
    expect(said().join('\n')).toContain('no login in 10 s');
  });

  it('makes room for the next one after three seconds: a hundred at a time, and terminals come in beside them', async () => {
    const crowd: Socket[] = [];
    for (let i = 0; i < STRANGERS_MOST; i += 1) crowd.push(await dial());
    const begun = (): number => time.waiting().filter((ms) => ms === LOGIN_MS).length;
    await until('the crowd', () => begun() === STRANGERS_MOST);
    const { link, recorder } = makeLink(`mqtt://127.0.0.1:${port}`);
    link.start(recorder);
    await until('one who waits', () => time.waiting().includes(WAIT_MS));
    expect(crowd.filter((socket) => socket.destroyed)).toEqual([]);
    const gone = heard(crowd[0] as Socket, 'close');
    await until('the oldest to be looked at', () => time.waiting().includes(LOGIN_WHILE_OTHERS_WAIT_MS));
    time.advance(LOGIN_WHILE_OTHERS_WAIT_MS);
    await gone;
    await recorder.up();
    expect(said().join('\n')).toContain('100 others wait to log in');
    expect(crowd.filter((socket) => !socket.destroyed).length).toBeGreaterThanOrEqual(STRANGERS_MOST - 3);
    await link.stop();
  });

  it('waits for its turn, and is told to come later after five seconds', async () => {
    const log = new AwaitedLog();
    const gate = new Gate({ clock: time, timers: time }, log);
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    let ports = 0;
    const arrives = (): { readonly socket: Socket; begun: boolean } => {
      ports += 1;
      const stands = Object.assign(new Duplex({ read: () => undefined }), {
        ...{ remoteAddress: '192.0.2.1', remotePort: ports },
      });
      const one = { socket: stands as unknown as Socket, begun: false };
      gate.arrive(one.socket, () => {
        one.begun = true;
      });
      return one;
    };
    const herd = Array.from({ length: 3 * STRANGERS_MOST }, arrives);
    const begun = (): number => herd.filter((one) => one.begun).length;
    await turn();
    // One in each turn of the loop, so that others have theirs.
    expect(begun()).toBeLessThanOrEqual(1);
    for (let i = 0; i < 2 * STRANGERS_MOST; i += 1) await turn();
    expect(begun()).toBe(STRANGERS_MOST);
    for (const { socket } of herd.slice(0, 50)) gate.letIn(socket);
    for (let i = 0; i < STRANGERS_MOST; i += 1) await turn();
    expect(herd.map((one) => one.begun)).toEqual(herd.map((_, at) => at < STRANGERS_MOST + 50));
    expect(herd.filter(({ socket }) => socket.destroyed)).toEqual([]);
    time.advance(WAIT_MS);
    expect(herd.filter(({ socket }) => socket.destroyed).length).toBe(
      3 * STRANGERS_MOST - 50 - STRANGERS_MOST,
    );
    expect(log.lines.join('\n')).toContain(
      'E784 a connection from 192.0.2.1 was ended: its turn did not come in 5 s',
    );
  });
});

describe('the meter', () => {
  it('follows packets over any cut, and passes what is as long as it may be', () => {
    const stream = Buffer.concat([
      head(1, 20),
      Buffer.alloc(20, 0xff),
      head(12, 0),
      head(3, PACKET_MAX_BYTES),
      Buffer.alloc(PACKET_MAX_BYTES, 0xff),
      head(14, 0),
    ]);
    for (const step of [1, 2, 3, 7, 1000, stream.length]) {
      const meter = new PacketMeter();
      for (let at = 0; at < stream.length; at += step)
        expect(meter.feed(stream.subarray(at, at + step))).toBeUndefined();
      expect(meter.feed(head(3, PACKET_MAX_BYTES + 1))).toMatch(/^a packet of/);
    }
  });
});
