import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TerminalId } from '../../../src/base/ids.js';
import { readSecret } from '../../../src/host/credentials.js';
import { SecretRegistry } from '../../../src/host/secrets.js';
import { makeKeyPem, signingKeys } from '../../../src/identity/keys.js';
import { Revocations } from '../../../src/identity/revocations.js';
import { Tokens } from '../../../src/identity/token.js';
import { encodeNotice } from '../../../src/mqtt/envelope.js';
import { noticeTopic, presenceTopic, stateTopic, TOPIC_ROOT } from '../../../src/mqtt/topics.js';
import type { Clock } from '../../../src/port/clock.js';
import type { Environment } from '../../../src/programs/environment.js';
import type { RelayDoor } from '../../../src/programs/relay-door.js';
import { RelayPeople } from '../../../src/programs/relay-people.js';
import { checkRelay, sound } from '../../config/files.js';
import type { RunningBroker } from './brokers.js';
import { AwaitedLog, someNotice } from './collect.js';
import { linkUp, makeLink, makePublisher } from './links.js';
import { Listener, publishAs } from './peers.js';
import { MERCHANT, RELAYS } from './people.js';
import { fixedRandom, realTime } from './time.js';

/** What a relay does for a broker, that its tokens open it. */
export type OpenDoor = (people: RelayPeople, environment: Environment) => RelayDoor | Promise<RelayDoor>;

/** A relay as a broker knows it: who has a token, and who is revoked. */
export class TestDoor {
  readonly directory = mkdtempSync(join(tmpdir(), 'gopay-pos-door-'));
  readonly log = new AwaitedLog();
  readonly isTold: boolean;
  readonly #make: OpenDoor;
  readonly #environment: Environment;
  #people: RelayPeople;
  #door: RelayDoor | undefined;
  #stopWatch = (): void => {};
  #aheadMs = 0;
  #issued = 0;
  readonly #clock: Clock = {
    wallMs: () => realTime().clock.wallMs() + this.#aheadMs,
    monoMs: () => realTime().clock.monoMs(),
  };

  /** @param isTold whether the broker asks nobody */
  constructor(make: OpenDoor, isTold = false) {
    this.#make = make;
    this.isTold = isTold;
    const secrets = new SecretRegistry();
    const uid = process.geteuid?.() ?? 0;
    this.#environment = {
      ...{ timers: realTime().timers, clock: this.#clock, random: fixedRandom(), log: this.log, secrets },
      secret: (name, source) => {
        const read = readSecret(name, source, { env: {}, secrets, prefix: 'x', uid });
        if (!read.ok) throw new Error(read.error.detail);
        return read.value;
      },
    };
    this.#people = this.#peopleAnew();
  }

  async open(): Promise<void> {
    this.#people = this.#peopleAnew();
    const door = await this.#make(this.#people, this.#environment);
    this.#door = door;
    this.#stopWatch = this.#people.watch(this.#environment.timers, (revoked) => door.review(revoked));
  }

  /** @param keyPem of somebody else */
  async token(
    terminal: string,
    {
      lifeS = 3_600,
      merchant = MERCHANT,
      keyPem = readFileSync(join(this.directory, 'tokens.pem'), 'utf8'),
    } = {},
  ): Promise<string> {
    const tokens = new Tokens({ keys: signingKeys(keyPem), revocations: this.list, clock: this.#clock });
    // Two of one second are to be two.
    this.#issued += 1;
    const claims = { terminal: terminal as TerminalId, merchant, boxKey: `k${this.#issued}`, caps: {} };
    return (await tokens.issue(claims, lifeS)).token;
  }

  /** As a terminal's request does, whatever it wants. */
  async present(terminal: string, token: string): Promise<void> {
    await this.#people.terminals.admit(terminal, token);
  }

  /** A token with which its terminal has asked the relay for something, and of which a broker that is told has been told. */
  async shown(terminal: string): Promise<string> {
    const token = await this.token(terminal);
    await this.present(terminal, token);
    if (this.isTold) await this.log.said.nextWhere((line) => line.includes(`${terminal} is let in`));
    return token;
  }

  async isThrownOut(terminal: string): Promise<void> {
    await this.log.said.nextWhere((line) => line.includes(terminal) && line.includes('was thrown out'));
  }

  get list(): Revocations {
    return new Revocations(join(this.directory, 'revoked'), this.#clock, this.log);
  }

  /** Every token of before has ended, and who had one is thrown out. */
  skip(ms: number): void {
    this.#aheadMs += ms;
    this.#door?.review();
  }

  /** The relay ends. */
  async stop(): Promise<void> {
    this.#stopWatch();
    await this.#door?.close();
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  #peopleAnew(): RelayPeople {
    const lines = ['[relay]', `merchant = "${MERCHANT}"`, 'public_url = "https://relay.example.com"'];
    lines.push('[midtrans]', 'secret = "file:/etc/key"', '[enrol]', `directory = "${this.directory}"`);
    return new RelayPeople(sound(checkRelay(lines.join('\n'))), this.#environment);
  }
}

/**
 * What is asked of a broker that knows from the relay who somebody is; its own list has none of these terminals.
 * @param bindsIds whether it lets nobody in under another's client id, or puts his own name in its place
 */
export function askTokens(
  name: string,
  open: () => RunningBroker,
  door: () => TestDoor,
  bindsIds: 'refuses' | 'replaces' = 'refuses',
): void {
  describe(`${name}, which knows from the relay who somebody is`, () => {
    it('lets a terminal in with its token, to hear its own notices and to say that it is there', async () => {
      const { url, port } = open();
      const terminal = await linkUp(url, { terminal: 'T8', password: await door().shown('T8') });
      const { publisher } = makePublisher(url);
      await publisher.start();
      await expect.poll(() => publisher.trouble()).toBeUndefined();
      const notice = someNotice();
      await publisher.publish(noticeTopic(MERCHANT, 'T9'), encodeNotice(someNotice()));
      await publisher.publish(noticeTopic(MERCHANT, 'T8'), encodeNotice(notice));
      expect(await terminal.recorder.notices.next()).toEqual(notice);
      const watcher = { port, user: 'watcher', password: RELAYS.watcher };
      const told = new Listener(watcher, presenceTopic(MERCHANT, 'T8'));
      expect(await told.heard.next()).toContain('online');
      await told.stop();
      await publisher.stop();
      await terminal.link.stop();
    });

    it('refuses tokens that have ended, were revoked, are of others or of nobody', async () => {
      const keyPem = makeKeyPem();
      const tokens: readonly (readonly [string, string])[] = [
        ['T8', await door().token('T8', { lifeS: -10 })],
        ['T8', await door().token('T8', { keyPem })],
        ['T8', await door().token('T8', { merchant: 'another' })],
        ['T8', await door().token('T9')],
        ['T8', 'eyJhbGciOiJFZERTQSJ9.e30.c2ln'],
        ['relay1', await door().token('T8')],
        ['T6', await revokedToken(door())],
      ];
      const refused = tokens.map(async ([terminal, password]) => {
        await door().present(terminal, password);
        const { link, recorder } = makeLink(open().url, { terminal, password });
        link.start(recorder);
        const why = await recorder.down();
        await link.stop();
        return why.slice(0, 5);
      });
      expect(await Promise.all(refused)).toEqual(tokens.map(() => 'E602 '));
    });

    it('lets nobody take another’s id, topic or notices', async () => {
      const { url, port } = open();
      const owner = await linkUp(url, { terminal: 'T9', password: await door().shown('T9') });
      const guest = { port, user: 'T8', password: await door().shown('T8') };
      const taken = await publishAs({ ...guest, clientId: 'T9' }, stateTopic(MERCHANT, 'T8'), '{}');
      expect(taken.code === 0).toBe(bindsIds === 'replaces');
      const forged = encodeNotice(someNotice());
      for (const terminal of ['T8', 'T9']) await publishAs(guest, noticeTopic(MERCHANT, terminal), forged);
      // Mosquitto grants every subscription and looks at each message.
      const others = bindsIds === 'replaces' ? `${TOPIC_ROOT}/#` : noticeTopic(MERCHANT, 'T9');
      const listener = new Listener(guest, others);
      if (bindsIds === 'replaces') await listener.subscribed;
      const { publisher } = makePublisher(url);
      await publisher.start();
      await expect.poll(() => publisher.trouble()).toBeUndefined();
      const genuine = someNotice();
      await publisher.publish(noticeTopic(MERCHANT, 'T9'), encodeNotice(genuine));
      expect(await owner.recorder.notices.next()).toEqual(genuine);
      expect(listener.heard.all).toEqual([]);
      await listener.stop();
      await publisher.stop();
      await owner.link.stop();
    });

    it('throws a revoked terminal out within the second, and lets it in no more', async () => {
      const { url } = open();
      const { link, recorder, log } = await linkUp(url, {
        terminal: 'T5',
        password: await door().shown('T5'),
      });
      door().list.revoke('T5', 'stolen');
      await recorder.down();
      await door().isThrownOut('T5');
      await log.said.nextWhere((line) => line.includes('E602'));
      await link.stop();
    });

    it('keeps what waits for a terminal that is away while its token ends, until it has another', async () => {
      const { url } = open();
      const away = await linkUp(url, { terminal: 'T4', password: await door().shown('T4') });
      await away.link.stop();
      const { publisher } = makePublisher(url);
      await publisher.start();
      await expect.poll(() => publisher.trouble()).toBeUndefined();
      const notice = someNotice();
      await publisher.publish(noticeTopic(MERCHANT, 'T4'), encodeNotice(notice));
      await publisher.stop();
      door().skip(3_600_000);
      await door().isThrownOut('T4');
      const back = await linkUp(url, { terminal: 'T4', password: await door().shown('T4') });
      expect(await back.recorder.notices.next()).toEqual(notice);
      await back.link.stop();
    });

    it('loses no notice when a token is renewed, and goes on over the death of broker and relay', async () => {
      const broker = open();
      let password = await door().shown('T3');
      const renewed = await linkUp(broker.url, { terminal: 'T3', password: () => password });
      const { publisher } = makePublisher(broker.url);
      await publisher.start();
      await expect.poll(() => publisher.trouble()).toBeUndefined();
      const rings = async (): Promise<void> => {
        const notice = someNotice();
        const sent = async () => publisher.publish(noticeTopic(MERCHANT, 'T3'), encodeNotice(notice));
        await expect.poll(async () => (await sent()).kind).toBe('acknowledged');
        await renewed.recorder.notices.nextWhere(({ id }) => id === notice.id);
      };
      await rings();
      password = await door().shown('T3');
      await rings();
      // A broker that asks keeps nothing that it could lose.
      if (door().isTold) {
        await broker.kill?.();
        await broker.startAgain();
        await rings();
      }
      await door().stop();
      await door().open();
      await rings();
      await renewed.link.stop();
      await publisher.stop();
    });

    it('throws out, when it starts, who was revoked while no relay ran', async () => {
      const { url, port } = open();
      const stolen = await linkUp(url, { terminal: 'T7', password: await door().shown('T7') });
      // Its last question of the relay, where the broker asks.
      const watcher = { port, user: 'watcher', password: RELAYS.watcher };
      const told = new Listener(watcher, presenceTopic(MERCHANT, 'T7'));
      expect(await told.heard.next()).toContain('online');
      await told.stop();
      await door().stop();
      door().list.revoke('T7', 'stolen');
      await door().open();
      await door().isThrownOut('T7');
      await stolen.log.said.nextWhere((line) => line.includes('E602'));
      await stolen.link.stop();
    });
  });
}

/** Issued, and then revoked. */
async function revokedToken(door: TestDoor): Promise<string> {
  const token = await door.token('T6');
  door.list.revoke('T6', 'a test');
  return token;
}
