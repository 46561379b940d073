import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../kit/net/free-port.js';
import { reap } from './reaper.js';

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
  #process: ChildProcess | undefined;
  #output = '';

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
        if (attempt === 5 || !broker.#output.includes('Address already in use')) throw thrown;
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
  async run(): Promise<void> {
    const child = spawn('mosquitto', ['-c', join(this.directory, 'mosquitto.conf')], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` },
    });
    this.#process = child;
    reap(child);
    child.stdout.on('data', (data: Buffer) => {
      this.#output += data.toString();
    });
    child.stderr.on('data', (data: Buffer) => {
      this.#output += data.toString();
    });
    const failed = new Promise<never>((_resolve, reject) => {
      child.once('error', (error) =>
        reject(new Error(`mosquitto does not start (apt-get install mosquitto): ${error.message}`)),
      );
      child.once('exit', (code) => reject(new Error(`mosquitto ended with ${code}:\n${this.#output}`)));
    });
    failed.catch(() => {});
    await Promise.race([failed, accepting(this.port)]);
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    await this.#signal('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#signal('SIGTERM');
  }

  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Stops it and removes its directory. */
  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.directory, { recursive: true, force: true });
  }

  async #signal(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
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
        ...['state', 'presence'].map((leaf) => `topic read gopay-pos/v1/+/+/${leaf}`),
      ]),
      ...Object.keys(terminals).flatMap((user) => [
        `user ${user}`,
        ...['notice', 'command'].map((leaf) => `topic read ${own.replace('%u', user)}/${leaf}`),
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

/** Resolves when somebody accepts connections on `port`. */
async function accepting(port: number): Promise<void> {
  for (;;) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = createConnection({ port, host: '127.0.0.1' });
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
