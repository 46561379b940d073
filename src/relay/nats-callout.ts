import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { asObject, type Json, parseObject } from '../base/json.js';
import { FAULT } from '../core/fault/table.js';
import { boundedLine } from '../midtrans/faults.js';
import { type BrokerIdentity, mayPublish, maySubscribe } from '../mqtt/permissions.js';
import { ownTopics } from '../mqtt/topics.js';
import type { Clock, Timers } from '../port/clock.js';
import type { Log } from '../port/log.js';
import { type BrokerDoor, isOncePassword } from './broker-door.js';
import { NatsConnection } from './nats-connection.js';

export interface NatsCalloutOptions {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** 32 bytes; the same at each relay, as nats.conf names one issuer. */
  readonly seed: Buffer;
  readonly door: Pick<BrokerDoor, 'enter' | 'review'>;
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly timers: Timers;
  readonly log: Log;
}

/** Where NATS asks, from 2.10 on. */
const SUBJECT = '$SYS.REQ.USER.AUTH';
/** What every terminal hears by, beside its own topics: NATS hands over there what waits. */
const HANDED_OVER = '$MQTT.sub.>';
/** PKCS #8 of Ed25519 (RFC 8410), up to the seed. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
/** First byte of an account's public nkey, which gives the letter A. */
const ACCOUNT = 0;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * Answers NATS' auth callout: who somebody is by the same tokens, and what he may do by `src/mqtt/permissions.ts`, as a user JWT that ends
 * when the token does; NATS ends the connection then. The account that NATS puts him into is the global one. Each relay hears each
 * question and the first answer counts, so whatever concerns one relay alone the others do not answer.
 */
export class NatsCallout {
  readonly #options: NatsCalloutOptions;
  readonly #key: KeyObject;
  /** For `auth_callout` in nats.conf. */
  readonly #issuer: string;
  readonly #connection: NatsConnection;
  #trouble: string | undefined;

  constructor(options: NatsCalloutOptions) {
    this.#options = options;
    const { port, user, password, timers, seed } = options;
    this.#key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
    this.#issuer = accountNkey(createPublicKey(this.#key));
    this.#connection = new NatsConnection({
      ...{ port, user, password, timers, subject: SUBJECT },
      arrived: (body, replyTo) => void this.#asked(body, replyTo),
      connected: () => this.#verdict(undefined),
      down: (why) =>
        this.#verdict(
          `E${FAULT.tokensNotAtBroker} NATS at 127.0.0.1:${port} as ${user}: ${boundedLine(why)}`,
        ),
    });
  }

  /** In words, for the service manager. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  start(): void {
    // Whoever sets NATS up needs it first.
    this.#options.log.info(`auth_callout.issuer for nats.conf: ${this.#issuer}`);
    this.#connection.start();
  }

  stop(): void {
    this.#connection.stop();
  }

  #verdict(trouble: string | undefined): void {
    const { log } = this.#options;
    const before = this.#trouble;
    this.#trouble = trouble;
    if (trouble !== undefined) {
      if (trouble !== before) log.warn(trouble);
      return;
    }
    log.info('NATS asks here who may come in');
    // Who was revoked, or whose token ended, while nobody could be asked about who comes to throw him out.
    this.#options.door.review();
  }

  async #asked(body: string, replyTo: string): Promise<void> {
    const claims = parseObject(Buffer.from(body.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const asked = asObject(claims?.['nats']) ?? {};
    const { user = '', pass = '' } = asObject(asked['connect_opts']) ?? {};
    const { mqtt_id: clientId } = asObject(asked['client_info']) ?? {};
    const server = asObject(asked['server_id'])?.['id'];
    const [name, password] = [String(user), String(pass)];
    // NATS lets a user in under any id, and throws away what waits for its owner.
    const guest = clientId === name ? await this.#options.door.enter(name, password, name) : undefined;
    if (guest === undefined && isOncePassword(password)) return;
    const sub = String(asked['user_nkey']);
    const rights = guest === undefined ? undefined : rightsOf(guest, name);
    const answer =
      rights === undefined
        ? { error: 'no token of a terminal' }
        : { jwt: this.#signed({ sub, name, aud: '$G', ...rights.end, nats: { ...rights.nats, ...USER } }) };
    const nats = { ...answer, type: 'authorization_response', version: 2 };
    this.#connection.publish(replyTo, this.#signed({ sub, aud: server, nats }));
  }

  /** As JWT, signed in the way of NATS (github.com/nats-io/jwt, version 2). */
  #signed(claims: Json): string {
    const iat = Math.floor(this.#options.clock.wallMs() / 1000);
    const whole = { ...claims, iss: this.#issuer, iat };
    const jti = createHash('sha256').update(JSON.stringify(whole)).digest('base64url');
    const parts = [
      { typ: 'JWT', alg: 'ed25519-nkey' },
      { ...whole, jti },
    ];
    const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    return `${text}.${sign(null, Buffer.from(text), this.#key).toString('base64url')}`;
  }
}

/** Without bounds of NATS' own. */
const USER = { subs: -1, data: -1, payload: -1, type: 'user', version: 2 };

/** @returns undefined for who is no terminal: others stand in nats.conf */
function rightsOf(guest: BrokerIdentity | 'thrower', name: string): { end: Json; nats: Json } | undefined {
  const nothing = { deny: ['>'] };
  if (guest === 'thrower') return { end: {}, nats: { pub: nothing, sub: nothing } };
  if (guest.role !== 'terminal') return undefined;
  const topics = ownTopics(guest.merchant, name);
  const subjects = (may: typeof mayPublish): string[] =>
    topics.filter((topic) => may(guest, name, topic)).map((topic) => topic.replaceAll('/', '.'));
  return {
    end: guest.life === undefined ? {} : { exp: guest.life.endsAtS },
    nats: {
      pub: { allow: subjects(mayPublish) },
      sub: { allow: [...subjects(maySubscribe), HANDED_OVER] },
    },
  };
}

/** Base32 of a byte for its kind, the key and a CRC-16/XMODEM (github.com/nats-io/nkeys). */
function accountNkey(publicKey: KeyObject): string {
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const body = Buffer.concat([Buffer.of(ACCOUNT), raw]);
  let crc = 0;
  for (const byte of body) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = ((crc & 0x80_00 ? 0x10_21 : 0) ^ (crc << 1)) & 0xff_ff;
  }
  const bits = [...body, crc & 0xff, crc >> 8].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? []).map((five) => BASE32[Number.parseInt(five, 2)]).join('');
}
