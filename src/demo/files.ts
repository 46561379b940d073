import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the demo keeps between two starts, all below one folder. */
export type DemoFiles = ReturnType<typeof demoFiles>;

/** Makes the folder and the demo's own secrets on the first start: readable by their owner alone, like real ones. */
export function demoFiles(directory: string) {
  mkdirSync(join(directory, 'secrets'), { recursive: true, mode: 0o700 });
  const secret = (name: string, make: () => string): { file: string; value: string } => {
    const file = join(directory, 'secrets', name);
    if (!existsSync(file)) writeFileSync(file, `${make()}\n`, { mode: 0o400 });
    return { file, value: readFileSync(file, 'utf8').trim() };
  };
  const key = secret('server-key', () => `SB-Mid-server-demo-${randomBytes(9).toString('hex')}`);
  const token = secret('terminal-token', () => randomBytes(32).toString('base64url'));
  return {
    directory,
    serverKeyFile: key.file,
    serverKey: key.value,
    tokenFile: token.file,
    token: token.value,
    /** The sandbox' transactions. */
    transactionsFile: join(directory, 'sandbox-books.json'),
  };
}

/** The demo's relay.toml: what an operator would write, with addresses that the system chose. */
export function relayToml(files: DemoFiles, sandboxUrl: string): string {
  const digest = createHash('sha256').update(files.token).digest('hex');
  return `
[relay]
merchant = "demo"
port = 0
public_url = "http://127.0.0.1"

[midtrans]
url = "${sandboxUrl}"
secret = ${JSON.stringify(`file:${files.serverKeyFile}`)}

[broker]
kind = "embedded"
port = 0
directory = ${JSON.stringify(join(files.directory, 'broker'))}

[receipt]

[[terminal]]
id = "DEMO1"
token_sha256 = "${digest}"
`;
}

export interface TerminalPlaces {
  readonly relayUrl: string;
  readonly brokerUrl: string;
  readonly printerPort: number;
  readonly pagePort: number;
  readonly apiPort: number;
  readonly paymentType: 'gopay' | 'qris';
}

/** The demo's terminal.toml. */
export function terminalToml(files: DemoFiles, places: TerminalPlaces): string {
  const secret = JSON.stringify(`file:${files.tokenFile}`);
  return `
[terminal]
id = "DEMO1"
shop = "Warung Bu Sri"
merchant = "demo"

[gateway]
mode = "relay"
url = "${places.relayUrl}"
secret = ${secret}
payment_type = "${places.paymentType}"
item_name = "Penjualan"

[mqtt]
url = "${places.brokerUrl}"
secret = ${secret}

[printer]
transport = "tcp"
host = "127.0.0.1"
port = ${places.printerPort}
profile = "generic-58"
cutter = true
status = "realtime"

[page]
port = ${places.pagePort}

[api]
port = ${places.apiPort}

[receipt]
link = "relay"
when = "always"

[slip]
header = ["Jl. Melati 7, Bandung"]
footer = ["Barang yang sudah dibeli", "tidak dapat dikembalikan"]

[journal]
directory = ${JSON.stringify(join(files.directory, 'journal'))}

[control]
socket = ${JSON.stringify(join(files.directory, 'control.sock'))}
`;
}
