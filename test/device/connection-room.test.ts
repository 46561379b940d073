import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, expect, it } from 'vitest';
import { httpServer } from '../../devices/kit/http-server.js';
import { makeCertificate } from '../kit/certificate.js';
import { until } from '../kit/pty/until.js';

const MOST = 4;
const HOST = '127.0.0.1';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

interface Open {
  readonly port: number;
  /** Addresses whose connection had to go. */
  readonly ended: string[];
  /** How many connections came in. */
  readonly came: () => number;
}

/** Answers `/` at once and streams what is asked at `/stream`; a WebSocket gets what comes. */
async function opened(tls?: ReturnType<typeof makeCertificate>): Promise<Open> {
  const ended: string[] = [];
  let came = 0;
  const server = httpServer({
    ...{ most: MOST, tls },
    full: (address) => ended.push(address),
    upgrade: (_, socket) => void socket.on('error', () => undefined).write('HTTP/1.1 101 Yes\r\n\r\n'),
  });
  server.on('connection', () => {
    came += 1;
  });
  server.on('request', ({ url }: IncomingMessage, response) => {
    response.writeHead(200);
    if (url === '/stream') response.write('first');
    else response.end('yes');
  });
  server.listen({ host: HOST, port: 0 });
  await once(server, 'listening');
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as { port: number };
  return { port, ended, came: () => came };
}

interface Peer {
  readonly socket: Socket;
  readonly closed: () => boolean;
  readonly said: () => string;
}

async function dial({ port, came }: Open, from = HOST): Promise<Peer> {
  const before = came();
  const socket = connect({ port, host: HOST, localAddress: from });
  stops.push(() => socket.destroy());
  let closed = false;
  let said = '';
  socket
    .on('error', () => undefined)
    .on('close', () => {
      closed = true;
    });
  socket.on('data', (bytes) => {
    said += String(bytes);
  });
  await until('it came in', () => came() > before);
  return { socket, closed: () => closed, said: () => said };
}

async function asks(peer: Peer, path: string, sign: RegExp, head = ''): Promise<Peer> {
  peer.socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n${head}\r\n`);
  await until('an answer', () => sign.test(peer.said()));
  return peer;
}

it('whoever keeps opening idle connections ends his own, and another one is served', async () => {
  const open = await opened();
  const stranger = '127.0.0.9';
  const till = await dial(open, '127.0.0.2');
  const idle: Peer[] = [];
  for (let n = 0; n < 20; n += 1) idle.push(await dial(open, stranger));
  await until('the oldest are gone', () => idle.slice(0, 17).every(({ closed }) => closed()));
  // It came first, and has asked for nothing until now.
  await asks(till, '/', /yes/);
  await asks(await dial(open, '127.0.0.3'), '/', /yes/);
  expect(new Set(open.ended)).toEqual(new Set([stranger]));
  expect(open.ended).toHaveLength(18);
});

it('a program at the same address is served while one beside it floods', async () => {
  const open = await opened();
  for (let n = 0; n < 20; n += 1) await dial(open);
  await asks(await dial(open), '/', /yes/);
});

it('the longest idle goes first: not the oldest, which was answered just now', async () => {
  const open = await opened();
  const peers = [await dial(open), await dial(open), await dial(open), await dial(open)];
  const [first, second] = peers;
  await asks(first as Peer, '/', /yes/);
  // Its answer has left when the next one is answered on the same connection.
  await asks(first as Peer, '/', /yes[\s\S]*yes/);
  await dial(open);
  await until('the second is gone', () => second?.closed() === true);
  expect(peers.map(({ closed }) => closed())).toEqual([false, true, false, false]);
});

it('streams, WebSockets and requests under way keep their places; a request that is not sent to its end has none', async () => {
  const open = await opened();
  const stream = await asks(await dial(open), '/stream', /first/);
  const web = await asks(await dial(open), '/', /101/, 'Connection: Upgrade\r\nUpgrade: websocket\r\n');
  const other = await asks(await dial(open), '/stream', /first/);
  const slow = await dial(open);
  slow.socket.write('POST /stream HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n1');
  await until('its head is read', () => /first/.test(slow.said()));
  const last = await asks(await dial(open), '/stream', /first/);
  await until('the slow one is gone', slow.closed);
  // Now nobody is idle: one more is turned away.
  const more = await dial(open);
  await until('it is turned away', more.closed);
  expect([stream, web, other, last].map(({ closed }) => closed())).toEqual([false, false, false, false]);
});

it('below TLS as well, handshakes that are never finished included', async () => {
  const pair = makeCertificate('kasir', 30);
  const open = await opened(pair);
  const idle: Peer[] = [];
  for (let n = 0; n < 10; n += 1) idle.push(await dial(open));
  const streams: (() => boolean)[] = [];
  for (let n = 0; n < MOST; n += 1) {
    const socket = connectTls({ host: HOST, port: open.port, ca: pair.cert, servername: 'kasir' });
    stops.push(() => socket.destroy());
    let closed = false;
    socket
      .on('error', () => undefined)
      .on('close', () => {
        closed = true;
      });
    const data = once(socket, 'data');
    socket.write('GET /stream HTTP/1.1\r\nHost: kasir\r\n\r\n');
    await data;
    streams.push(() => closed);
  }
  await until('the idle ones are gone', () => idle.every(({ closed }) => closed()));
  const more = await dial(open);
  await until('it is turned away', more.closed);
  expect(streams.map((closed) => closed())).toEqual([false, false, false, false]);
});
