import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Town, tokenOf } from './town.js';

export interface Counter {
  readonly terminal: string;
  readonly town: Town;
  /** Where the terminal listens for its register, and where it finds its printer. */
  readonly registerPort?: number | undefined;
  readonly printerPort?: number | undefined;
  readonly qris?: boolean | undefined;
}

/** Everything that a terminal in `directory` is started with; its journal goes into the folder `journal` there. */
export function writeTerminalToml(directory: string, counter: Counter): void {
  const { terminal, town, registerPort, printerPort, qris } = counter;
  const secret = `secret = "file:${join(directory, 'token')}"`;
  const device = (table: string, port: number | undefined): string =>
    port === undefined ? '' : `[${table}]\ntransport = "tcp"\nhost = "127.0.0.1"\nport = ${port}`;
  writeFileSync(join(directory, 'token'), tokenOf(terminal), { mode: 0o400 });
  writeFileSync(
    join(directory, 'terminal.toml'),
    `
[terminal]
id = "${terminal}"
shop = "Warung Bu Sri"
merchant = "town"
[gateway]
mode = "relay"
url = "${town.relayUrl}"
${qris === true ? 'payment_type = "qris"' : ''}
${secret}
[sale]
qr_life_seconds = 30
claim_seconds = 10
paid_seconds = 2
[mqtt]
url = "${town.brokerUrl}"
${secret}
[page]
port = 0
${device('register', registerPort)}
${device('printer', printerPort)}
[journal]
directory = "${join(directory, 'journal')}"
archive_directory = "${join(directory, 'journal')}"
[control]
socket = "${join(directory, 'control.sock')}"
`,
  );
}
