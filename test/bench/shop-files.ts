import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

export const MERCHANT = 'bench';
export const TERMINAL = 'BENCH1';
export const TOKEN = 'a-token-of-the-terminal-that-is-measured';
export const SERVER_KEY = 'SB-Mid-server-bench-0123456789';

export interface Places {
  readonly relayUrl: string;
  readonly brokerUrl: string;
  readonly printerPort: number;
}

export interface RelayFile {
  /** Of the relay at the broker. */
  readonly passwordFile?: string;
  readonly level?: 'error' | 'info';
  /** In place of an external broker: the table of its own. */
  readonly ownBroker?: string;
}

/** As an operator would write it: the relay with its broker beside it. */
export function relayToml(
  keyFile: string,
  sandboxUrl: string,
  brokerUrl: string,
  { passwordFile, level = 'error', ownBroker }: RelayFile = {},
): string {
  const password = passwordFile === undefined ? '' : `secret = ${JSON.stringify(`file:${passwordFile}`)}`;
  return `
[relay]
merchant = "${MERCHANT}"
port = 0
public_url = "http://127.0.0.1"
[midtrans]
url = "${sandboxUrl}"
secret = ${JSON.stringify(`file:${keyFile}`)}
[broker]
${ownBroker ?? `kind = "external"\nurl = "${brokerUrl}"\n${password}`}
[limits]
charges_per_minute = 600
requests_per_minute = 6000
[log]
level = "${level}"
[[terminal]]
id = "${TERMINAL}"
token_sha256 = "${createHash('sha256').update(TOKEN).digest('hex')}"
`;
}

export interface TerminalFiles {
  readonly toml: string;
  readonly file: string;
  readonly journal: string;
}

/**
 * Writes a terminal's configuration below `directory`, journal included.
 * @param more whole tables, such as a register or a printer
 * @param paymentType `qris` where the charge is to bring what is in the QR
 */
export function terminalFiles(
  directory: string,
  socket: string,
  { relayUrl, brokerUrl }: Places,
  more: string,
  paymentType: 'gopay' | 'qris' = 'gopay',
): TerminalFiles {
  mkdirSync(directory, { recursive: true });
  const token = secretFile(directory, 'token', TOKEN);
  const journal = join(directory, 'journal');
  const toml = `
[terminal]
id = "${TERMINAL}"
shop = "Warung Bu Sri"
merchant = "${MERCHANT}"
[gateway]
mode = "relay"
url = "${relayUrl}"
secret = ${JSON.stringify(`file:${token}`)}
payment_type = "${paymentType}"
[mqtt]
url = "${brokerUrl}"
secret = ${JSON.stringify(`file:${token}`)}
[page]
port = 0
[journal]
directory = ${JSON.stringify(journal)}
[control]
socket = ${JSON.stringify(socket)}
${more}
`;
  const file = join(directory, 'terminal.toml');
  writeFileSync(file, toml);
  return { toml, file, journal };
}

export function printerToml(port: number): string {
  return `[printer]\ntransport = "tcp"\nhost = "127.0.0.1"\nport = ${port}\nstatus = "realtime"\n`;
}

export function registerToml(port: number): string {
  return `[register]\ntransport = "tcp"\nhost = "127.0.0.1"\nport = ${port}\n`;
}

/** Readable by its owner alone, as the terminal demands. */
export function secretFile(directory: string, name: string, secret: string): string {
  const file = join(directory, name);
  writeFileSync(file, secret);
  chmodSync(file, 0o400);
  return file;
}

/** A port that was free a moment ago, for a program that is told its port in a file. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
