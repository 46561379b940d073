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
import { noticeTopic, presenceTopic, stateTopic } from '../../../src/mqtt/topics.js';
import type { Clock } from '../../../src/port/clock.js';
import type { Environment } from '../../../src/programs/environment.js';
import { openDoor, type RelayDoor } from '../../../src/programs/relay-door.js';
import { RelayPeople } from '../../../src/programs/relay-people.js';
import { checkRelay, sound } from '../../config/files.js';
import type { RunningBroker } from './brokers.js';
import { AwaitedLog, someNotice } from './collect.js';
import { linkUp, makeLink, makePublisher } from './links.js';
import { Listener, publishAs } from './peers.js';
import { MERCHANT, RELAYS } from './people.js';
import { fixedRandom, realTime } from './time.js';

/** A relay's door for a broker, with its tokens and its list of who is revoked. */
export class TestDoor {
  readonly directory = mkdtempSync(join(tmpdir(), 'gopay-pos-door-'));
  readonly log = new AwaitedLog();
  readonly #people: RelayPeople;
  readonly #environment: Environment;
  #door: (RelayDoor & { readonly port: number }) | undefined;
  #stopWatch = (): void => {};
  #aheadMs = 0;
  readonly #clock: Clock = {
    wallMs: () => realTime().clock.wallMs() + this.#aheadMs,
    monoMs: () => realTime().clock.monoMs(),
  };

  constructor() {
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
    const lines = ['[relay]', `merchant = "${MERCHANT}"`, 'public_url = "https://relay.example.com"'];
    lines.push('[midtrans]', 'secret = "file:/etc/key"', '[enrol]', `directory = "${this.directory}"`);
    this.#people = new RelayPeople(sound(checkRelay(lines.join('\n'))), this.#environment);
  }

  /** @returns its port */
  async open(brokerUrl: () => string): Promise<number> {
    const address = {
      get urls() {
        return [brokerUrl()];
      },
    };
    const door = await openDoor(0, this.#people, address, this.#environment);
    this.#door = door;
    this.#stopWatch = this.#people.watch(this.#environment.timers, (revoked) => door.review(revoked));
    return door.port;
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
    const claims = { terminal: terminal as TerminalId, merchant, boxKey: 'k', caps: {} };
    return (await tokens.issue(claims, lifeS)).token;
  }

  get list(): Revocations {
    return new Revocations(join(this.directory, 'revoked'), this.#clock, this.log);
  }

  /** Every token of before has ended, and who had one is thrown out. */
  skip(ms: number): void {
    this.#aheadMs += ms;
    this.#door?.review();
  }

  async close(): Promise<void> {
    this.#stopWatch();
    await this.#door?.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** What is asked of a broker that asks the relay who somebody is; its own list has none of these terminals. */
export function askTokens(name: string, open: () => RunningBroker, door: () => TestDoor): void {
  describe(`${name}, which asks the relay who somebody is`, () => {
    it('lets a terminal in with its token, to hear its own notices and to say that it is there', async () => {
      const { url, port } = open();
      const terminal = await linkUp(url, { terminal: 'T8', password: await door().token('T8') });
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
      const owner = await linkUp(url, { terminal: 'T9', password: await door().token('T9') });
      const guest = { port, user: 'T8', password: await door().token('T8') };
      const taken = await publishAs({ ...guest, clientId: 'T9' }, stateTopic(MERCHANT, 'T8'), '{}');
      expect(taken.code).not.toBe(0);
      const forged = encodeNotice(someNotice());
      for (const terminal of ['T8', 'T9']) await publishAs(guest, noticeTopic(MERCHANT, terminal), forged);
      const listener = new Listener(guest, noticeTopic(MERCHANT, 'T9'));
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
        password: await door().token('T5'),
      });
      door().list.revoke('T5', 'stolen');
      await recorder.down();
      await door().log.said.nextWhere((line) => line.includes('T5') && line.includes('was thrown out'));
      await log.said.nextWhere((line) => line.includes('E602'));
      await link.stop();
    });

    it('keeps what waits for a terminal that is away while its token ends, until it has another', async () => {
      const { url } = open();
      const away = await linkUp(url, { terminal: 'T4', password: await door().token('T4') });
      await away.link.stop();
      const { publisher } = makePublisher(url);
      await publisher.start();
      await expect.poll(() => publisher.trouble()).toBeUndefined();
      const notice = someNotice();
      await publisher.publish(noticeTopic(MERCHANT, 'T4'), encodeNotice(notice));
      await publisher.stop();
      door().skip(3_600_000);
      await door().log.said.nextWhere((line) => line.includes('T4') && line.includes('was thrown out'));
      const back = await linkUp(url, { terminal: 'T4', password: await door().token('T4') });
      expect(await back.recorder.notices.next()).toEqual(notice);
      await back.link.stop();
    });
  });
}

/** Issued, and then revoked. */
async function revokedToken(door: TestDoor): Promise<string> {
  const token = await door.token('T6');
  door.list.revoke('T6', 'a test');
  return token;
}
