import { hex } from '../base/bytes.js';
import { FAULT } from '../core/fault/table.js';
import type { BrokerAddress } from '../mqtt/address.js';
import type { Connection } from '../mqtt/connection.js';
import { Dialler, type SessionChoice } from '../mqtt/dialler.js';
import type { MqttTrouble } from '../mqtt/faults.js';
import { makeLateClient } from '../mqtt/late-ack.js';
import { type Finding, fail, failed, pass, skip } from './check.js';
import type { Machine } from './machine.js';

export interface BrokerLook {
  readonly machine: Machine;
  readonly address: BrokerAddress;
  readonly userName: string;
  readonly clientId?: string;
  /** Undefined: it cannot be read by who asks. '' where none is needed. */
  readonly password: string | undefined;
  readonly session: SessionChoice;
  /** What has to be granted. */
  readonly topics: readonly string[];
  /** A message to itself, on the first of them, has to come back. */
  readonly echo?: boolean;
  /** How long nobody else may come under the same id; 0 where each has an id of its own. */
  readonly aloneMs: number;
}

/** How often is nothing to wait for: one connect is made. */
const ONCE = { firstMs: 60_000, mostMs: 60_000 } as const;
const CONNECT_MS = 20_000;
const ECHO_MS = 10_000;
const GOODBYE_MS = 1_000;

/** Each node of it, one after the other: under one id two connections would end each other. */
export async function lookAtBroker(look: BrokerLook): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const url of look.address.urls)
    findings.push(
      look.password === undefined
        ? skip(
            'the password cannot be read here: ask as root (one that is encrypted only the service reads)',
            url,
          )
        : await lookAt({ ...look, address: { ...look.address, urls: [url] } }, url),
    );
  return findings;
}

/**
 * One connection as the program itself makes it, with the rights that it needs. What waits in its session stays there: nothing
 * is acknowledged. It leaves no will and says nothing of the box.
 */
function lookAt(look: BrokerLook, url: string): Promise<Finding> {
  const { machine, userName, clientId, password = '', session, aloneMs } = look;
  return new Promise((resolve) => {
    let granted = false;
    let connected = false;
    const end = (finding: Finding): void => {
      cancel();
      void dialler.stop(GOODBYE_MS).then(() => resolve({ ...finding, of: url }));
    };
    let cancel = (): void => undefined;
    const echo = new Echo(look, end);
    const dialler = new Dialler(
      {
        ...machine,
        broker: look.address,
        userName,
        ...(clientId === undefined ? {} : { clientId }),
        ...(password === '' ? {} : { password }),
        session,
        keepaliveS: 30,
        connectTimeoutMs: CONNECT_MS,
        backoff: ONCE,
        // One that acknowledges nothing by itself: what waits in the session is for whom it is.
        makeClient: (options) => makeLateClient(options),
        log: SILENT,
      },
      {
        will: () => undefined,
        connected: (connection) => {
          connected = true;
          subscribeAll(connection, look.topics, (refused) => {
            if (refused !== undefined) return end(fail(FAULT.subscriptionRefused, refused));
            granted = true;
            if (look.echo === true) return echo.send(connection);
            cancel = machine.timers.after(aloneMs, () => end(pass('connected, and may read its topics')));
          });
        },
        arrived: (_topic, payload) => echo.heard(payload),
        fatal: (error) => end(fail(FAULT.brokerUnreachable, String(error))),
        down: (trouble) => end(lost(trouble, connected, granted && look.echo !== true)),
      },
    );
    dialler.start();
  });
}

/** @param watched it held, with all that it needs, and was only looked at */
function lost(trouble: MqttTrouble, connected: boolean, watched: boolean): Finding {
  if (watched && trouble.code === FAULT.brokerUnreachable)
    return fail(FAULT.idTakenOver, `the connection was ended by the broker: ${trouble.detail}`);
  // RabbitMQ ends the connection of who asks for what he may not have.
  if (connected && !watched && trouble.code === FAULT.brokerUnreachable)
    return fail(FAULT.subscriptionRefused, `the broker ended the connection: ${trouble.detail}`);
  return failed(trouble);
}

function subscribeAll(
  connection: Connection,
  [topic, ...more]: readonly string[],
  done: (refused: string | undefined) => void,
): void {
  if (topic === undefined) return done(undefined);
  connection.subscribe(topic, (outcome) => {
    if (outcome.kind === 'refused') done(`${topic}: ${outcome.why}`);
    else subscribeAll(connection, more, done);
  });
}

/** A 3.1.1 broker acknowledges what it forbids: what comes back was allowed. */
class Echo {
  readonly #look: BrokerLook;
  readonly #end: (finding: Finding) => void;
  #text = '';
  #cancel = (): void => undefined;

  constructor(look: BrokerLook, end: (finding: Finding) => void) {
    this.#look = look;
    this.#end = end;
  }

  send(connection: Connection): void {
    const { machine, topics, userName } = this.#look;
    const [topic = ''] = topics;
    // A relay that hears it takes its first word for no relay.
    this.#text = `? doctor ${hex(machine.random.bytes(8))}`;
    this.#cancel = machine.timers.after(ECHO_MS, () => {
      const detail = `a message to ${topic} did not come back: check the permissions of ${userName}`;
      this.#end(fail(FAULT.relayPathUnproven, detail));
    });
    connection.publish(topic, this.#text, false, (outcome) => {
      if (outcome.kind !== 'refused') return;
      this.#cancel();
      this.#end(fail(FAULT.relayPathUnproven, `${topic}: refused with reason ${outcome.reason}`));
    });
  }

  heard(payload: Buffer): void {
    if (this.#text === '' || payload.toString('utf8') !== this.#text) return;
    this.#cancel();
    this.#end(pass('connected, and a message to itself came back'));
  }
}

const SILENT = {
  error: (): void => undefined,
  warn: (): void => undefined,
  info: (): void => undefined,
  debug: (): void => undefined,
  child: () => SILENT,
};
