import { readFileSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { Child } from './kit/child.js';

/** `BOXES=5000 npm test -- test/broker/idle.test.ts` says what an idle terminal costs the embedded broker. */
const BOXES = Number(process.env['BOXES'] ?? 200);
/** How many dial at the same time: more wait for their login than the gate lets wait. */
const AT_ONCE = 50;
/** The most that the embedded broker grants; a run is over before. */
const KEEPALIVE_S = 120;

/** CONNECT of 3.1.1 with a stored session, user name and password. */
function connectPacket(id: string): Buffer {
  const text = (word: string): Buffer => Buffer.concat([Buffer.from([0, word.length]), Buffer.from(word)]);
  const body = Buffer.concat([
    ...[text('MQTT'), Buffer.from([4, 0xc0, 0, KEEPALIVE_S])],
    ...[text(id), text(id), text('idle')],
  ]);
  return Buffer.concat([Buffer.from([0x10, body.length]), body]);
}

/** SUBSCRIBE with QoS 1. */
function subscribePacket(topic: string): Buffer {
  const body = Buffer.concat([
    ...[Buffer.from([0, 1, 0, topic.length]), Buffer.from(topic), Buffer.from([1])],
  ]);
  return Buffer.concat([Buffer.from([0x82, body.length]), body]);
}

/** Connected and subscribed. */
function box(port: number, id: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error(`${id} was refused`)));
    let answer = Buffer.alloc(0);
    socket.on('data', (data) => {
      answer = Buffer.concat([answer, data]);
      // CONNACK 0, then SUBACK with QoS 1: one whose subscription is refused (0x80) costs less.
      if (answer.length < 9) return;
      if (answer[3] === 0 && answer[8] === 1) resolve(socket);
      else reject(new Error(`${id}: ${answer.toString('hex')}`));
    });
    socket.write(connectPacket(id));
    socket.write(subscribePacket(`gopay-pos/v1/warung-1/${id}/notice`));
  });
}

function residentKib(pid: number): number {
  const [, kib = '0'] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib);
}

it(`the embedded broker holds ${BOXES} terminals that say nothing`, async () => {
  const broker = await Child.start('./broker-child.ts', ['', '0']);
  const port = Number(new URL(await broker.lines.next()).port);
  const before = residentKib(broker.pid);
  const sockets: Socket[] = [];
  for (let first = 0; first < BOXES; first += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, BOXES - first) }, (_, at) =>
      box(port, `BOX${first + at}`),
    );
    sockets.push(...(await Promise.all(some)));
  }
  const each = (residentKib(broker.pid) - before) / BOXES;
  process.stdout.write(`${BOXES} idle terminals: ${each.toFixed(0)} KiB of the embedded broker each\n`);
  expect(sockets.filter((socket) => socket.destroyed)).toEqual([]);
  if (BOXES >= 2_000) expect(each).toBeLessThan(80);
  for (const socket of sockets) socket.destroy();
  await broker.kill();
});
