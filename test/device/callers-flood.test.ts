import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { KioskPage } from '../../devices/display/kiosk/kiosk-page.js';
import { TcpCallers } from '../../devices/kit/tcp-callers.js';
import { TcpLine } from '../../devices/kit/tcp-line.js';
import { WebSocketCallers } from '../../devices/kit/web-socket-callers.js';
import { KeptLog } from '../kit/kept-log.js';
import { until } from '../kit/pty/until.js';
import { FakeTime } from '../kit/time.js';

const TIMES = 100;
/** A minute's. */
const MOST = 60;
const HOST = '127.0.0.1';

let log: KeptLog;
let timers: FakeTime;
let stops: (() => Promise<void>)[];
/** How many came in. */
let opened: number;
beforeEach(() => {
  log = new KeptLog();
  timers = new FakeTime();
  stops = [];
  opened = 0;
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** Starts it, and waits for its port. */
async function portOf(door: {
  start(on: (event: { readonly kind: string }) => void): void;
  stop(): Promise<void>;
  port(): number | undefined;
}): Promise<number> {
  stops.push(() => door.stop());
  door.start(({ kind }) => {
    if (kind === 'open') opened += 1;
  });
  await until('the port', () => door.port() !== undefined);
  return door.port() ?? 0;
}

async function dial(port: number, from: string): Promise<void> {
  const socket = connect({ port, host: HOST, localAddress: from });
  // Turned away by a reset, where that is quicker than its end.
  socket.on('error', () => undefined);
  stops.push(async () => void socket.destroy());
  let closed = false;
  socket.on('close', () => {
    closed = true;
  });
  const before = opened;
  await until('an answer to the call', () => closed || opened > before);
}

/** A stranger on the line while another has it, time after time. */
async function turnedAway(port: number): Promise<void> {
  await dial(port, HOST);
  for (let n = 0; n < TIMES; n += 1) await dial(port, '127.0.0.2');
}

async function wrongHost(port: number): Promise<void> {
  for (let n = 0; n < TIMES; n += 1) {
    const asked = request({ port, host: HOST, path: '/', agent: false, headers: { host: 'evil.example' } });
    asked.end();
    const [response] = await once(asked, 'response');
    expect(response.statusCode).toBe(421);
    response.resume();
    await once(response, 'end');
  }
}

async function kiosk(): Promise<number> {
  const random = { bytes: (count: number) => new Uint8Array(count), fraction: () => 0 };
  const page = new KioskPage({
    ...{ host: HOST, port: 0, hostNames: [], pad: false, language: 'both', shop: 'Warung' },
    ...{ clock: timers, timers, log, random },
  });
  stops.push(() => page.stop());
  await page.start();
  return Number(new URL(page.url).port);
}

const TCP = () => ({ host: HOST, port: 0, timers, log });

it.each<[string, () => Promise<number>, (port: number) => Promise<void>]>([
  ['a line by TCP', () => portOf(new TcpLine(TCP())), turnedAway],
  ['a place for several by TCP', () => portOf(new TcpCallers({ ...TCP(), most: 1 })), turnedAway],
  [
    'a place for programs by WebSocket',
    () => portOf(new WebSocketCallers({ ...TCP(), documents: new Map(), serve: () => false })),
    wrongHost,
  ],
  ['the terminal page', kiosk, wrongHost],
])(
  '%s says of a flood of strangers what fits into a minute, and how many more they were',
  async (_, open, flood) => {
    await flood(await open());
    const refused = /turned 127\.0\.0\.2 away|refused with 421/;
    expect(log.matching(refused)).toHaveLength(MOST);
    expect(log.matching(/not written here/)).toEqual([]);
    timers.advance(60_000);
    expect(log.matching(/40 more lines about who was turned away at .* are not written here/)).toHaveLength(
      1,
    );
  },
);

it.each<[string, () => Promise<number>]>([
  ['a line', () => portOf(new TcpLine(TCP()))],
  ['a place for several', () => portOf(new TcpCallers({ ...TCP(), most: 1 }))],
])(
  '%s bounds what one that may call can have written, by itself: who is turned away does not push it out',
  async (_, open) => {
    const port = await open();
    await turnedAway(port);
    expect(log.matching(/127\.0\.0\.1.* has dialled/)).toHaveLength(1);
    for (let n = 0; n < TIMES; n += 1) await dial(port, HOST);
    expect(opened).toBe(1 + TIMES);
    expect(log.matching(/has dialled|gone/)).toHaveLength(MOST);
    timers.advance(60_000);
    // Each but the last has come and gone.
    expect(log.matching(/141 more lines about callers at/)).toHaveLength(1);
  },
);
