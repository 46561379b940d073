import { connect, type Socket } from 'node:net';
import type { Line, LineEvent } from '../../../devices/kit/line.js';
import { SerialLine } from '../../../devices/kit/serial-line.js';
import { TcpLine } from '../../../devices/kit/tcp-line.js';
import { KeptLog } from '../kept-log.js';
import { settled } from '../time.js';
import { FakeLine } from './fake-line.js';
import { Pty } from './pty.js';
import { realTimers, until } from './until.js';

/** Counts what a line brings, so that a test can wait for "all of it has arrived" instead of for time. */
export class CountedLine implements Line {
  readonly name: string;
  readonly peer: 'cable' | 'caller';
  brought = 0;
  readonly #line: Line;

  constructor(line: Line) {
    this.#line = line;
    this.name = line.name;
    this.peer = line.peer;
  }

  start(on: (event: LineEvent) => void): void {
    this.#line.start((event) => {
      on(event);
      if (event.kind === 'bytes') this.brought += event.bytes.length;
    });
  }

  write(bytes: Uint8Array): Promise<boolean> {
    return this.#line.write(bytes);
  }

  stop(): Promise<void> {
    return this.#line.stop();
  }
}

/** No wire at all: one write is one read. */
export function fakeWire() {
  const line = new FakeLine();
  const taken = (): number[] => line.writes.splice(0).flatMap((bytes) => [...bytes]);
  let held: number[] = [];
  return {
    line,
    plug: async () => {
      // After `start`, as a real line would say it.
      setImmediate(() => line.open());
    },
    unplug: async () => line.drop(),
    send: async (bytes: Uint8Array) => {
      line.bring(bytes);
      await settled();
    },
    take: async (count: number) => {
      await settled();
      held.push(...taken());
      return Uint8Array.from(held.splice(0, count));
    },
    takeAll: () => {
      const all = Uint8Array.from([...held, ...taken()]);
      held = [];
      return all;
    },
    remove: async () => undefined,
  };
}

/** A real pty, and serialport on it. */
export function ptyWire() {
  const pty = new Pty();
  const line = new CountedLine(
    new SerialLine({
      path: pty.path,
      baudRate: 9_600,
      timers: realTimers,
      log: new KeptLog(),
      reopen: { firstMs: 5, mostMs: 20 },
    }),
  );
  return {
    line,
    plug: () => pty.plug(),
    unplug: () => pty.unplug(),
    send: async (bytes: Uint8Array) => {
      const before = line.brought;
      pty.send(bytes);
      await until(`${bytes.length} bytes at the driver`, () => line.brought >= before + bytes.length);
    },
    take: (count: number) => pty.take(count),
    takeAll: () => pty.takeAll(),
    remove: () => pty.remove(),
  };
}

/** A register that dials over TCP. */
export function tcpWire() {
  const server = new TcpLine({ host: '127.0.0.1', port: 0, timers: realTimers, log: new KeptLog() });
  const line = new CountedLine(server);
  let socket: Socket | undefined;
  const received: number[] = [];
  const dial = async (): Promise<void> => {
    await until('the line to listen', () => server.port() !== undefined);
    socket = connect(server.port() ?? 0, '127.0.0.1');
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      received.push(...bytes);
    });
  };
  return {
    line,
    plug: async () => {
      void dial();
    },
    unplug: async () => {
      socket?.resetAndDestroy();
      received.length = 0;
    },
    send: async (bytes: Uint8Array) => {
      const before = line.brought;
      socket?.write(bytes);
      await until(`${bytes.length} bytes at the driver`, () => line.brought >= before + bytes.length);
    },
    take: async (count: number) => {
      await until(`${count} bytes from the driver`, () => received.length >= count);
      return Uint8Array.from(received.splice(0, count));
    },
    takeAll: () => Uint8Array.from(received.splice(0)),
    remove: async () => {
      socket?.destroy();
    },
  };
}
