import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Midtrans' server key, which the relay has alone. */
export const KEY = 'SB-Mid-server-abcdefghijkl';
/** What the terminal shows to the relay and to its broker. */
export const TOKEN = 'token-of-the-terminal-KASIR1';

const TERMINAL_TOML = `
[terminal]
id = "KASIR1"
shop = "Warung Bu Sri"
[gateway]
mode = "relay"
url = "http://127.0.0.1:8430"
secret = "credential:gateway"
[mqtt]
url = "mqtt://127.0.0.1:1883"
secret = "credential:mqtt"
[log]
level = "debug"
`;

const RELAY_TOML = `
[relay]
public_url = "http://127.0.0.1:8430"
[midtrans]
url = "http://127.0.0.1:8421"
secret = "credential:midtrans-server-key"
[[terminal]]
id = "KASIR1"
token_sha256 = "${createHash('sha256').update(TOKEN).digest('hex')}"
[log]
level = "debug"
`;

/** What a technician writes before installing, path to content; and the tests' own helpers beside it. */
export const FILES: Readonly<Record<string, string>> = {
  '/etc/gopay-pos/terminal.toml': TERMINAL_TOML,
  '/etc/gopay-pos/relay.toml': RELAY_TOML,
  '/etc/credstore/gopay-pos.gateway': TOKEN,
  '/etc/credstore/gopay-pos.mqtt': TOKEN,
  '/etc/credstore/gopay-pos-relay.midtrans-server-key': KEY,
  '/root/customer.mjs': inside('customer.mjs'),
  '/root/get.mjs': inside('get.mjs'),
  '/root/still.mjs': inside('still.mjs'),
  '/root/sandbox.key': KEY,
  '/root/secrets': [KEY, TOKEN, basic(`${KEY}:`), basic(`KASIR1:${TOKEN}`)].join('\n'),
};

function inside(name: string): string {
  return readFileSync(new URL(`inside/${name}`, import.meta.url), 'utf8');
}

/** As in `Authorization: Basic`, without the end, where base64 mixes with what follows. */
function basic(text: string): string {
  return Buffer.from(text).toString('base64').slice(0, 24);
}
