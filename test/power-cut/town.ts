import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FaultRule } from '../../src/sandbox/fault/fault-rule.js';
import type { TransactionView } from '../../src/sandbox/midtrans/view.js';
import { freePort } from '../kit/net/free-port.js';
import { Program } from './program.js';

const SERVER_KEY = 'SB-Mid-server-power-cut-0123456789';

export type Place = 'sandbox' | 'relay';

export function tokenOf(terminal: string): string {
  return `the-token-of-${terminal}-for-relay-and-broker`;
}

/**
 * The world outside the boxes, in processes of its own: the built sandbox, and the built relay with its broker. They
 * serve all terminals of a test; the books of one are what bears its name.
 */
export class Town {
  readonly #directory: string;
  readonly #ports: Readonly<Record<Place | 'broker', number>>;
  readonly #programs = new Map<Place, Program>();

  private constructor(directory: string, ports: Readonly<Record<Place | 'broker', number>>) {
    this.#directory = directory;
    this.#ports = ports;
  }

  /** @param enrols whether boxes get in by a code, too */
  static async open(terminals: readonly string[], enrols = false): Promise<Town> {
    const ports = { sandbox: await freePort(), relay: await freePort(), broker: await freePort() };
    const town = new Town(mkdtempSync(join(tmpdir(), 'gopay-pos-town-')), ports);
    const { relayUrl, sandboxUrl } = town;
    writeFileSync(join(town.#directory, 'server-key'), SERVER_KEY, { mode: 0o400 });
    mkdirSync(join(town.#directory, 'broker'));
    const tables = terminals.map((id) => {
      const digest = createHash('sha256').update(tokenOf(id)).digest('hex');
      return `[[terminal]]\nid = "${id}"\ntoken_sha256 = "${digest}"\n`;
    });
    writeFileSync(
      join(town.#directory, 'relay.toml'),
      `
[relay]
merchant = "town"
port = ${ports.relay}
public_url = "${relayUrl}"
[midtrans]
url = "${sandboxUrl}"
secret = "file:${join(town.#directory, 'server-key')}"
[broker]
port = ${ports.broker}
directory = "${join(town.#directory, 'broker')}"
${enrols ? `[enrol]\ndirectory = "${join(town.#directory, 'enrol')}"\nbroker_url = "${town.brokerUrl}"\n` : ''}${tables.join('')}`,
    );
    await town.start('sandbox');
    await town.start('relay');
    return town;
  }

  /** Of the relay. */
  get file(): string {
    return join(this.#directory, 'relay.toml');
  }

  get sandboxUrl(): string {
    return `http://127.0.0.1:${this.#ports.sandbox}`;
  }

  get relayUrl(): string {
    return `http://127.0.0.1:${this.#ports.relay}`;
  }

  get brokerUrl(): string {
    return `mqtt://127.0.0.1:${this.#ports.broker}`;
  }

  /** At the address that it had before. @throws Error with its log when it does not come up */
  async start(place: Place): Promise<void> {
    const key = join(this.#directory, 'server-key');
    const args = {
      sandbox: ['sandbox', '--port', String(this.#ports.sandbox), '--key-file', key],
      relay: ['relay', '--config', join(this.#directory, 'relay.toml')],
    };
    const program = new Program([...args[place], '--log-level', 'info']);
    this.#programs.set(place, program);
    if ((await program.says(/(started): /)) === undefined)
      throw new Error(`the ${place} did not start:\n${program.log.join('\n')}`);
  }

  async kill(place: Place): Promise<void> {
    await this.#programs.get(place)?.kill();
  }

  /** Takes connections and answers nothing, until {@link thaw}. */
  freeze(place: Place): void {
    this.#programs.get(place)?.signal('SIGSTOP');
  }

  thaw(place: Place): void {
    this.#programs.get(place)?.signal('SIGCONT');
  }

  /** What Midtrans has in its books of one terminal, oldest first. */
  async transactionsOf(terminal: string): Promise<readonly TransactionView[]> {
    const { transactions } = await this.#api('GET', `transactions?orderIdPrefix=${terminal}-`);
    return transactions as readonly TransactionView[];
  }

  /** How often Midtrans was asked to charge each order of one terminal. */
  async chargesOf(terminal: string): Promise<ReadonlyMap<string, number>> {
    const { requests } = await this.#api('GET', `requests?orderIdPrefix=${terminal}-`);
    const asked = new Map<string, number>();
    for (const { endpoint, orderId } of requests as readonly { endpoint: string; orderId: string }[])
      if (endpoint === 'charge') asked.set(orderId, (asked.get(orderId) ?? 0) + 1);
    return asked;
  }

  /** The customer pays; too late, when it has been closed in this moment. */
  async pay(orderId: string): Promise<void> {
    await this.#api('POST', 'pay', { id: orderId }, [409]);
  }

  /** What was cancelled or expired settles after all. */
  async settleLate(orderId: string): Promise<void> {
    await this.#api('POST', 'settle-late', { id: orderId });
  }

  /** @returns the number for {@link removeFault} */
  async setFault(rule: FaultRule): Promise<number> {
    return (await this.#api('POST', 'faults', rule))['id'] as number;
  }

  async removeFault(id: number): Promise<void> {
    await this.#api('DELETE', `faults/${id}`, undefined, [404]);
  }

  async close(): Promise<void> {
    for (const program of this.#programs.values()) await program.kill();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #api(
    method: string,
    path: string,
    body?: unknown,
    also: readonly number[] = [],
  ): Promise<Record<string, unknown>> {
    const answer = await fetch(`${this.sandboxUrl}/sandbox/api/${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const json = (await answer.json()) as Record<string, unknown>;
    if (!answer.ok && !also.includes(answer.status))
      throw new Error(`sandbox, ${method} ${path}: ${answer.status} ${JSON.stringify(json)}`);
    return json;
  }
}
