import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { messageOf } from '../../src/base/fault.js';
import { check } from '../../src/config/check.js';
import { relaySchema } from '../../src/config/relay-schema.js';
import { EmbeddedBroker } from '../../src/mqtt/broker.js';
import { systemEnvironment } from '../../src/programs/environment.js';
import { startRelay } from '../../src/programs/relay-program.js';
import type { Transaction } from '../../src/sandbox/midtrans/transaction.js';
import { Sandbox } from '../../src/sandbox/sandbox.js';
import { serveParent } from './child.js';
import { GatewayWatch } from './gateway-watch.js';
import { Marks } from './marks.js';
import { PageClient } from './page-client.js';
import { PrinterTap } from './printer-tap.js';
import { MERCHANT, type Places, relayToml, SERVER_KEY, secretFile, TERMINAL, TOKEN } from './shop-files.js';

/** All that is not the terminal, in a process of its own: gateway, broker, printer, and a page somebody looks at. */
export class World {
  readonly #marks = new Marks();
  readonly #environment = systemEnvironment({ level: 'error', credentialPrefix: 'bench.' });
  #sandbox: Sandbox | undefined;
  #watch: GatewayWatch | undefined;
  #page: PageClient | undefined;
  #sandboxUrl = '';

  /** @param directory for the broker's queues and the server key */
  async open(directory: string): Promise<Places> {
    mkdirSync(directory, { recursive: true });
    const { clock, timers, random, log } = this.#environment;
    const sandbox = new Sandbox({
      serverKey: SERVER_KEY,
      merchantId: 'G490526303',
      merchantName: 'Warung Bu Sri',
      merchantCity: 'BANDUNG',
      ...{ clock, timers, random, log },
    });
    this.#sandbox = sandbox;
    const sandboxUrl = (await sandbox.listen(0)).url;
    const broker = new EmbeddedBroker({
      authenticate: (clientId, password) => {
        if (clientId !== TERMINAL) return { role: 'relay' };
        return password === TOKEN ? { role: 'terminal', merchant: MERCHANT } : undefined;
      },
      persistence: { directory: join(directory, 'broker') },
      ...{ clock, timers, log },
    });
    const brokerUrl = await broker.listen(0, '127.0.0.1');
    const toml = relayToml(secretFile(directory, 'server-key', SERVER_KEY), sandboxUrl, brokerUrl);
    const config = check(relaySchema, toml);
    if (!config.ok) throw new Error(JSON.stringify(config.error));
    // Two thousand sales back to back, which no shop has.
    const limits = { ...config.value.limits, chargesPerMinute: 60_000, requestsPerMinute: 60_000 };
    const relay = await startRelay({
      config: { ...config.value, limits },
      environment: this.#environment,
      ownAddress: true,
    });
    this.#sandboxUrl = sandboxUrl;
    this.#watch = new GatewayWatch(Number(new URL(relay.url).port), this.#marks);
    const printerPort = await new PrinterTap(this.#marks, timers).listen();
    return { relayUrl: relay.url, brokerUrl, printerPort };
  }

  /** Somebody opens the terminal page. */
  openPage(url: string): Promise<void> {
    this.#page = new PageClient(url, this.#marks);
    return this.#page.open();
  }

  async press(keys: readonly string[]): Promise<void> {
    await this.#page?.press(keys);
  }

  /** When the first `what` since then came: see {@link PageClient}, {@link PrinterTap} and {@link GatewayWatch}. */
  after(what: string, sinceMs: number): Promise<number> {
    return this.#marks.after(what, sinceMs);
  }

  gatewayMs(fromMs: number, toMs: number): number {
    return this.#watch?.busyMs(fromMs, toMs) ?? Number.NaN;
  }

  /** What a byte takes there and back between two processes, when nobody does anything with it. @returns the port of the echo */
  async echo(): Promise<number> {
    const server = createServer({ noDelay: true }, (socket) => socket.pipe(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  /** The customer pays the newest charge, once all notifications before are through. @returns its order id */
  async pay(): Promise<string> {
    const sandbox = this.#opened();
    await sandbox.notifications.settled();
    const { orderId } = this.#newest();
    const paid = sandbox.transactions.pay(orderId);
    if (!paid.ok) throw new Error(`not paid: ${JSON.stringify(paid.error)}`);
    return orderId;
  }

  /** The picture of the newest charge, as the relay has it: the relay's own addresses are for the terminal alone. */
  async picture(): Promise<Uint8Array> {
    const answer = await fetch(`${this.#sandboxUrl}/v2/gopay/${this.#newest().transactionId}/qr-code`);
    if (!answer.ok) throw new Error(`no picture: HTTP ${answer.status}`);
    return new Uint8Array(await answer.arrayBuffer());
  }

  #opened(): Sandbox {
    if (this.#sandbox === undefined) throw new Error('the world is not open');
    return this.#sandbox;
  }

  #newest(): Transaction {
    const newest = this.#opened().transactions.list().at(-1);
    if (newest === undefined) throw new Error('nothing was charged');
    return newest;
  }
}

process.on('unhandledRejection', (error) => {
  process.stderr.write(`bench world: ${messageOf(error)}\n`);
  process.exit(1);
});
serveParent(new World());
