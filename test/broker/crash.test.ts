import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeNotice } from '../../src/mqtt/envelope.js';
import { noticeTopic } from '../../src/mqtt/topics.js';
import { freePort } from '../kit/net/free-port.js';
import { startEmbedded } from './kit/brokers.js';
import { Child } from './kit/child.js';
import { AwaitedLog, someNotice } from './kit/collect.js';
import { linkUp } from './kit/links.js';
import { Mosquitto } from './kit/mosquitto.js';
import { publishAs } from './kit/peers.js';
import { MERCHANT, RELAYS, TERMINALS } from './kit/people.js';

const TOPIC = noticeTopic(MERCHANT, 'T1');

describe('a notice outlives', () => {
  it('the embedded broker, killed right after it acknowledged', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'gopay-pos-crash-'));
    const first = await Child.start('./broker-child.ts', [directory, String(await freePort())]);
    const url = await first.lines.next();
    const before = await linkUp(url);
    await before.link.stop();
    const notices = Array.from({ length: 20 }, () => someNotice());
    for (const notice of notices) {
      first.say(`${TOPIC} ${encodeNotice(notice)}`);
      expect(await first.lines.next()).toBe('acknowledged');
    }
    await first.kill();
    const second = await Child.start('./broker-child.ts', [directory, new URL(url).port]);
    expect(await second.lines.next()).toBe(url);
    const after = await linkUp(url);
    const ids = new Set<string>();
    for (const _ of notices) ids.add((await after.recorder.notices.next()).id);
    expect(ids).toEqual(new Set(notices.map((notice) => notice.id)));
    await after.link.stop();
    await second.kill();
    rmSync(directory, { recursive: true, force: true });
  });

  it('Mosquitto with autosave_on_changes, killed after it acknowledged', async () => {
    const broker = await Mosquitto.start({ terminals: TERMINALS, merchant: MERCHANT, relays: RELAYS });
    const before = await linkUp(broker.url);
    await before.link.stop();
    const pen = { port: broker.port, user: 'pen', password: RELAYS.pen };
    const notices = [someNotice(), someNotice(), someNotice()];
    for (const notice of notices) await publishAs(pen, TOPIC, encodeNotice(notice));
    // Mosquitto writes at the end of the turn in which it acknowledged. One more round trip, and that turn is over.
    await publishAs(pen, noticeTopic(MERCHANT, 'T2'), encodeNotice(someNotice()));
    await broker.kill();
    await broker.run();
    const after = await linkUp(broker.url);
    const ids = new Set<string>();
    for (const _ of notices) ids.add((await after.recorder.notices.next()).id);
    expect(ids).toEqual(new Set(notices.map((notice) => notice.id)));
    await after.link.stop();
    await broker.dispose();
  });

  it('the terminal, killed before its journal had it', async () => {
    const broker = await startEmbedded('memory', new AwaitedLog());
    const dying = await Child.start('./link-child.ts', [broker.url, 'die']);
    expect(await dying.lines.next()).toBe('up');
    const notice = someNotice();
    const pen = { port: broker.port, user: 'pen', password: RELAYS.pen };
    await publishAs(pen, TOPIC, encodeNotice(notice));
    expect(await dying.ended).toBe('SIGKILL');
    await dying.kill();
    const reborn = await Child.start('./link-child.ts', [broker.url, 'keep']);
    await reborn.lines.nextWhere((line) => line === `notice ${notice.id}`);
    await reborn.kill();
    await broker.dispose();
  });
});
