import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { takePlace } from '../../src/mqtt/take-place.js';
import { FakeTime } from '../kit/time.js';

const [CONNACK, DISCONNECT] = [Uint8Array.of(0x20, 2, 0, 0), 0xe0];
/** QoS 1, number 7, topic `t`. */
const PUBLISH = Uint8Array.of(0x32, 5, 0, 1, 0x74, 0, 7);

let server: Server;
let socket: Socket | undefined;
afterEach(() => {
  socket?.destroy();
  server.close();
});

it('a broker that lets nobody go is left after five seconds, and what it sends is not answered', async () => {
  const heard: number[] = [];
  let flags = 0;
  let said = (): void => {};
  const goodbye = new Promise<void>((resolve) => (said = resolve));
  server = createServer({ allowHalfOpen: true }, (client) => {
    socket = client;
    // Left at once, it may be reset.
    client.on('error', () => client.destroy());
    client.once('data', (connect) => {
      // The byte after the name and level of the protocol, 3.1.1.
      flags = connect[9] ?? 0;
      client.write(Buffer.concat([CONNACK, PUBLISH]));
      client.on('data', (data) => {
        heard.push(...data);
        if (data.at(-2) === DISCONNECT) said();
      });
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const time = new FakeTime();
  const urls = [`mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`];
  const taken = takePlace({ urls }, { name: 'T1', password: 'x', keeps: true }, { timers: time });
  await goodbye;
  expect([heard, flags & 2]).toEqual([[DISCONNECT, 0], 0]);
  time.advance(5_000);
  await expect(taken).rejects.toThrow('it did not let go');
});
