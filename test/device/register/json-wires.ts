import { connect, type Socket } from 'node:net';
import type { Callers, CallersEvent } from '../../../devices/kit/callers.js';
import { TcpCallers } from '../../../devices/kit/tcp-callers.js';
import type { Clock } from '../../../src/port/clock.js';
import { KeptLog } from '../../kit/kept-log.js';
import { realTimers, until } from '../../kit/pty/until.js';
import type { RegisterWire } from './contract.js';

/** A clock on which every look is a second later: nothing comes too fast by it. */
export function patientClock(): Clock {
  let nowMs = 0;
  const later = (): number => {
    nowMs += 1_000;
    return nowMs;
  };
  return { wallMs: later, monoMs: later };
}

/** Counts what callers bring. */
class CountedCallers implements Callers {
  readonly name: string;
  brought = 0;
  readonly #callers: Callers;

  constructor(callers: Callers) {
    this.#callers = callers;
    this.name = callers.name;
  }

  start(on: (event: CallersEvent) => void): void {
    this.#callers.start((event) => {
      on(event);
      if (event.kind === 'bytes') this.brought += event.bytes.length;
    });
  }

  stop(): Promise<void> {
    return this.#callers.stop();
  }
}

/** A register that dials by TCP, where others may be on the line as well. */
export function tcpCallersWire(): RegisterWire<Callers> {
  const server = new TcpCallers({ host: '127.0.0.1', port: 0, timers: realTimers, log: new KeptLog() });
  const line = new CountedCallers(server);
  let socket: Socket | undefined;
  const received: number[] = [];
  const dial = async (): Promise<void> => {
    await until('the port', () => server.port() !== undefined);
    socket = connect(server.port() ?? 0, '127.0.0.1');
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => received.push(...bytes));
  };
  return {
    line,
    plug: async () => void dial(),
    unplug: async () => {
      socket?.destroy();
      received.length = 0;
    },
    send: async (bytes) => {
      const before = line.brought;
      socket?.write(bytes);
      await until(`${bytes.length} bytes at the driver`, () => line.brought >= before + bytes.length);
    },
    take: async (count) => {
      await until(`${count} bytes from the driver`, () => received.length >= count);
      return Uint8Array.from(received.splice(0, count));
    },
    takeAll: () => Uint8Array.from(received.splice(0)),
    remove: async () => void socket?.destroy(),
  };
}
