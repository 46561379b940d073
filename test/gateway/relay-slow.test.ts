import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { makeRelay } from './relay-kit.js';

// Node's server has limits of its own: it looks every 30 s, and gives a head 60 s. With those, 1,500 bytes drip in half a minute.
it.each([
  ['head', 'POST /notify HTTP/1.1\r\nHost: x\r\n'],
  ['body', 'POST /notify HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\n{'],
])('the relay drops a request whose %s does not come within its limit', async (_part, begin) => {
  const bench = await makeRelay({ requestTimeoutMs: 200 });
  const socket = connect(Number(new URL(bench.url).port), '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.write(begin);
  // Drips: each byte is progress, and the limit holds all the same. A machine that is held up drips less.
  let drips = 0;
  const drip = setInterval(() => {
    drips += 1;
    socket.write('x');
  }, 20);
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => socket.once('close', () => resolve()));
  clearInterval(drip);
  expect(drips).toBeLessThan(1_250);
  expect(Buffer.concat(chunks).toString()).toMatch(/^(HTTP\/1\.1 408 |$)/);
  await bench.stop();
});

it('the relay takes a request that comes in pieces within its limit', async () => {
  const bench = await makeRelay();
  const socket = connect(Number(new URL(bench.url).port), '127.0.0.1');
  for (const piece of ['GET /hea', 'lthz HTTP/1.1\r\nHo', 'st: x\r\nConnection: close\r\n\r\n']) {
    socket.write(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 /);
  socket.destroy();
  await bench.stop();
});

it('whoever opens idle connections to the relay, one after the other, keeps nobody out', async () => {
  const bench = await makeRelay({ connectionsMost: 3 });
  const dial = async () => {
    const socket = connect(Number(new URL(bench.url).port), '127.0.0.1').on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  };
  const idle = [];
  for (let n = 0; n < 20; n += 1) idle.push(await dial());
  const asking = await dial();
  asking.write('GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  const [answer] = (await once(asking, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 /);
  for (const socket of [...idle, asking]) socket.destroy();
  await bench.stop();
});
