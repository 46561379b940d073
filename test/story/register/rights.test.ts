import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { apiUrl, HttpProgram } from '../kit/http-program.js';
import { type JsonPeer, jsonStory, type Message } from '../kit/json-peer.js';
import { payScanned } from '../kit/register-peer.js';
import { type Shop, tokenOf } from '../kit/shop.js';

const PROGRAMS = `
[api]
port = 0
ack_wait_seconds = 29
[[program]]
name = "web"
secret = "file:/unused"
rights = ["sell", "read", "refund"]
[[program]]
name = "kiosk"
secret = "file:/unused"
rights = ["sell", "read"]
[[program]]
name = "eyes"
secret = "file:/unused"
rights = ["read"]
[refund]
`;

interface Speaker {
  readonly name: string;
  readonly door: string;
  readonly ask: (message: Message) => Promise<string>;
}

/** By the WebSocket, with a token. */
async function socketOf(url: string, name: string): Promise<Speaker & { hangUp(): void }> {
  const headers = { authorization: `Bearer ${tokenOf(`program.${name}`)}` };
  const socket = new WebSocket(url.replace('http', 'ws'), { headers });
  await new Promise((resolve) => socket.once('open', resolve));
  const ask = (message: Message): Promise<string> =>
    new Promise((resolve) => {
      socket.once('message', (data) => resolve(codeOf(JSON.parse(String(data)))));
      socket.send(JSON.stringify(message));
    });
  return { name, door: 'WebSocket', ask, hangUp: () => socket.terminate() };
}

/** On a line of this machine, by its name alone. */
function tillOf(peer: JsonPeer, name: string): Speaker {
  const till = name === '' ? {} : { till: name };
  return { name, door: 'TCP', ask: async (message) => codeOf(await peer.ask({ ...message, ...till })) };
}

/** Over HTTP a sale is named by its ref and nothing else. */
function httpOf(url: string, name: string): Speaker {
  const program = new HttpProgram(url, { authorization: `Bearer ${tokenOf(`program.${name}`)}` });
  const ask = async ({ op, ref }: Message): Promise<string> => {
    const path = `/v1/sales/${String(ref)}`;
    const deed = { refund: 'refunds', shown: 'shown', cancel: 'cancel', ack: 'ack' }[String(op)];
    const said = await (op === 'charge'
      ? program.post('/v1/sales', { ref: String(ref), amount: 15_000 })
      : deed === undefined
        ? program.get(path)
        : program.post(`${path}/${deed}`));
    const kinds: Record<number, string> = { 403: 'no right', 404: 'no_such_sale' };
    return kinds[said.status] ?? String(said.body['state'] ?? 'done');
  };
  return { name, door: 'HTTP', ask };
}

function codeOf({ code, field, why }: Message): string {
  return code === 'invalid' && (field === 'op' || /lacks the right/.test(String(why)))
    ? 'no right'
    : String(code);
}

/** A sale of `till`, paid and delivered. */
async function sold(shop: Shop, peer: JsonPeer, ref: string, till: string): Promise<Message> {
  peer.says({ op: 'charge', ref, amount: 15_000, till });
  const order = await payScanned(shop);
  const { sale } = await peer.hears({ msg: 'answer', op: 'charge', code: 'approved' });
  peer.says({ op: 'ack', ref, till });
  await shop.reaches(order, 'delivered');
  return sale as Message;
}

it('rights hold by name: a program has its own sales and its rights at each door, and nobody has them without its name', () =>
  jsonStory({ toml: PROGRAMS, sandbox: { posRefund: true } }, async ({ shop, dial }) => {
    const line = await dial();
    const url = await apiUrl(shop);
    const webs = await sold(shop, line, 'INV-1', 'web');
    const tills = await sold(shop, line, 'B-1', 'K1');
    const names = ['web', 'kiosk', 'eyes'];
    const sockets = await Promise.all(names.map((name) => socketOf(url, name)));
    const lines: Speaker[] = [];
    for (const name of [...names, 'K1', '']) lines.push(tillOf(await dial(), name));
    const speakers: Speaker[] = [...names.map((name) => httpOf(url, name)), ...sockets, ...lines];
    const by = (...keys: string[]) => Object.fromEntries(keys.map((key) => [key, webs[key]]));
    const may = { web: ['sell', 'read', 'refund'], kiosk: ['sell', 'read'], eyes: ['read'] };
    for (const { name, door, ask } of speakers) {
      const rights = may[name as keyof typeof may] ?? may.web;
      const isWeb = name === 'web';
      const isTill = name === 'K1' || name === '';
      const expected: [string, Message, string][] = [
        ['read', { op: 'status', ref: 'INV-1' }, isWeb ? 'approved' : 'no_such_sale'],
        ['sell', { op: 'shown', ref: 'INV-1' }, isWeb ? 'done' : 'no_such_sale'],
        ['sell', { op: 'cancel', ref: 'INV-1' }, isWeb ? 'approved' : 'no_such_sale'],
        // What can be looked at and does not move: of the others' only.
        ...(isWeb
          ? []
          : [['refund', { op: 'refund', ref: 'INV-1' }, 'no_such_sale'] as [string, Message, string]]),
      ];
      if (door !== 'HTTP')
        expected.push(
          ['read', { op: 'status', ...by('rrn') }, isWeb ? 'approved' : 'no_such_sale'],
          ['read', { op: 'status', ...by('invoice') }, isWeb ? 'approved' : 'no_such_sale'],
          ['read', { op: 'status', rrn: tills['rrn'] }, isTill ? 'approved' : 'no_such_sale'],
          ['refund', { op: 'refund', invoice: tills['invoice'] }, isTill ? 'approved' : 'no_such_sale'],
        );
      for (const [right, message, code] of expected) {
        // A till's own money back is the last thing of this story.
        if (message['op'] === 'refund' && code === 'approved') continue;
        const wanted = rights.includes(right) ? code : 'no right';
        expect([door, name, message, await ask(message)]).toEqual([door, name, message, wanted]);
      }
      if (!rights.includes('sell'))
        expect([door, await ask({ op: 'charge', ref: 'NEW', amount: 15_000 })]).toEqual([door, 'no right']);
    }
    for (const rrn of [webs['rrn'], tills['rrn']])
      expect(shop.program.journal.saleByRrn(String(rrn))?.state.at).toBe('delivered');
    // Of its own, by its own right, at whichever door.
    expect(await tillOf(line, '').ask({ op: 'refund', rrn: tills['rrn'] })).toBe('refunded');
    expect(await sockets[0]?.ask({ op: 'refund', rrn: webs['rrn'] })).toBe('refunded');
    for (const socket of sockets) socket.hangUp();
  }));
