import { createHash } from 'node:crypto';
import { check } from '../../src/config/check.js';
import { relaySchema } from '../../src/config/relay-schema.js';
import { SystemClock, SystemRandom, SystemTimers } from '../../src/host/clock.js';
import { SecretRegistry } from '../../src/host/secrets.js';
import type { Log } from '../../src/port/log.js';
import { type RelayProgram, startRelay } from '../../src/programs/relay-program.js';
import type { Surroundings } from '../../src/programs/surroundings.js';
import { Sandbox } from '../../src/sandbox/sandbox.js';
import type { Transaction } from '../../src/sandbox/transaction.js';

const SERVER_KEY = 'SB-Mid-server-power-cut-0123456789';

export function tokenOf(terminal: string): string {
  return `the-token-of-${terminal}-for-relay-and-broker`;
}

/** The world outside the boxes: one sandbox and one relay with its broker, for all terminals of a test. */
export class Town {
  readonly sandbox: Sandbox;
  readonly relay: RelayProgram;
  readonly brokerUrl: string;

  private constructor(sandbox: Sandbox, relay: RelayProgram) {
    this.sandbox = sandbox;
    this.relay = relay;
    this.brokerUrl = relay.brokerUrl ?? '';
  }

  static async open(terminals: readonly string[]): Promise<Town> {
    const around: Surroundings = {
      clock: new SystemClock(),
      timers: new SystemTimers(),
      random: new SystemRandom(),
      log: SILENT,
      secrets: new SecretRegistry(),
      secret: () => SERVER_KEY,
    };
    const sandbox = new Sandbox({
      serverKey: SERVER_KEY,
      merchantId: 'G490526303',
      merchantName: 'Warung Bu Sri',
      merchantCity: 'BANDUNG',
      ...around,
    });
    const { url } = await sandbox.listen(0);
    const config = check(relaySchema, relayToml(url, terminals));
    if (!config.ok) throw new Error(JSON.stringify(config.error, null, 1));
    return new Town(sandbox, await startRelay({ config: config.value, around, ownAddress: true }));
  }

  /** What Midtrans has in its books of one terminal, oldest first. */
  transactionsOf(terminal: string): readonly Transaction[] {
    return this.sandbox.books.list().filter(({ orderId }) => orderId.startsWith(`${terminal}-`));
  }

  async close(): Promise<void> {
    await this.relay.stop();
    await this.sandbox.close();
  }
}

function relayToml(sandboxUrl: string, terminals: readonly string[]): string {
  const tables = terminals.map((id) => {
    const digest = createHash('sha256').update(tokenOf(id)).digest('hex');
    return `[[terminal]]\nid = "${id}"\ntoken_sha256 = "${digest}"\n`;
  });
  return `
[relay]
merchant = "town"
port = 0
public_url = "http://127.0.0.1"
[midtrans]
url = "${sandboxUrl}"
secret = "file:/unused"
[broker]
port = 0
directory = ""
${tables.join('')}`;
}

const SILENT: Log = { error() {}, warn() {}, info() {}, debug() {}, child: () => SILENT };
