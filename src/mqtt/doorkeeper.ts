import type { AedesOptions, AuthenticateError, Client } from 'aedes';
import { messageOf } from '../base/fault.js';
import { FAULT } from '../core/fault/table.js';
import type { Log } from '../port/log.js';
import {
  type BrokerIdentity,
  mayLeaveWill,
  mayPublish,
  maySubscribe,
  PAYLOAD_MAX_BYTES,
} from './permissions.js';
import { isTopicId, parseTopic } from './topics.js';

/**
 * Says who `clientId` is, when `password` proves it, or undefined. User name and client id are the same by then.
 * Compare in constant time.
 */
export type Authenticate = (
  clientId: string,
  password: string | undefined,
) => BrokerIdentity | undefined | Promise<BrokerIdentity | undefined>;

/** Under which name a terminal's session is kept: two merchants may each have one of the same id. Its own id by default. */
export type SessionOf = (merchant: string, terminal: string) => string;

type Hooks = Required<
  Pick<AedesOptions, 'preConnect' | 'authenticate' | 'authorizePublish' | 'authorizeSubscribe'>
>;

/** CONNACK of 3.1.1. */
const IDENTIFIER_REJECTED = 2;
const SERVER_UNAVAILABLE = 3;
const BAD_CREDENTIALS = 4;
const NOT_AUTHORIZED = 5;

/** Who may come in to the embedded broker, and what each may do there. */
export class Doorkeeper {
  readonly #authenticate: Authenticate;
  readonly #log: Log;
  readonly #sessionOf: SessionOf;
  /** With the client id under which each came. */
  readonly #identities = new WeakMap<Client, { readonly name: string; readonly who: BrokerIdentity }>();
  readonly #willTopics = new WeakMap<Client, string>();
  readonly #inside = new Map<string, Client>();

  constructor(authenticate: Authenticate, log: Log, sessionOf: SessionOf = (_, terminal) => terminal) {
    this.#authenticate = authenticate;
    this.#log = log;
    this.#sessionOf = sessionOf;
  }

  hooks(): Hooks {
    return {
      preConnect: (client, packet, done) => {
        if (packet.will) this.#willTopics.set(client, packet.will.topic);
        done(null, true);
      },
      authenticate: (client, username, password, done) => {
        this.#admit(client, username, password?.toString('utf8')).then(
          (code) => (code === 0 ? done(null, true) : done(refused(code), false)),
          (thrown: unknown) => {
            this.#log.error(`E${FAULT.brokerRefuses} could not check ${client.id}: ${messageOf(thrown)}`);
            done(refused(SERVER_UNAVAILABLE), false);
          },
        );
      },
      authorizePublish: (client, packet, done) => {
        if (this.#maySend(client, packet)) return done(null);
        this.#log.warn(() => `${client?.id ?? 'a will'} may not publish ${quote(packet.topic)}`);
        done(new Error('not permitted'));
      },
      authorizeSubscribe: (client, subscription, done) => {
        const { name = '', who } = this.#identities.get(client) ?? {};
        if (who !== undefined && maySubscribe(who, name, subscription.topic)) return done(null, subscription);
        this.#log.warn(() => `${client.id} may not subscribe to ${quote(subscription.topic)}`);
        // SUBACK 128 for this one topic; an error would close the connection.
        done(null, null);
      },
    };
  }

  entered(client: Client): void {
    this.#inside.set(client.id, client);
  }

  left(client: Client): void {
    if (this.#inside.get(client.id) === client) this.#inside.delete(client.id);
  }

  inside(): Iterable<Client> {
    return this.#inside.values();
  }

  /** Its credential opens the door no more: it has ended, was revoked, or is not in the list any more. */
  isOutdated(client: Client): boolean {
    const who = this.#identities.get(client)?.who;
    return who !== undefined && who.role !== 'relay' && who.holds?.() === false;
  }

  client(clientId: string): Client | undefined {
    return this.#inside.get(clientId);
  }

  /** @returns the code of the CONNACK, 0 for welcome. */
  async #admit(client: Client, username: string | undefined, password: string | undefined): Promise<number> {
    if (!isTopicId(client.id) || client.id !== username) {
      this.#log.warn(() => `refused: client id ${quote(client.id)} with user name ${quote(username ?? '')}`);
      return IDENTIFIER_REJECTED;
    }
    const identity = await this.#authenticate(client.id, password);
    if (identity === undefined) {
      this.#log.warn(() => `refused: ${client.id} with a wrong password`);
      return BAD_CREDENTIALS;
    }
    const willTopic = this.#willTopics.get(client);
    if (willTopic !== undefined && !mayLeaveWill(identity, client.id, willTopic)) {
      this.#log.warn(() => `refused: ${client.id} with a will on ${quote(willTopic)}`);
      return NOT_AUTHORIZED;
    }
    this.#identities.set(client, { name: client.id, who: identity });
    // aedes reads it after this: for the session, for what waits for it, and for whose place is taken.
    if (identity.role === 'terminal') client.id = this.#sessionOf(identity.merchant, client.id);
    return 0;
  }

  #maySend(
    client: Client | null,
    packet: { readonly topic: string; readonly payload: string | Buffer },
  ): boolean {
    if (Buffer.byteLength(packet.payload) > PAYLOAD_MAX_BYTES) return false;
    if (client !== null) {
      const { name = '', who } = this.#identities.get(client) ?? {};
      return who !== undefined && mayPublish(who, name, packet.topic);
    }
    // The will of a client that an earlier run of this broker let in: checked then, published now.
    const owner = (packet as { readonly clientId?: string }).clientId;
    const topic = parseTopic(packet.topic);
    if (topic?.leaf !== 'presence') return false;
    return this.#sessionOf(topic.merchant, topic.terminal) === owner;
  }
}

function refused(returnCode: number): AuthenticateError {
  return Object.assign(new Error(`refused with ${returnCode}`), { returnCode });
}

/** Names from the wire may hold anything. */
function quote(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
