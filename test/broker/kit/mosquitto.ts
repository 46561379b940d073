import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../kit/net/free-port.js';
import { BrokerProcess } from './broker-process.js';

export interface MosquittoOptions {
  /** Terminals of `merchant`, with their passwords. */
  readonly terminals: Readonly<Record<string, string>>;
  readonly merchant: string;
  /** Relays and watchers: read and write everything of ours. */
  readonly relays: Readonly<Record<string, string>>;
  /** Users that read how every terminal is. */
  readonly operators?: Readonly<Record<string, string>>;
  /** Users that may do nothing at all. */
  readonly strangers?: Readonly<Record<string, string>>;
}

/**
 * Mosquitto of Debian (packages `mosquitto` and `mosquitto-clients`), on a free port of the loopback, with the settings
 * that the relay's guide recommends: identity bound to the client id, permissions per terminal, and a database that is
 * written at each change.
 */
export class Mosquitto {
  readonly directory: string;
  #port = 0;
  readonly #process = new BrokerProcess(() => ({
    program: 'mosquitto',
    args: ['-c', join(this.directory, 'mosquitto.conf')],
    package: 'mosquitto',
  }));

  private constructor(directory: string) {
    this.directory = directory;
  }

  static async start(options: MosquittoOptions): Promise<Mosquitto> {
    const directory = mkdtempSync(join(tmpdir(), 'gopay-pos-mosquitto-'));
    const broker = new Mosquitto(directory);
    for (let attempt = 1; ; attempt += 1) {
      broker.#port = await freePort();
      broker.#configure(options);
      try {
        await broker.run();
        return broker;
      } catch (thrown) {
        // Somebody else may have taken the port between our look and Mosquitto's.
        if (attempt === 5 || !broker.#process.output.includes('Address already in use')) throw thrown;
      }
    }
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  /** Starts the process on the same port and database; resolves when it accepts connections. */
  run(): Promise<void> {
    return this.#process.run(this.port);
  }

  /** SIGKILL. */
  kill(): Promise<void> {
    return this.#process.end('SIGKILL');
  }

  stop(): Promise<void> {
    return this.#process.end('SIGTERM');
  }

  freeze(): void {
    this.#process.signal('SIGSTOP');
  }

  thaw(): void {
    this.#process.signal('SIGCONT');
  }

  /** Stops it and removes its directory. */
  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.directory, { recursive: true, force: true });
  }

  #configure(options: MosquittoOptions): void {
    const { terminals, relays, operators = {}, strangers = {}, merchant } = options;
    const file = (name: string): string => join(this.directory, name);
    writeFileSync(file('passwords'), '', { mode: 0o600 });
    for (const [user, password] of Object.entries({ ...terminals, ...relays, ...operators, ...strangers }))
      execFileSync('mosquitto_passwd', ['-b', file('passwords'), user, password], { stdio: 'pipe' });
    const own = `gopay-pos/v1/${merchant}/%u`;
    const permissions = [
      ...Object.keys(relays).flatMap((user) => [`user ${user}`, 'topic readwrite gopay-pos/v1/#']),
      ...Object.keys(operators).flatMap((user) => [
        `user ${user}`,
        ...['state', 'presence', 'reply'].map((leaf) => `topic read gopay-pos/v1/+/+/${leaf}`),
        'topic write gopay-pos/v1/+/+/command',
        'topic write gopay-pos/v1/+/+/config',
      ]),
      ...Object.keys(terminals).flatMap((user) => [
        `user ${user}`,
        ...['notice', 'command', 'config'].map((leaf) => `topic read ${own.replace('%u', user)}/${leaf}`),
        ...['reply', 'state', 'presence', 'event'].map(
          (leaf) => `topic write ${own.replace('%u', user)}/${leaf}`,
        ),
      ]),
    ];
    writeFileSync(file('permissions'), `${permissions.join('\n')}\n`, { mode: 0o600 });
    writeFileSync(
      file('mosquitto.conf'),
      `${[
        // Started as root it would give its rights away, and could not read its own directory.
        ...(process.getuid?.() === 0 ? ['user root'] : []),
        `listener ${this.port} 127.0.0.1`,
        'allow_anonymous false',
        `password_file ${file('passwords')}`,
        `acl_file ${file('permissions')}`,
        'use_username_as_clientid true',
        'set_tcp_nodelay true',
        'persistence true',
        `persistence_location ${this.directory}/`,
        'autosave_on_changes true',
        'autosave_interval 1',
        'max_queued_messages 10000',
        'log_dest stderr',
        'log_type all',
      ].join('\n')}\n`,
    );
  }
}
