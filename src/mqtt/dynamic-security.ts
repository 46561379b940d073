import { hex } from '../base/bytes.js';
import { asObject, type Json, parseObject } from '../base/json.js';
import { err, ok, type Result } from '../base/result.js';
import type { Log } from '../port/log.js';
import type { Connection } from './connection.js';
import { type BrokerClientOptions, Dialler } from './dialler.js';
import { troubleText } from './faults.js';

/** The plugin's own address; its account may write there, and nobody else. */
const CONTROL_TOPIC = '$CONTROL/dynamic-security/v1';
const RESPONSE_TOPIC = `${CONTROL_TOPIC}/response`;

/** The plugin answers in a millisecond, or never: where it is not loaded, or the account may not ask. */
const ANSWER_MS = 5_000;

export interface DynamicSecurityOptions extends BrokerClientOptions {
  /** User name; the client id is this and `instance`. */
  readonly user: string;
  /** What tells this relay from others with that account. */
  readonly instance: string;
  /** It can be asked from now on. */
  readonly connected: () => void;
  /** @param why until {@link DynamicSecurityOptions.connected} */
  readonly down: (why: string) => void;
}

/** Asks Mosquitto's dynamic security plugin (its README, "Command formats"): JSON by MQTT, one answer for each question. */
export class DynamicSecurity {
  readonly #options: DynamicSecurityOptions;
  readonly #dialler: Dialler;
  readonly #waiting = new Map<string, (answer: Result<Json, string>) => void>();
  #up: Connection | undefined;
  #asked = 0;

  constructor(options: DynamicSecurityOptions) {
    const { user, instance, random } = options;
    this.#options = options;
    this.#dialler = new Dialler(
      {
        ...{ ...options, log: silent(options.log), userName: user, clientId: `${user}-${instance}` },
        anotherId: (ended) => (ended > 0 && ended % 2 === 0 ? user : `${user}-${hex(random.bytes(4))}`),
        ...{ session: { keep: false }, keepaliveS: 15, connectTimeoutMs: 5_000 },
        backoff: { firstMs: 200, mostMs: 5_000 },
      },
      {
        will: () => undefined,
        connected: (connection) => this.#connected(connection),
        arrived: (_topic, payload) => this.#answered(payload.toString('utf8')),
        fatal: (error) => {
          throw error;
        },
        down: (trouble) => this.#ended(troubleText(trouble)),
      },
    );
  }

  start(): void {
    this.#dialler.start();
  }

  stop(): Promise<void> {
    this.#ended('stopped');
    return this.#dialler.stop(1_000);
  }

  /** @param question with its `command` @returns its `data`, or in words what the plugin or the broker objects to */
  ask(question: Json): Promise<Result<Json, string>> {
    const connection = this.#up;
    if (connection === undefined) return Promise.resolve(err('not connected'));
    this.#asked += 1;
    const correlationData = String(this.#asked);
    return new Promise((resolve) => {
      const settle = (answer: Result<Json, string>): void => {
        cancel();
        this.#waiting.delete(correlationData);
        resolve(answer);
      };
      const cancel = this.#options.timers.after(ANSWER_MS, () =>
        settle(err(`no answer to ${question['command']}: is the plugin loaded, may the account ask it?`)),
      );
      this.#waiting.set(correlationData, settle);
      const text = JSON.stringify({ commands: [{ ...question, correlationData }] });
      connection.publish(CONTROL_TOPIC, text, false, (outcome) => {
        if (outcome.kind === 'refused') settle(err(`the account may not ask (reason ${outcome.reason})`));
      });
    });
  }

  #connected(connection: Connection): void {
    connection.subscribe(RESPONSE_TOPIC, (outcome) => {
      if (outcome.kind === 'refused') return this.#options.down(`${RESPONSE_TOPIC}: ${outcome.why}`);
      this.#up = connection;
      this.#options.connected();
    });
  }

  #answered(text: string): void {
    const { responses } = parseObject(text) ?? {};
    if (!Array.isArray(responses)) return;
    for (const response of responses) {
      const { correlationData, error, data } = asObject(response) ?? {};
      const answer = typeof error === 'string' ? err(error) : ok(asObject(data) ?? {});
      this.#waiting.get(String(correlationData))?.(answer);
    }
  }

  #ended(why: string): void {
    this.#up = undefined;
    for (const settle of [...this.#waiting.values()]) settle(err('the connection ended'));
    this.#options.down(why);
  }
}

/** What is sent there holds tokens, and a connection tells at this level what it sends (law 12). */
function silent(log: Log): Log {
  return {
    error: (text) => log.error(text),
    warn: (text) => log.warn(text),
    info: (text) => log.info(text),
    debug: () => {},
    child: (scope) => silent(log.child(scope)),
  };
}
