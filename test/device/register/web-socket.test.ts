import { spawn } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { API, type Api } from '../../../devices/register/api/device.js';
import { Failure } from '../../../src/base/fault.js';
import { rupiah } from '../../../src/base/rupiah.js';
import type { RegisterEvent } from '../../../src/port/register.js';
import { KeptLog } from '../../kit/kept-log.js';
import { until } from '../../kit/pty/until.js';
import { FakeTime } from '../../kit/time.js';
import { concat } from './frames.js';
import { clientFrame, type FrameOptions, type ServerFrame, serverFrames } from './web-socket-peer.js';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'utf8'));
const HELLO = '{"op":"hello"}';
const ACCEPTED = /^HTTP\/1\.1 101 /;

/** A program at the socket, byte by byte. */
class Program {
  readonly frames: ServerFrame[] = [];
  head = '';
  closed = false;
  readonly #socket: Socket;
  readonly #received: number[] = [];

  constructor(port: number, headers: Readonly<Record<string, string>> = {}, path = '/') {
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.setNoDelay(true);
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => {
      this.closed = true;
    });
    this.#socket.on('data', (chunk: Buffer) => {
      this.#received.push(...chunk);
      this.#read();
    });
    const all: Record<string, string> = {
      Host: `127.0.0.1:${port}`,
      Upgrade: 'websocket',
      Connection: 'Upgrade',
      'Sec-WebSocket-Version': '13',
      // RFC 6455 section 1.3: this key is answered with the value in the first test.
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
      ...headers,
    };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    this.#socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  }

  send(frame: Uint8Array): void {
    this.#socket.write(frame);
  }

  says(text: string, options?: FrameOptions): void {
    this.send(clientFrame(bytes(text), options));
  }

  destroy(): void {
    this.#socket.destroy();
  }

  pause(): void {
    this.#socket.pause();
  }

  async accepted(): Promise<this> {
    await until('the handshake', () => ACCEPTED.test(this.head));
    return this;
  }

  async refused(): Promise<number> {
    await until('the refusal', () => this.closed);
    return Number(/^HTTP\/1\.1 (\d{3})/.exec(this.head)?.[1] ?? 0);
  }

  /** The code with which the server says goodbye. */
  async goodbye(): Promise<number> {
    await until('the end', () => this.closed);
    const [high = 0, low = 0] = this.frames.find(({ opcode }) => opcode === 8)?.payload ?? [];
    return 256 * high + low;
  }

  texts(): string[] {
    return this.frames
      .filter(({ opcode }) => opcode === 1)
      .map(({ payload }) => Buffer.from(payload).toString());
  }

  #read(): void {
    if (this.head === '') {
      const end = Buffer.from(this.#received).indexOf('\r\n\r\n');
      if (end === -1) return;
      this.head = Buffer.from(this.#received.splice(0, end + 4)).toString();
    }
    if (ACCEPTED.test(this.head)) this.frames.push(...serverFrames(this.#received));
  }
}

describe('the WebSocket of the API', () => {
  let api: Api;
  let timers: FakeTime;
  let clock: FakeTime;
  let log: KeptLog;
  let events: RegisterEvent[];
  const programs: Program[] = [];
  const asked = (): string[] =>
    events.flatMap((e) => (e.kind === 'asked' ? [Buffer.from(e.frame).toString()] : []));
  const program = (headers: Readonly<Record<string, string>> = {}, path = '/'): Program => {
    const one = new Program(api.port() ?? 0, headers, path);
    programs.push(one);
    return one;
  };

  beforeEach(async () => {
    timers = new FakeTime();
    clock = new FakeTime();
    log = new KeptLog();
    events = [];
    const settings = {
      enabled: true,
      host: '127.0.0.1',
      port: 0,
      acknowledge: 'required',
      showsQr: false,
      ackWaitSeconds: 3,
      resends: 2,
    } as const;
    const random = { bytes: (count: number) => new Uint8Array(count), fraction: () => 0 };
    api = await API.open(settings, { clock, timers, random, log, programs: [] });
    // A desk that answers every hello.
    api.start((event) => {
      events.push(event);
      if (event.kind === 'asked') void api.send(api.encode(event.frame, { result: 'echo' }), event.frame);
    });
    await until('the port', () => api.port() !== undefined);
  });

  afterEach(async () => {
    for (const one of programs.splice(0)) one.destroy();
    await api.stop();
  });

  it('accepts a handshake with the value that RFC 6455 computes, and answers', async () => {
    const one = await program().accepted();
    expect(one.head).toContain('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n');
    one.says(HELLO);
    await until('the answer', () => one.texts().length === 1);
    expect(JSON.parse(one.texts()[0] ?? '')).toMatchObject({ op: 'hello', code: 'done', protocol: 1 });
    expect(one.texts()[0]).not.toContain('\n');
  });

  it('speaks with somebody else’s client: the one of Node', async () => {
    const script = `
      const socket = new WebSocket('ws://127.0.0.1:${api.port()}/');
      socket.onopen = () => socket.send('${HELLO}');
      socket.onmessage = ({ data }) => { console.log(data); socket.close(1000); };
      socket.onclose = ({ code, wasClean }) => console.log(code, wasClean);`;
    const child = spawn(process.execPath, ['--experimental-websocket', '--no-warnings', '-e', script]);
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    await new Promise((resolve) => child.on('close', resolve));
    const [answer = '', end] = said.trim().split('\n');
    expect(JSON.parse(answer)).toMatchObject({ op: 'hello', code: 'done' });
    expect(end).toBe('1000 true');
  });

  it.each([
    ['another name of this machine', { Host: 'evil.example' }, '/', 421],
    ['a page of another site', { Origin: 'https://evil.example' }, '/', 403],
    ['a page whose name begins like ours', { Origin: 'http://localhost.evil.example' }, '/', 403],
    ['a page from a file', { Origin: 'null' }, '/', 403],
    ['another path', {}, '/else', 400],
    ['another version', { 'Sec-WebSocket-Version': '8' }, '/', 426],
    ['no key', { 'Sec-WebSocket-Key': 'short' }, '/', 400],
    ['another protocol', { Upgrade: 'h2c' }, '/', 400],
  ])('refuses %s', async (_, headers, path, status) => {
    expect(await program(headers, path).refused()).toBe(status);
    expect(events.some((event) => event.kind === 'present')).toBe(false);
    expect(log.lines.some((line) => line.includes('E232') && line.includes(String(status)))).toBe(true);
  });

  it.each(['http://localhost', 'http://localhost:3000', 'https://127.0.0.1:8443', 'http://[::1]:80'])(
    'lets a page of this machine in: %s',
    async (origin) => {
      await program({ Origin: origin }).accepted();
    },
  );

  it('serves the schema, and tells a browser that knows no better what it wants', async () => {
    const base = `http://127.0.0.1:${api.port()}`;
    const served = await fetch(`${base}/messages.schema.json`);
    expect(served.headers.get('content-type')).toBe('application/schema+json');
    expect(await served.json()).toHaveProperty('$defs.charge');
    expect((await fetch(`${base}/`)).status).toBe(426);
    expect((await fetch(`${base}/messages.schema.json`, { method: 'POST', body: HELLO })).status).toBe(426);
    const cross = await fetch(`${base}/messages.schema.json`, { headers: { origin: 'http://evil.example' } });
    expect(cross.status).toBe(403);
  });

  it('takes a message wherever it is cut, on the wire and into frames, with a ping between', async () => {
    const one = await program().accepted();
    const frame = clientFrame(bytes(HELLO));
    for (let cut = 1; cut < frame.length; cut += 1) {
      clock.advance(1_000);
      one.send(frame.subarray(0, cut));
      await new Promise((resolve) => setImmediate(resolve));
      one.send(frame.subarray(cut));
      await until('the message', () => asked().length === cut);
    }
    clock.advance(1_000);
    const before = asked().length;
    one.send(
      concat(
        clientFrame(bytes('{"op":'), { final: false }),
        clientFrame(bytes('who?'), { opcode: 9 }),
        clientFrame(bytes('"hel'), { opcode: 0, final: false }),
        clientFrame(bytes('lo"}'), { opcode: 0 }),
      ),
    );
    await until('the message', () => asked().length === before + 1);
    await until('the pong', () => one.frames.some(({ opcode }) => opcode === 10));
    expect(Buffer.from(one.frames.find(({ opcode }) => opcode === 10)?.payload ?? []).toString()).toBe(
      'who?',
    );
  });

  it('takes line feeds in a message for the white space that they are', async () => {
    const one = await program().accepted();
    one.says('{\n  "op": "hello",\n  "id": "1"\n}\n');
    await until('the message', () => asked().length === 1);
    expect(asked()).toEqual(['{"op":"hello","id":"1"}\n']);
  });

  it.each<[string, Uint8Array, number]>([
    ['a frame without a mask', clientFrame(bytes(HELLO), { masked: false }), 1002],
    ['an extension', clientFrame(bytes(HELLO), { reserved: 4 }), 1002],
    ['an opcode of nobody', clientFrame(bytes(HELLO), { opcode: 3 }), 1002],
    ['a continuation of nothing', clientFrame(bytes(HELLO), { opcode: 0 }), 1002],
    ['a cut ping', clientFrame(bytes(''), { opcode: 9, final: false }), 1002],
    ['a ping of 126 bytes', clientFrame(new Uint8Array(126), { opcode: 9 }), 1002],
    ['binary', clientFrame(bytes(HELLO), { opcode: 2 }), 1003],
    ['what is not UTF-8', clientFrame(Uint8Array.of(0x7b, 0xff, 0x7d)), 1007],
    ['a message of 16,385 bytes', clientFrame(new Uint8Array(16_385)), 1009],
    [
      'a message that is too long in all its frames together',
      concat(
        clientFrame(new Uint8Array(9_000), { final: false }),
        clientFrame(new Uint8Array(9_000), { opcode: 0 }),
      ),
      1009,
    ],
    [
      'a message of 4 GiB, by its head alone',
      Uint8Array.of(0x81, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 1, 2, 3, 4),
      1009,
    ],
  ])('closes on %s', async (_, frame, code) => {
    const one = await program().accepted();
    one.send(frame);
    expect(await one.goodbye()).toBe(code);
    expect(asked()).toEqual([]);
    expect(log.lines.some((line) => line.includes('E231'))).toBe(true);
    expect(log.lines.filter((line) => line.startsWith('error'))).toEqual([]);
  });

  it('drops a program that does not answer a ping, and keeps one that does', async () => {
    const dead = await program().accepted();
    const alive = await program().accepted();
    await until('both', () => log.lines.filter((line) => line.includes('has connected')).length === 2);
    await timers.pass(15_000);
    await until('the pings', () =>
      [dead, alive].every((one) => one.frames.some(({ opcode }) => opcode === 9)),
    );
    alive.says('', { opcode: 10 });
    // Its own question goes the same way in the same order: once it is answered, the pong was heard.
    alive.says(HELLO);
    await until('the answer', () => alive.texts().length === 1);
    await timers.pass(15_000);
    await until('the end of the dead one', () => dead.closed);
    expect(alive.closed).toBe(false);
    expect(events.filter((event) => event.kind === 'gone')).toHaveLength(1);
  });

  it('turns the ninth program away, and has room again when one has left', async () => {
    const eight = Array.from({ length: 8 }, () => program());
    for (const one of eight) await one.accepted();
    expect(await program().refused()).toBe(429);
    eight[0]?.destroy();
    await until('room', () => log.lines.some((line) => line.includes('gone: it hung up')));
    await program().accepted();
  });

  it('hangs up on a flood', async () => {
    const one = await program().accepted();
    one.send(concat(...Array.from({ length: 300 }, () => clientFrame(bytes(HELLO)))));
    await until('the end', () => one.closed);
    expect(asked()).toHaveLength(20);
  });

  it('says goodbye when the terminal stops', async () => {
    const one = await program().accepted();
    await api.stop();
    expect(await one.goodbye()).toBe(1001);
  });

  it('stops although a program does not read', async () => {
    const one = await program().accepted();
    one.pause();
    one.says(HELLO);
    await until('the question', () => asked().length === 1);
    // More than the system takes for somebody who does not read, so that the goodbye cannot leave.
    const long = {
      frame: Uint8Array.from(Buffer.from(`${HELLO}\n`)),
      orderId: 'T1-1',
      amount: rupiah(1),
      reference: 'A',
    };
    one.says('{"op":"hello","events":true}');
    await until('the watcher', () => asked().length === 2);
    api.progress?.({ ...long, step: 'scan', payload: '0'.repeat(16 * 1024 * 1024), leftMs: 1 });
    let stopped = false;
    const stopping = api.stop().then(() => {
      stopped = true;
    });
    await timers.pass(400);
    expect(stopped).toBe(false);
    await timers.pass(100);
    await stopping;
  });

  it('is not opened to the network', async () => {
    const settings = {
      enabled: true,
      host: '0.0.0.0',
      port: 0,
      acknowledge: 'required',
      showsQr: false,
      ackWaitSeconds: 3,
      resends: 2,
    } as const;
    const random = { bytes: (count: number) => new Uint8Array(count), fraction: () => 0 };
    const opened = API.open(settings, { clock, timers, random, log, programs: [] });
    await expect(opened).rejects.toThrow(Failure);
    await expect(opened).rejects.toThrow('E235');
  });
});
