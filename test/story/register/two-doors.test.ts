import { connect, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { clientFrame, serverFrames } from '../../device/register/web-socket-peer.js';
import { expectOneCharge } from '../kit/account.js';
import { jsonStory, type Message } from '../kit/json-peer.js';
import { payScanned } from '../kit/register-peer.js';
import type { Shop } from '../kit/shop.js';

const CHARGE = { op: 'charge', ref: 'INV-1', amount: 15_000 };
const API = '[api]\nport = 0\nack_wait_seconds = 29\nresends = 0';

/** A program of this machine at the WebSocket. */
class Program {
  readonly #shop: Shop;
  readonly #socket: Socket;
  readonly #received: number[] = [];
  readonly #messages: Message[] = [];

  constructor(shop: Shop, port: number) {
    this.#shop = shop;
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.on('error', () => undefined);
    this.#socket.on('data', (chunk: Buffer) => {
      this.#received.push(...chunk);
      for (const { opcode, payload } of serverFrames(this.#received))
        if (opcode === 1) this.#messages.push(JSON.parse(Buffer.from(payload).toString()) as Message);
    });
    this.#socket.write(
      `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
  }

  says(message: Message): void {
    this.#socket.write(clientFrame(Uint8Array.from(Buffer.from(JSON.stringify(message)))));
  }

  hears(fields: Message): Promise<Message> {
    return this.#shop.found(`a message ${JSON.stringify(fields)}`, () =>
      this.#messages.find((message) =>
        Object.entries(fields).every(([key, value]) => message[key] === value),
      ),
    );
  }

  hangUp(): void {
    this.#socket.destroy();
  }
}

async function programAt(shop: Shop): Promise<Program> {
  const port = await shop.found('the port of the API', () =>
    shop.log
      .findLast((line) => /api: ws .* listening on port \d+$/.test(line))
      ?.split(' ')
      .at(-1),
  );
  return new Program(shop, Number(port));
}

it('one reference by TCP and by the WebSocket is one charge, whichever asks first, also after a power cut', () =>
  jsonStory({ toml: API }, async ({ shop, dial }) => {
    const till = await dial();
    let program = await programAt(shop);
    till.says(CHARGE);
    await shop.shows('scan');
    program.says({ ...CHARGE, amount: 16_000 });
    await program.hears({ msg: 'answer', code: 'conflict' });
    program.says(CHARGE);
    await program.hears({ event: 'scan', ref: 'INV-1' });
    const order = await payScanned(shop);
    // It asked last, so it hears the end.
    const paid = await program.hears({ msg: 'answer', code: 'approved' });
    expect(paid['sale']).toMatchObject({ ref: 'INV-1', order_id: order });
    program.says({ op: 'ack', ref: 'INV-1' });
    await shop.reaches(order, 'delivered');
    expect(await till.ask(CHARGE)).toMatchObject({ code: 'approved', sale: { order_id: order } });
    program.hangUp();
    await shop.powerCut();
    await shop.startTerminal();
    program = await programAt(shop);
    program.says(CHARGE);
    const again = await program.hears({ msg: 'answer', op: 'charge' });
    expect(again).toMatchObject({ code: 'approved', sale: { order_id: order } });
    program.hangUp();
    expectOneCharge(shop);
  }));

it('the same reference of another till, by the other door, is another charge', () =>
  jsonStory({ toml: API }, async ({ shop, dial }) => {
    const till = await dial();
    const program = await programAt(shop);
    till.says({ ...CHARGE, till: 'K1' });
    const first = await payScanned(shop);
    await till.hears({ msg: 'answer', code: 'approved', till: 'K1' });
    till.says({ op: 'ack', ref: 'INV-1', till: 'K1' });
    await shop.reaches(first, 'delivered');
    program.says({ ...CHARGE, till: 'K2' });
    await program.hears({ event: 'scan', ref: 'INV-1' });
    const second = await payScanned(shop);
    expect(second).not.toBe(first);
    const paid = await program.hears({ msg: 'answer', code: 'approved' });
    expect(paid).toMatchObject({ till: 'K2', sale: { order_id: second } });
    program.says({ op: 'ack', ref: 'INV-1', till: 'K2' });
    await shop.reaches(second, 'delivered');
    expect(shop.sandbox.transactions.summary()).toMatchObject({ count: { settlement: 2 }, paid: 30_000 });
    program.hangUp();
  }));

it('a shift is closed once for one id, also when it is asked for again by the other door', () =>
  jsonStory({ toml: API }, async ({ shop, dial }) => {
    const till = await dial();
    const program = await programAt(shop);
    const day = { op: 'endOfDay', id: '2026-11-22' };
    expect(await till.ask(day)).toMatchObject({ code: 'done', shift: { number: 1 } });
    program.says(day);
    expect(await program.hears({ msg: 'answer', op: 'endOfDay' })).toMatchObject({
      code: 'done',
      shift: { number: 1 },
    });
    // Heard at this door, it is over at both.
    program.says({ op: 'ack', id: '2026-11-22' });
    program.hangUp();
  }));
